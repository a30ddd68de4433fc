// What the pure core is given from outside: a clock, and whom it tells what happened. Function references, kept as table indices.

/** Asks a policy: input and output as in the interface. ≥ 0, or a Status. */
export type Ask = (input: usize, inputBytes: u32, output: usize, outputBytes: u32) => i32;
/** A policy failed and decides no longer; `why` is "" where the status came from asking it. */
export type EjectNote = (status: i32, why: string) => void;
/** An Event of the trace. */
export type EventNote = (event: u32, pid: u32, a: u64, b: u64) => void;
/** Nanoseconds, for how long decisions take. */
export type Clock = () => u64;

let clock: u32 = 0;
let onEvent: u32 = 0;
let onEject: u32 = 0;

export function setClock(read: Clock): void {
  clock = read.index;
}
export function setOnEvent(note: EventNote): void {
  onEvent = note.index;
}
export function setOnEject(note: EjectNote): void {
  onEject = note.index;
}

export function clockNs(): u64 {
  return clock == 0 ? 0 : call_indirect<u64>(clock);
}
export function tell(event: u32, pid: u32, a: u64, b: u64): void {
  if (onEvent != 0) call_indirect<void>(onEvent, event, pid, a, b);
}
export function tellEject(status: i32, why: string): void {
  if (onEject != 0) call_indirect<void>(onEject, status, why);
}
