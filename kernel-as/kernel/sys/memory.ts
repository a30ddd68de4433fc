// System calls about the areas of a process's memory.
import { PAGE_BYTES, ProcessState, Status, USER_LINEAR_VA } from "../../abi/numbers";
import { RELEASE_BYTES } from "../limits";
import { releaseRange } from "../mm/vm";
import { Area, areaBytes, areaStart, areaWindow, setAreaBytes } from "../proc/areas";
import { completeWait } from "../proc/lifecycle";
import { Process, processAt, reservedBytes } from "../proc/process";
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
  return bytes < now ? startRelease(slot, areaStart(area) + bytes, now - bytes, false) : Status.Ok;
}

function overLimit(process: Process, more: u64): bool {
  return process.memoryMaxBytes != 0 && (more > process.memoryMaxBytes || reservedBytes(process) > process.memoryMaxBytes - more);
}

export function sysMemoryRelease(slot: i32, va: u64, bytes: u64): i64 {
  if (((va | bytes) & (PAGE_BYTES - 1)) != 0) return Status.Invalid;
  const process = processAt(slot);
  const limit = process.linearBytes;
  const offset = va - USER_LINEAR_VA;
  if (offset > limit || bytes > limit - offset) return Status.Range;
  return startRelease(slot, va, bytes, true);
}

// The caller waits; it gets the number of frames, or Ok where it did not ask.
function startRelease(slot: i32, va: u64, bytes: u64, counted: bool): i64 {
  const process = processAt(slot);
  process.bufferVa = va;
  process.endVa = va + bytes;
  process.released = 0;
  process.releaseCounted = counted ? 1 : 0;
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
  completeWait(slot, process.releaseCounted != 0 ? process.released : Status.Ok);
  return true;
}
