// Whom the kill takes: the highest score of policy.ts among all processes, and its words. Killing itself is mm/oom.ts.
import { time_now_ns } from "../../abi/host";
import { PROCESSES } from "../../abi/numbers";
import { managedPages } from "../mm/buddy";
import { NO_SLOT, Process, processAt } from "../proc/process";
import { heldFrames } from "./growth";
import { killScore, mayKill, Score } from "./policy";

const parts = changetype<Score>(memory.data(16, 4));

/** Score of a process now; 0: it is never killed. Its parts are in scoreParts until the next call. */
export function outOfMemoryScore(process: Process): u32 {
  return killScore(process, heldFrames(process), managedPages(), <u64>time_now_ns(), parts);
}

export function scoreParts(): Score {
  return parts;
}

/**
 * Slot with the highest score, or NO_SLOT; of two alike the larger. Processes that hold no more than their reserve are spared
 * while there is any other: a reserve is a preference, protection is not.
 */
export function findVictim(): i32 {
  const victim = highest(true);
  return victim == NO_SLOT ? highest(false) : victim;
}

function highest(sparing: bool): i32 {
  let found: i32 = NO_SLOT;
  let score: u32 = 0;
  let held: u32 = 0;
  for (let slot: i32 = 0; slot < <i32>PROCESSES; slot++) {
    const process = processAt(slot);
    if (!mayKill(process) || (sparing && process.reservePages != 0 && process.residentPages <= process.reservePages)) continue;
    const own = outOfMemoryScore(process);
    const ownHeld = heldFrames(process);
    if (own < score || (own == score && ownHeld <= held && found != NO_SLOT)) continue;
    found = slot;
    score = own;
    held = ownHeld;
  }
  return found;
}
