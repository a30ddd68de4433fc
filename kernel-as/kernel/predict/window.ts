// The memory window, laid out as the policy's input: the last MEMORY_SAMPLES samples, and the last MEMORY_PASTS seconds in a row each.
// Not a judgement. The window is the kernel's, so that swapping a policy loses nothing. Pure; memory from the caller's arena.
//
//   base: MemoryFeatures | room of MEMORY_PASTS × MemoryPast, oldest first | MemorySample × count, oldest first | room
import { MEMORY_FEATURES_BYTES, MEMORY_PAST_BYTES, MEMORY_SAMPLE_BYTES, MemoryFeatures, MemoryPast, MemorySample } from "../../abi/layouts";
import { MEMORY_PASTS, MEMORY_SAMPLES, Status } from "../../abi/numbers";
import { Arena } from "../../lib/arena";
import { copy, fill } from "../../lib/bytes";
import { BEAT_MS } from "../limits";

/** Beats of a row of the longer history: a second. */
const PAST_BEATS: u32 = 1000 / BEAT_MS;
const SAMPLES_AT: usize = MEMORY_FEATURES_BYTES + MEMORY_PASTS * MEMORY_PAST_BYTES;

let base: usize = 0;
/** Samples that the newest row of the longer history has seen. */
let pastBeats: u32 = 0;

/** Take the window's memory. NoMemory: the arena is exhausted. */
export function windowInit(arena: Arena, beatMs: u32, horizonMs: u32): i32 {
  base = arena.take(<u32>SAMPLES_AT + MEMORY_SAMPLES * MEMORY_SAMPLE_BYTES);
  if (base === 0) return Status.NoMemory;
  fill(base, 0, SAMPLES_AT);
  const head = windowHead();
  head.beatMs = beatMs;
  head.horizonMs = horizonMs;
  head.pastMs = PAST_BEATS * BEAT_MS;
  windowClear();
  return Status.Ok;
}

export function windowHead(): MemoryFeatures {
  return changetype<MemoryFeatures>(base);
}

/** Row `index`, 0 the oldest; the caller keeps it below the count. */
export function windowRow(index: u32): MemorySample {
  return changetype<MemorySample>(base + SAMPLES_AT + <usize>(index * MEMORY_SAMPLE_BYTES));
}

/** Row `index` of the longer history, 0 the oldest; the caller keeps it below `pasts`. The newest may not be full yet. */
export function windowPast(index: u32): MemoryPast {
  return changetype<MemoryPast>(base + MEMORY_FEATURES_BYTES + <usize>(index * MEMORY_PAST_BYTES));
}

/** Drop the oldest row where the window is full; returns the newest row for the caller to fill. Then call windowFilled. */
export function windowPush(): MemorySample {
  const head = windowHead();
  if (head.count === MEMORY_SAMPLES) {
    copy(changetype<usize>(windowRow(0)), changetype<usize>(windowRow(1)), (MEMORY_SAMPLES - 1) * MEMORY_SAMPLE_BYTES);
    head.count--;
  }
  const row = windowRow(head.count);
  head.count++;
  return row;
}

/** The newest sample is filled: the longer history takes it in. */
export function windowFilled(): void {
  const head = windowHead();
  const sample = windowRow(head.count - 1);
  if (head.pasts === 0 || pastBeats === PAST_BEATS) {
    if (head.pasts === MEMORY_PASTS) {
      copy(changetype<usize>(windowPast(0)), changetype<usize>(windowPast(1)), (MEMORY_PASTS - 1) * MEMORY_PAST_BYTES);
      head.pasts--;
    }
    const fresh = windowPast(head.pasts);
    head.pasts++;
    fresh.leastFreePages = sample.freePages;
    fresh.mostFreePages = sample.freePages;
    pastBeats = 0;
  }
  const past = windowPast(head.pasts - 1);
  past.leastFreePages = min(past.leastFreePages, sample.freePages);
  past.mostFreePages = max(past.mostFreePages, sample.freePages);
  past.committedPages = sample.committedPages;
  past.headroomPages = sample.headroomPages;
  pastBeats++;
}

export function windowClear(): void {
  windowHead().count = 0;
  windowHead().pasts = 0;
  pastBeats = 0;
}

/** Start of the policy's input. */
export function windowInput(): usize {
  return base;
}

/** Bytes of the policy's input. */
export function windowInputBytes(): u32 {
  return <u32>SAMPLES_AT + windowHead().count * MEMORY_SAMPLE_BYTES;
}

/** Allocation failures in the whole window. */
export function windowFailures(): u32 {
  let failures: u32 = 0;
  for (let i: u32 = 0; i < windowHead().count; i++) failures += windowRow(i).failures;
  return failures;
}
