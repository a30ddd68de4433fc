// The run queue: ready processes in a ring, first in, first out. Which of them runs, and for how long, is dispatch.ts.
import { NO_SLOT, processAt } from "./process";

let head: i32 = NO_SLOT;
let tail: i32 = NO_SLOT;
let length: u32 = 0;

/** Adds a slot at the end. It must not be in the queue. */
export function enqueue(slot: i32): void {
  const process = processAt(slot);
  process.nextSlot = NO_SLOT;
  process.previousSlot = tail;
  if (tail == NO_SLOT) head = slot;
  else processAt(tail).nextSlot = slot;
  tail = slot;
  length++;
}

/** Takes a slot out, wherever it stands. It must be in the queue. */
export function unqueue(slot: i32): void {
  const process = processAt(slot);
  if (process.previousSlot == NO_SLOT) head = process.nextSlot;
  else processAt(process.previousSlot).nextSlot = process.nextSlot;
  if (process.nextSlot == NO_SLOT) tail = process.previousSlot;
  else processAt(process.nextSlot).previousSlot = process.previousSlot;
  process.nextSlot = NO_SLOT;
  process.previousSlot = NO_SLOT;
  length--;
}

/** The slot that has waited longest, or NO_SLOT. */
export function first(): i32 {
  return head;
}

export function queueLength(): u32 {
  return length;
}
