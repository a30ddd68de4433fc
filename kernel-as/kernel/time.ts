// Sleepers and deadlines: when the kernel must look at the clock again.
import { ProcessState, Status } from "../abi/numbers";
import { noteChange } from "./fs/changes";
import { completeWait } from "./proc/lifecycle";
import { FOREVER, processAt, slotEnd } from "./proc/process";
import { makeReady } from "./proc/waiting";

let nextWakeNs: u64 = FOREVER;

/** A process began to wait until `wakeNs`. */
export function noteWake(wakeNs: u64): void {
  if (wakeNs < nextWakeNs) nextWakeNs = wakeNs;
}

/** Earliest end of a wait; FOREVER where nobody waits for a time. */
export function nextWake(): u64 {
  return nextWakeNs;
}

/** Ends every wait whose time has come: a sleep with Ok, a read with Again, a throttled fault with another try; a call that waits for descriptors looks once more. */
export function wakeSleepers(nowNs: u64): void {
  if (nowNs < nextWakeNs) return;
  nextWakeNs = FOREVER;
  for (let slot: i32 = 0; slot < slotEnd(); slot++) {
    const process = processAt(slot);
    if (process.wakeNs == FOREVER) continue;
    if (process.wakeNs > nowNs) noteWake(process.wakeNs);
    else if (process.state == ProcessState.Sleeping) {
      // One that has not run yet has no call to return from.
      if (process.admitted == 0) makeReady(slot);
      else completeWait(slot, Status.Ok);
    } else if (process.state == ProcessState.Reading) completeWait(slot, Status.Again);
    else if (process.state == ProcessState.Throttled) makeReady(slot);
    else if (process.state == ProcessState.Piping) {
      process.wakeNs = FOREVER;
      process.expired = 1;
      noteChange();
    } else process.wakeNs = FOREVER;
  }
}
