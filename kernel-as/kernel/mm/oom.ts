// What happens when a demand fault of order 0 finds no frame: the process with the highest score ends, with a line that
// says why. Scores are in reclaim/policy.ts.
import { time_now_ns } from "../../abi/host";
import { Event, ExitReason, PROCESSES, ProcessState, Status } from "../../abi/numbers";
import { count } from "../../obs";
import { Counter, say, sayEnd, sayNumber, sayProcess, trace } from "../obs";
import { predictOutOfMemory } from "../predict";
import { endProcess, reapStep } from "../proc/lifecycle";
import { NO_SLOT, processAt } from "../proc/process";
import { findVictim, outOfMemoryScore, scoreParts } from "../reclaim/victim";
import { cancelReap } from "../work";
import { countOutOfMemory, freePages } from "./frames";

/** A dead process whose frames are still on their way back, or NO_SLOT. */
export function findEnding(): i32 {
  for (let slot: i32 = 0; slot < <i32>PROCESSES; slot++) if (processAt(slot).state == ProcessState.Ending) return slot;
  return NO_SLOT;
}

function pair(high: i32, low: i32): u64 {
  return ((<u64>(<u32>high)) << 32) | <u32>low;
}

/** Ends a process that needs more than its own limit allows. NoMemory, for the call that it was in. */
export function endOverLimit(slot: i32): i32 {
  const process = processAt(slot);
  say("out of its memory limit: ");
  sayProcess(slot);
  say(" holds ");
  sayNumber(process.residentPages);
  say(" pages, may hold ");
  sayNumber(process.memoryMaxBytes >> 12);
  sayEnd();
  endProcess(slot, ExitReason.OutOfMemory, 137, 0);
  return Status.NoMemory;
}

/** Ends the process with the highest score. False where none may be killed. */
export function killForMemory(wanted: i32): bool {
  const victim = findVictim();
  if (victim == NO_SLOT) return false;
  const process = processAt(victim);
  const score = outOfMemoryScore(process);
  countOutOfMemory();
  const parts = scoreParts();
  trace(Event.OutOfMemory, process.pid, freePages(), score);
  trace(Event.OomScore, process.pid, pair(parts.size, parts.growth), pair(parts.age, parts.adjust));
  count(Counter.Kills, 1);
  predictOutOfMemory(<u64>time_now_ns());
  say("out of memory: pid ");
  sayNumber(processAt(wanted).pid);
  say(" needs a page, ");
  sayNumber(freePages());
  say(" free; killing ");
  sayProcess(victim);
  say(" for the highest score: ");
  sayNumber(score);
  say(" (");
  sayNumber(process.residentPages);
  say(" pages held)");
  sayEnd();
  endProcess(victim, ExitReason.OutOfMemory, 137, 0);
  return true;
}

/**
 * Finds a frame at once, for a system call that cannot wait: gives dead processes' frames back, killing where it must.
 * False where nothing can be had, or the caller itself was chosen.
 */
export function reclaimNow(slot: i32): bool {
  let ending = findEnding();
  if (ending == NO_SLOT) {
    if (!killForMemory(slot) || processAt(slot).state == ProcessState.Ending) return false;
    ending = findEnding();
  }
  cancelReap(ending);
  while (!reapStep(ending)) {}
  return true;
}
