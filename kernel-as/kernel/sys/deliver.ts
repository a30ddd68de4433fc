// Ends the waits that an event below decided: a child ended, a compaction is done. Called once an entry, after everything else.
import { ProcessState } from "../../abi/numbers";
import { takeChange } from "../fs/changes";
import { takeFinished } from "../mm/compactor";
import { completeWait, findEndedChild, takeChildEnded } from "../proc/lifecycle";
import { NO_SLOT, processAt, slotEnd, slotOf } from "../proc/process";
import { reclaimGain, takeReclaimed } from "../reclaim/ladder";
import { deliverCompaction } from "./control";
import { callAgain } from "./poll";
import { deliverChild } from "./process";
import { WAITS } from "./waits";

export function deliverEvents(): void {
  // Copying a result out may end another process for its memory, so look again.
  while (takeChildEnded()) wakeParents();
  while (takeChange()) tryAgain();
  const slot = slotOf(takeFinished());
  if (slot != NO_SLOT && processAt(slot).state == ProcessState.Working) completeWait(slot, deliverCompaction(slot));
  const asked = slotOf(takeReclaimed());
  if (asked != NO_SLOT && processAt(asked).state == ProcessState.Working) completeWait(asked, reclaimGain());
}

// Who waits for a descriptor makes its call again.
function tryAgain(): void {
  for (let slot: i32 = 0; slot < slotEnd(); slot++) {
    if (processAt(slot).state != ProcessState.Piping) continue;
    const result = callAgain(slot);
    if (result != WAITS) completeWait(slot, result);
  }
}

function wakeParents(): void {
  for (let slot: i32 = 0; slot < slotEnd(); slot++) {
    const parent = processAt(slot);
    if (parent.state != ProcessState.Waiting) continue;
    const child = findEndedChild(parent.pid, parent.waitPid);
    if (child >= 0) completeWait(slot, deliverChild(slot, child, parent.bufferVa));
  }
}
