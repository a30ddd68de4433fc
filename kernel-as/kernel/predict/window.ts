// The memory window: the last MEMORY_SAMPLES samples, laid out as the policy's input (MemoryFeatures, then rows oldest first).
// Not a judgement. The window is the kernel's, so that swapping a policy loses nothing. Pure; memory from the caller's arena.
//
//   base: MemoryFeatures (16 bytes) | MemorySample × count, oldest first | room up to MEMORY_SAMPLES
import { MEMORY_FEATURES_BYTES, MEMORY_SAMPLE_BYTES, MemoryFeatures, MemorySample } from "../../abi/layouts";
import { MEMORY_SAMPLES, Status } from "../../abi/numbers";
import { Arena } from "../../lib/arena";
import { copy } from "../../lib/bytes";

let base: usize = 0;

/** Take the window's memory. NoMemory: the arena is exhausted. */
export function windowInit(arena: Arena, beatMs: u32, horizonMs: u32): i32 {
  base = arena.take(MEMORY_FEATURES_BYTES + MEMORY_SAMPLES * MEMORY_SAMPLE_BYTES);
  if (base === 0) return Status.NoMemory;
  const head = windowHead();
  head.count = 0;
  head.beatMs = beatMs;
  head.horizonMs = horizonMs;
  head.reserved = 0;
  return Status.Ok;
}

export function windowHead(): MemoryFeatures {
  return changetype<MemoryFeatures>(base);
}

/** Row `index`, 0 the oldest; the caller keeps it below the count. */
export function windowRow(index: u32): MemorySample {
  return changetype<MemorySample>(base + MEMORY_FEATURES_BYTES + <usize>(index * MEMORY_SAMPLE_BYTES));
}

/** Drop the oldest row where the window is full; returns the newest row for the caller to fill. */
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

export function windowClear(): void {
  windowHead().count = 0;
}

/** Start of the policy's input. */
export function windowInput(): usize {
  return base;
}

/** Bytes of the policy's input. */
export function windowInputBytes(): u32 {
  return MEMORY_FEATURES_BYTES + windowHead().count * MEMORY_SAMPLE_BYTES;
}

/** Allocation failures in the whole window. */
export function windowFailures(): u32 {
  let failures: u32 = 0;
  for (let i: u32 = 0; i < windowHead().count; i++) failures += windowRow(i).failures;
  return failures;
}
