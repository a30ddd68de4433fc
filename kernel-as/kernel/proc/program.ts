// The programs of the image by name, and the mind's, which may lie in the initrd; the content hash of each: what the scheduler keeps histories by.
import { frame_checksum, program_info, program_segment } from "../../abi/host";
import { ProgramInfo, ProgramSegment } from "../../abi/layouts";
import { PAGE_BYTES } from "../../abi/numbers";
import { equal, isLiteral, nameLength, nameSetLiteral } from "../../lib/bytes";
import { bootInfo } from "../boot";
import { PROGRAM_HASHES } from "../limits";
import { initrdProgramHash, initrdProgramInfo, initrdProgramReady, initrdProgramSegment } from "./initrd-program";

const NAME_BYTES: usize = 24;
/** FNV-1a, as frame_checksum uses it. */
const BASIS: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x0000_0100_0000_01b3;

/** The program that was found last. */
export const info = changetype<ProgramInfo>(memory.data(48, 8));
const segment = changetype<ProgramSegment>(memory.data(32, 8));
const hashes: usize = memory.data(512, 8);
if (PROGRAM_HASHES * 8 != 512) ERROR("the hashes' buffer is stale");

/** The name of the program that may lie in the initrd. */
const INITRD_NAME: string = "mind";

/** Whether a program's pages are copied from the initrd. */
export function inInitrd(index: u32): bool {
  return index == bootInfo.programCount && initrdProgramReady();
}

/** Fills a ProgramSegment. NotFound past the last. */
export function programSegment(index: u32, at: u32, out: usize): i32 {
  return inInitrd(index) ? initrdProgramSegment(at, out) : program_segment(index, at, out);
}

/** Index of a program, or −1. Leaves its ProgramInfo in `info`. */
export function findProgram(name: usize, bytes: u32): i32 {
  const field = changetype<usize>(info);
  for (let index: u32 = 0; index < bootInfo.programCount; index++) {
    if (program_info(index, field) < 0) continue;
    if (nameLength(field, NAME_BYTES) == bytes && equal(field, name, bytes)) return <i32>index;
  }
  if (!initrdProgramReady() || !isLiteral(name, bytes, INITRD_NAME)) return -1;
  initrdProgramInfo(field);
  nameSetLiteral(field, NAME_BYTES, INITRD_NAME);
  return <i32>bootInfo.programCount;
}

function mix(hash: u64, value: u64): u64 {
  return (hash ^ value) * PRIME;
}

/**
 * Content hash of the program that findProgram found: of its segments' bytes and of where they lie. Made once a program, from its frames in the image; never 0.
 */
export function programHash(index: u32): u64 {
  if (inInitrd(index)) return initrdProgramHash();
  const at = hashes + ((<usize>index) << 3);
  if (index < PROGRAM_HASHES && load<u64>(at) != 0) return load<u64>(at);
  let hash = mix(BASIS, info.entryVa);
  for (let i: u32 = 0; program_segment(index, i, changetype<usize>(segment)) >= 0; i++) {
    hash = mix(mix(hash, segment.va), segment.memoryBytes);
    const frames = <u32>(segment.fileBytes / PAGE_BYTES);
    for (let frame: u32 = 0; frame < frames; frame++) hash = mix(hash, <u64>frame_checksum(segment.firstPfn + frame));
  }
  if (hash == 0) hash = 1;
  if (index < PROGRAM_HASHES) store<u64>(at, hash);
  return hash;
}
