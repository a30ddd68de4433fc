// System calls about a process's linear memory.
import { PAGE_BYTES, Status, USER_LINEAR_VA } from "../../abi/numbers";
import { releaseRange } from "../mm/vm";
import { processAt } from "../proc/process";

const WASM_PAGE_BYTES: u64 = 65_536;

export function sysMemoryLimit(slot: i32, bytes: u64): i64 {
  const process = processAt(slot);
  if (bytes < process.limitBytes || bytes % WASM_PAGE_BYTES != 0) return Status.Invalid;
  if (bytes > process.maximumBytes) return Status.NoMemory;
  process.limitBytes = bytes;
  return Status.Ok;
}

export function sysMemoryRelease(slot: i32, va: u64, bytes: u64): i64 {
  if (((va | bytes) & (PAGE_BYTES - 1)) != 0) return Status.Invalid;
  const limit = processAt(slot).limitBytes;
  const offset = va - USER_LINEAR_VA;
  if (offset > limit || bytes > limit - offset) return Status.Range;
  return releaseRange(slot, va, bytes);
}
