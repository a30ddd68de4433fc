// System calls about the console.
import { console_write } from "../../abi/host";
import { ProcessState, Status } from "../../abi/numbers";
import { getU8 } from "../../lib/bytes";
import { readTyped } from "../console";
import { copyIn } from "../mm/usercopy";
import { FLAG_SERVICE, FOREVER, processAt } from "../proc/process";
import { otherBegins, otherWrote, ownerWrote } from "../terminal";
import { noteWake } from "../time";
import { WAITS } from "./waits";

/** Bytes written by one call: what is more, the caller writes again. */
const MOST: u32 = 65_536;
const CHUNK: u32 = 1024;
const chunk: usize = memory.data(1024);

export function sysWrite(slot: i32, va: u64, count: u32): i64 {
  const total = count < MOST ? count : MOST;
  const owner = (processAt(slot).flags & FLAG_SERVICE) != 0;
  if (!owner && total > 0) otherBegins();
  for (let at: u32 = 0; at < total; at += CHUNK) {
    const bytes = total - at < CHUNK ? total - at : CHUNK;
    const status = copyIn(slot, va + at, chunk, bytes);
    if (status < 0) return status;
    console_write(chunk, bytes);
    const last = <u8>getU8(chunk + bytes - 1);
    if (owner) ownerWrote(last);
    else otherWrote(last);
  }
  return total;
}

export function sysRead(slot: i32, nowNs: u64, va: u64, capacity: u32, timeoutNs: u64): i64 {
  const process = processAt(slot);
  // One reader at a time: the service that owns the console.
  if ((process.flags & FLAG_SERVICE) == 0) return Status.Denied;
  if (capacity == 0) return Status.Invalid;
  const bytes = readTyped(slot, va, capacity);
  if (bytes != Status.Again || timeoutNs == 0) return bytes;
  process.state = ProcessState.Reading;
  process.bufferVa = va;
  process.bufferBytes = capacity;
  process.wakeNs = timeoutNs > FOREVER - 1 - nowNs ? FOREVER : nowNs + timeoutNs;
  if (process.wakeNs != FOREVER) noteWake(process.wakeNs);
  return WAITS;
}
