// What the kernel notes in its log at boot: the loader, the memory map, the zones. Nothing here decides.
import { boot_region } from "../abi/host";
import { MemRegion } from "../abi/layouts";
import { ABI_HASH, RegionKind, Status } from "../abi/numbers";
import { bootInfo, commandLine, commandLineBytes, seed } from "./boot";
import { managedPages, zoneBoundary } from "./mm/buddy";
import { noteEnd, say, sayBytes, sayHex, sayNumber } from "./obs";

const region = changetype<MemRegion>(memory.data(24, 8));

function loaderName(): string {
  const loader = bootInfo.loader;
  return loader == 1 ? "PVH" : loader == 2 ? "Multiboot2" : loader == 3 ? "Limine" : "none";
}

function regionName(kind: u32): string {
  return kind == RegionKind.Usable ? "usable" : kind == RegionKind.Image ? "image" : kind == RegionKind.Initrd ? "initrd" : "reserved";
}

/** Writes the boot lines. After the memory is taken over. */
export function noteBoot(): void {
  say("loader ");
  say(loaderName());
  say(", interface ");
  sayHex(ABI_HASH);
  say(", time-stamp counter ");
  sayNumber(bootInfo.tscHz / 1_000_000);
  say(" MHz");
  noteEnd();
  say("command line: ");
  sayBytes(commandLine, commandLineBytes);
  noteEnd();
  for (let index: u32 = 0; boot_region(index, changetype<usize>(region)) == Status.Ok; index++) {
    say("memory ");
    sayHex(region.basePa);
    say(" + ");
    sayHex(region.bytes);
    say(" ");
    say(regionName(region.kind));
    noteEnd();
  }
  sayNumber(managedPages());
  say(" frames managed, the movable zone begins at frame ");
  sayNumber(zoneBoundary());
  noteEnd();
  sayNumber(bootInfo.programCount);
  say(" programs in the image, ");
  sayNumber(bootInfo.initrdBytes);
  say(" bytes of initrd, seed ");
  sayNumber(seed);
  noteEnd();
}
