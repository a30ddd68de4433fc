// System calls about a process's linear memory.
import { PAGE_BYTES, ProcessState, Status, USER_LINEAR_VA } from "../../abi/numbers";
import { RELEASE_BYTES } from "../limits";
import { releaseRange } from "../mm/vm";
import { completeWait } from "../proc/lifecycle";
import { processAt } from "../proc/process";
import { queueWork, Work } from "../work";
import { WAITS } from "./waits";

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
  const process = processAt(slot);
  const limit = process.limitBytes;
  const offset = va - USER_LINEAR_VA;
  if (offset > limit || bytes > limit - offset) return Status.Range;
  process.bufferVa = va;
  process.endVa = va + bytes;
  process.released = 0;
  process.state = ProcessState.Working;
  queueWork(Work.Release, slot);
  return WAITS;
}

/** One step of a release. True when it is done, or its process is no more. */
export function releaseStep(slot: i32): bool {
  const process = processAt(slot);
  if (process.state != ProcessState.Working) return true;
  const left = process.endVa - process.bufferVa;
  const bytes = left < RELEASE_BYTES ? left : RELEASE_BYTES;
  process.released += releaseRange(slot, process.bufferVa, bytes);
  process.bufferVa += bytes;
  if (process.bufferVa < process.endVa) return false;
  completeWait(slot, process.released);
  return true;
}
