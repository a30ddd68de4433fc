// The system call that reads the console raw. Reading it in lines is sys/files.ts.
import { ProcessState, Status } from "../../abi/numbers";
import { readTyped } from "../console";
import { FLAG_OWNER, FOREVER, processAt } from "../proc/process";
import { beginWait } from "../proc/waiting";
import { noteWake } from "../time";
import { WAITS } from "./waits";

export function sysRead(slot: i32, nowNs: u64, va: u64, capacity: u32, timeoutNs: u64): i64 {
  const process = processAt(slot);
  // One reader at a time: the service that owns the console.
  if ((process.flags & FLAG_OWNER) == 0) return Status.Denied;
  if (capacity == 0) return Status.Invalid;
  const bytes = readTyped(slot, va, capacity);
  if (bytes != Status.Again || timeoutNs == 0) return bytes;
  process.bufferVa = va;
  process.bufferBytes = capacity;
  process.wakeNs = timeoutNs > FOREVER - 1 - nowNs ? FOREVER : nowNs + timeoutNs;
  if (process.wakeNs != FOREVER) noteWake(process.wakeNs);
  beginWait(slot, ProcessState.Reading);
  return WAITS;
}
