// What the shim learned at boot, and the kernel command line: KEY=VALUE words.
import { boot_command_line, boot_info, entropy } from "../abi/host";
import { BootInfo } from "../abi/layouts";
import { Engine } from "../abi/numbers";
import { getU8, isLiteral } from "../lib/bytes";
import { Rng } from "../lib/rng";

const LINE_BYTES: u32 = 2048;

export const bootInfo = changetype<BootInfo>(memory.data(offsetof<BootInfo>(), 8));
export const commandLine: usize = memory.data(2048);
export let commandLineBytes: u32 = 0;

/** Every random choice of the kernel comes out of this generator. */
export const rng = changetype<Rng>(memory.data(32, 8));
export let seed: u64 = 0;

/** `console=machine`: the console belongs to a program, so the kernel keeps its own words in the log. */
export let machineConsole: bool = false;
/** `typing=0`: nobody types, so a program that reads the console finds its end. The shell reads on. */
export let typing: bool = true;
/** `junk=1`: freed frames are filled with junk. */
export let junkFill: bool = false;
/** `auto=0`: the crash predictor only warns. */
export let automatic: bool = true;
/** `trace_syscalls=1`: each system call leaves a trace row. */
export let traceSyscalls: bool = false;
/** `frames=N`: the kernel takes over no more than N frames, whatever the machine has. */
export let frameLimit: u64 = 0xffffffffffffffff;
/** Engine for built-in policies. */
export let policyEngine: u32 = Engine.Aot;

/** Reads the boot information and the command line. Call once, first. */
export function initBoot(): void {
  boot_info(changetype<usize>(bootInfo));
  const copied = boot_command_line(commandLine, LINE_BYTES);
  commandLineBytes = copied > 0 ? <u32>copied : 0;
  seed = optionNumber("seed", <u64>entropy());
  rng.seed(seed);
  machineConsole = optionIs("console", "machine");
  typing = optionNumber("typing", 1) != 0;
  junkFill = optionNumber("junk", 0) == 1;
  automatic = optionNumber("auto", 1) != 0;
  frameLimit = optionNumber("frames", frameLimit);
  traceSyscalls = optionNumber("trace_syscalls", 0) == 1;
  if (optionIs("policy_engine", "wasm3")) policyEngine = Engine.Wasm3;
}

let valueAt: usize = 0;
let valueBytes: u32 = 0;

// Finds KEY=VALUE; the last one wins. Leaves the value in valueAt and valueBytes.
function findOption(key: string): bool {
  const end = commandLine + commandLineBytes;
  let found = false;
  let at = commandLine;
  while (at < end) {
    while (at < end && getU8(at) <= 0x20) at++;
    const word = at;
    while (at < end && getU8(at) > 0x20) at++;
    const bytes = <u32>(at - word);
    const keyBytes = <u32>key.length;
    if (bytes <= keyBytes || getU8(word + keyBytes) != 0x3d || !isLiteral(word, keyBytes, key)) continue;
    valueAt = word + keyBytes + 1;
    valueBytes = bytes - keyBytes - 1;
    found = true;
  }
  return found;
}

/** Whether KEY is given with exactly this value. */
export function optionIs(key: string, value: string): bool {
  return findOption(key) && isLiteral(valueAt, valueBytes, value);
}

/** Where the value of KEY lies; its length is optionBytes. 0: the key is not given. */
export function optionText(key: string): usize {
  return findOption(key) ? valueAt : 0;
}
/** Length of the value that optionText found. */
export function optionBytes(): u32 {
  return valueBytes;
}

/** Unsigned decimal value of KEY, or `otherwise` where it is missing or not a number. */
export function optionNumber(key: string, otherwise: u64): u64 {
  if (!findOption(key) || valueBytes == 0 || valueBytes > 20) return otherwise;
  let value: u64 = 0;
  for (let i: u32 = 0; i < valueBytes; i++) {
    const digit = getU8(valueAt + i) - 0x30;
    if (digit > 9) return otherwise;
    value = value * 10 + digit;
  }
  return value;
}
