// The queue of resumable work: long jobs cut into steps of at most about a millisecond. First in, first out; a step
// that is not finished goes to the end. What the steps do is registered from above (main.ts).
import { time_now_ns } from "../abi/host";
import { count, observe } from "../obs";
import { Counter, Histogram } from "./obs";

export const enum Work {
  Reap = 1,
  Compact = 2,
  Release = 3,
  Files = 4,
  Trim = 5,
}

// At most a release or trim and a reaping for each process slot, one compaction, one clearing of files: 2 × 128 + 2 < 512.
const CAPACITY: u32 = 512;
const kinds: usize = memory.data(512);
const subjects: usize = memory.data(2048, 4);
const steps: usize = memory.data(24, 4);
let head: u32 = 0;
let tail: u32 = 0;

/** One step of an item. True when the item is done. */
export type Step = (subject: i32) => bool;

/** Says what a step of a kind does. Once, at init. */
export function registerWork(kind: Work, step: Step): void {
  store<u32>(steps + ((<usize>kind) << 2), step.index);
}

export function workPending(): bool {
  return head != tail;
}

/** Adds an item. `subject` is a process slot, 0 for Compact and Files. */
export function queueWork(kind: Work, subject: i32): void {
  const at = tail % CAPACITY;
  store<u8>(kinds + at, <u8>kind);
  store<i32>(subjects + (at << 2), subject);
  tail++;
}

/** Runs one step of the oldest item. */
export function workStep(): void {
  const at = head % CAPACITY;
  const kind: usize = load<u8>(kinds + at);
  const subject = load<i32>(subjects + (at << 2));
  head++;
  if (kind == 0) return;
  const startedNs = time_now_ns();
  const done = call_indirect<bool>(load<u32>(steps + (kind << 2)), subject);
  count(Counter.Steps, 1);
  observe(Histogram.StepNs, <u64>(time_now_ns() - startedNs));
  if (!done) queueWork(<Work>kind, subject);
}

/** Takes a process's reaping out of the queue: somebody does it at once. */
export function cancelReap(slot: i32): void {
  for (let i = head; i != tail; i++) {
    const at = i % CAPACITY;
    if (load<u8>(kinds + at) == Work.Reap && load<i32>(subjects + (at << 2)) == slot) store<u8>(kinds + at, 0);
  }
}
