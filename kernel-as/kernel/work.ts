// The queue of resumable work: long jobs cut into steps of at most about a millisecond. First in, first out; a step
// that is not finished goes to the end.
import { time_now_ns } from "../abi/host";
import { count, observe } from "../obs";
import { compactStep } from "./mm/compactor";
import { Counter, Histogram } from "./obs";
import { reapStep } from "./proc/lifecycle";
import { releaseStep } from "./sys/memory";

export const enum Work {
  Reap = 1,
  Compact = 2,
  Release = 3,
}

// At most a release and a reaping for each process slot, and one compaction: 2 × 128 + 1 < 512.
const CAPACITY: u32 = 512;
const kinds: usize = memory.data(512);
const subjects: usize = memory.data(2048, 4);
let head: u32 = 0;
let tail: u32 = 0;

export function workPending(): bool {
  return head != tail;
}

/** Adds an item. `subject` is a process slot, 0 for Compact. */
export function queueWork(kind: Work, subject: i32): void {
  const at = tail % CAPACITY;
  store<u8>(kinds + at, <u8>kind);
  store<i32>(subjects + (at << 2), subject);
  tail++;
}

/** Runs one step of the oldest item. */
export function workStep(): void {
  const at = head % CAPACITY;
  const kind = load<u8>(kinds + at);
  const subject = load<i32>(subjects + (at << 2));
  head++;
  if (kind == 0) return;
  const startedNs = time_now_ns();
  const done = kind == Work.Reap ? reapStep(subject) : kind == Work.Release ? releaseStep(subject) : compactStep();
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
