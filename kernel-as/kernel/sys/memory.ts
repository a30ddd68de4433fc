// System calls about the areas of a process's memory.
import { PAGE_BYTES, ProcessState, Status, USER_LINEAR_VA } from "../../abi/numbers";
import { RELEASE_BYTES } from "../limits";
import { touchesMapping } from "../mm/mapping";
import { offerRange } from "../mm/offer";
import { releaseRange } from "../mm/vm";
import { Area, areaBytes, areaStart, areaWindow, setAreaBytes } from "../proc/areas";
import { completeWait } from "../proc/lifecycle";
import { Process, processAt, reservedBytes } from "../proc/process";
import { beginWait } from "../proc/waiting";
import { queueWork, Work } from "../work";
import { WAITS } from "./waits";

const WASM_PAGE_BYTES: u64 = 65_536;

export function sysMemoryLimit(slot: i32, bytes: u64): i64 {
  const process = processAt(slot);
  if (bytes < process.linearBytes || bytes % WASM_PAGE_BYTES != 0) return Status.Invalid;
  if (bytes > process.maximumBytes || overLimit(process, bytes - process.linearBytes)) return Status.NoMemory;
  process.linearBytes = bytes;
  return Status.Ok;
}

/** Grows or shrinks the heap or the scratch area; shrinking gives frames back in steps. */
export function sysAreaLimit(slot: i32, area: Area, bytes: u64): i64 {
  const process = processAt(slot);
  const now = areaBytes(process, area);
  if ((bytes & (PAGE_BYTES - 1)) != 0) return Status.Invalid;
  if (bytes > areaWindow(area) || (bytes > now && overLimit(process, bytes - now))) return Status.NoMemory;
  setAreaBytes(process, area, bytes);
  return bytes < now ? startSpan(slot, areaStart(area) + bytes, now - bytes, Work.Release, false) : Status.Ok;
}

/** Whether so many bytes more are more than a process may reserve. */
export function overLimit(process: Process, more: u64): bool {
  return process.memoryMaxBytes != 0 && (more > process.memoryMaxBytes || reservedBytes(process) > process.memoryMaxBytes - more);
}

export function sysMemoryRelease(slot: i32, va: u64, bytes: u64): i64 {
  const status = checkSpan(slot, va, bytes);
  return status < 0 ? status : startSpan(slot, va, bytes, Work.Release, true);
}

export function sysMemoryOffer(slot: i32, va: u64, bytes: u64): i64 {
  const status = checkSpan(slot, va, bytes);
  return status < 0 ? status : startSpan(slot, va, bytes, Work.Offer, true);
}

// Whole pages of linear memory.
function checkSpan(slot: i32, va: u64, bytes: u64): i32 {
  if (((va | bytes) & (PAGE_BYTES - 1)) != 0) return Status.Invalid;
  const limit = processAt(slot).linearBytes;
  const offset = va - USER_LINEAR_VA;
  if (offset > limit || bytes > limit - offset) return Status.Range;
  return touchesMapping(processAt(slot), va, bytes) ? Status.Denied : Status.Ok;
}

/** The caller waits until the steps have gone through its span; it gets the number of pages, or Ok where it did not ask. */
export function startSpan(slot: i32, va: u64, bytes: u64, work: Work, counted: bool): i64 {
  const process = processAt(slot);
  process.bufferVa = va;
  process.endVa = va + bytes;
  process.released = 0;
  process.releaseCounted = counted ? 1 : 0;
  beginWait(slot, ProcessState.Working);
  queueWork(work, slot);
  return WAITS;
}

/** One step of a release. True when it is done, or its process is no more. */
export function releaseStep(slot: i32): bool {
  return stepSpan(slot, releaseRange);
}

/** One step of an offer. The same. */
export function offerStep(slot: i32): bool {
  return stepSpan(slot, offerRange);
}

/** One step of what startSpan began: 2 MiB. */
export function stepSpan(slot: i32, act: (slot: i32, va: u64, bytes: u64) => u32): bool {
  const process = processAt(slot);
  if (process.state != ProcessState.Working) return true;
  const left = process.endVa - process.bufferVa;
  const bytes = min<u64>(left, RELEASE_BYTES);
  process.released += act(slot, process.bufferVa, bytes);
  process.bufferVa += bytes;
  if (process.bufferVa < process.endVa) return false;
  completeWait(slot, process.releaseCounted != 0 ? process.released : Status.Ok);
  return true;
}
