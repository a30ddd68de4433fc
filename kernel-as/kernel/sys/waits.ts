// What a system call answers when its process now waits, and how it waits for a descriptor. Bottom of this folder.
import { ProcessState } from "../../abi/numbers";
import { processAt } from "../proc/process";
import { beginWait } from "../proc/waiting";

/** The result comes later, when the wait ends. */
export const WAITS: i64 = i64.MIN_VALUE;

/** The process waits until something changes, then the call is made again with the same arguments. */
export function waitForChange(slot: i32, call: u32, a: u64, b: u64, c: u64): i64 {
  const process = processAt(slot);
  process.waitCall = call;
  process.waitA = a;
  process.waitB = b;
  process.waitC = c;
  // Who makes its call again and waits on goes on waiting.
  if (process.state != ProcessState.Piping) beginWait(slot, ProcessState.Piping);
  return WAITS;
}
