// The queue of resumable work: long jobs cut into steps of at most about a millisecond. First in, first out; a step
// that is not finished goes to the end. What the steps do is registered from above (main.ts).
import { time_now_ns } from "../abi/host";
import { count, observe } from "../obs";
import { Counter, Histogram } from "./obs";
import { FOREVER } from "./proc/process";

export const enum Work {
  Reap = 1,
  Compact = 2,
  Release = 3,
  Files = 4,
  Trim = 5,
  Offer = 6,
  Age = 7,
  Ladder = 8,
  Unmap = 9,
  Check = 10,
}

// At most a release, offer, trim or unmapping and a reaping for each process slot, and one each of the others: 2 × 128 + 5 < 512.
const CAPACITY: u32 = 512;
const kinds: usize = memory.data(512);
const subjects: usize = memory.data(2048, 4);
const steps: usize = memory.data(64, 4);
// When paced work joins the queue, by kind; FOREVER: none waits.
const paced: usize = memory.data(128, 8);
const KINDS: u32 = 16;
memory.fill(paced, 0xff, 128);
let nextPacedNs: u64 = FOREVER;
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

/** Adds an item. `subject` is a process slot, 0 where there is none. */
export function queueWork(kind: Work, subject: i32): void {
  const at = tail % CAPACITY;
  store<u8>(kinds + at, <u8>kind);
  store<i32>(subjects + (at << 2), subject);
  tail++;
}

/** Adds an item without a subject at a time: work that lets processes run between its steps. A kind waits once; the earlier time counts. */
export function paceWork(kind: Work, atNs: u64): void {
  const at = paced + ((<usize>kind) << 3);
  if (atNs < load<u64>(at)) store<u64>(at, atNs);
  if (atNs < nextPacedNs) nextPacedNs = atNs;
}

/** When paced work joins the queue next. */
export function nextPaced(): u64 {
  return nextPacedNs;
}

/** Paced work whose time has come joins the queue. */
export function queuePaced(nowNs: u64): void {
  if (nowNs < nextPacedNs) return;
  nextPacedNs = FOREVER;
  for (let kind: u32 = 0; kind < KINDS; kind++) {
    const at = paced + (kind << 3);
    const due = load<u64>(at);
    if (due > nowNs) nextPacedNs = min(nextPacedNs, due);
    else {
      store<u64>(at, FOREVER);
      queueWork(<Work>kind, 0);
    }
  }
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
