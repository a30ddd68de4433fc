// System calls about a process's linear memory.
import { PAGE_BYTES, ProcessState, Status, USER_LINEAR_VA } from "../../abi/numbers";
import { RELEASE_BYTES } from "../limits";
import { offerRange } from "../mm/offer";
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
  const status = checkSpan(slot, va, bytes);
  if (status < 0) return status;
  return beginSpan(slot, va, bytes, Work.Release);
}

function checkSpan(slot: i32, va: u64, bytes: u64): i32 {
  if (((va | bytes) & (PAGE_BYTES - 1)) != 0) return Status.Invalid;
  const limit = processAt(slot).limitBytes;
  const offset = va - USER_LINEAR_VA;
  return offset > limit || bytes > limit - offset ? Status.Range : Status.Ok;
}

// The caller waits until the steps have gone through its span.
function beginSpan(slot: i32, va: u64, bytes: u64, work: Work): i64 {
  const process = processAt(slot);
  process.bufferVa = va;
  process.endVa = va + bytes;
  process.released = 0;
  process.state = ProcessState.Working;
  queueWork(work, slot);
  return WAITS;
}

export function sysMemoryOffer(slot: i32, va: u64, bytes: u64): i64 {
  const status = checkSpan(slot, va, bytes);
  if (status < 0) return status;
  return beginSpan(slot, va, bytes, Work.Offer);
}

/** One step of an offer. True when it is done, or its process is no more. */
export function offerStep(slot: i32): bool {
  return stepSpan(slot, offerRange);
}

/** One step of a release. True when it is done, or its process is no more. */
export function releaseStep(slot: i32): bool {
  return stepSpan(slot, releaseRange);
}

function stepSpan(slot: i32, act: (slot: i32, va: u64, bytes: u64) => u32): bool {
  const process = processAt(slot);
  if (process.state != ProcessState.Working) return true;
  const left = process.endVa - process.bufferVa;
  const bytes = min<u64>(left, RELEASE_BYTES);
  process.released += act(slot, process.bufferVa, bytes);
  process.bufferVa += bytes;
  if (process.bufferVa < process.endVa) return false;
  completeWait(slot, process.released);
  return true;
}
