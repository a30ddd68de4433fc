// Ends the waits that an event below decided: a child ended, a compaction is done. Called once an entry, after everything else.
import { PROCESSES, ProcessState } from "../../abi/numbers";
import { takeFinished } from "../mm/compactor";
import { completeWait, findEndedChild, takeChildEnded } from "../proc/lifecycle";
import { NO_SLOT, processAt, slotOf } from "../proc/process";
import { reclaimGain, takeReclaimed } from "../reclaim/ladder";
import { deliverCompaction } from "./control";
import { deliverChild } from "./process";

export function deliverEvents(): void {
  // Copying a result out may end another process for its memory, so look again.
  while (takeChildEnded()) wakeParents();
  const slot = slotOf(takeFinished());
  if (slot != NO_SLOT && processAt(slot).state == ProcessState.Working) completeWait(slot, deliverCompaction(slot));
  const asked = slotOf(takeReclaimed());
  if (asked != NO_SLOT && processAt(asked).state == ProcessState.Working) completeWait(asked, reclaimGain());
}

function wakeParents(): void {
  for (let slot: i32 = 0; slot < <i32>PROCESSES; slot++) {
    const parent = processAt(slot);
    if (parent.state != ProcessState.Waiting) continue;
    const child = findEndedChild(parent.pid, parent.waitPid);
    if (child >= 0) completeWait(slot, deliverChild(slot, child, parent.bufferVa));
  }
}
