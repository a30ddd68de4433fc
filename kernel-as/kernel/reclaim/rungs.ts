// What each rung of the reclaim ladder does in one step, and what it has done since boot. Which rung comes when, and who starts
// a run, is ladder.ts; the numbers are policy.ts. A step ends after about STEP_NS.
import { time_now_ns } from "../../abi/host";
import { LadderRow } from "../../abi/layouts";
import { ExitReason, PROCESSES, ProcessState, ReclaimCause, Rung } from "../../abi/numbers";
import { freePages, largestOrder, MAX_ORDER, managedPages } from "../mm/buddy";
import { compactionActive, startCompaction } from "../mm/compactor";
import { countOutOfMemory } from "../mm/frames";
import { findEnding, killForMemory } from "../mm/oom";
import { beginPass, OFFERED_ONLY, Pass, pagesTaken, passStep } from "../mm/pick";
import { offeredPages } from "../mm/resident";
import { dropSpareTables } from "../mm/tables";
import { poolHasRoom } from "../mm/zpool";
import { predictActed, predictOutOfMemory } from "../predict";
import { endProcess } from "../proc/lifecycle";
import { FLAG_SERVICE, isAlive, NO_SLOT, Process, processAt } from "../proc/process";
import { heldFrames } from "./growth";
import { compressionHelps, Limit, limitOf, mayTake, positionOf, RUNGS, rungAt, rungCount, throttlesWarned } from "./policy";
import { RATE_BYTES, Rate } from "./rate";
import { stallFullAverage } from "./stall";
import { endThrottles, throttleGrowers, throttlesLastMinute, throttlesLimited, throttleWaitedNs } from "./throttle";

/** What a rung has done since boot. */
@unmanaged
class Done {
  runs: u64;
  actions: u64;
  frames: u64;
  ns: u64;
  lastNs: u64;
}

const NO_LIMIT: u32 = 0xffff_ffff;
const done: usize = memory.data(200, 8);
if (offsetof<Done>() * RUNGS > 200) ERROR("the table is too small");
const compactions = changetype<Rate>(memory.data(24, 8));
const stamps: usize = memory.data(512, 8);
if (RATE_BYTES != 512) ERROR("the ring is stale");

/** Where a rung stands inside a run: which pass, and whether that has begun. */
let phase: u32 = 0;
let begun: bool = false;
let acted: u32 = 0;
/** Until when the kill waits for others to give memory back, and whether it has. */
let graceEndNs: u64 = 0;
let graceSpent: bool = false;

export function initRungs(): void {
  compactions.init(stamps);
}

function doneBy(rung: u32): Done {
  return changetype<Done>(done + <usize>rung * offsetof<Done>());
}

/** A run comes to a rung. */
export function enterRung(): void {
  phase = 0;
  begun = false;
  acted = 0;
}

/** A run leaves a rung. Its actions in this run. */
export function leaveRung(rung: Rung): u32 {
  if (acted != 0) doneBy(rung).runs++;
  return acted;
}

/** One step of a rung; the run has gained `gained` frames before it. True while there is more to do in it. */
export function stepRung(rung: Rung, cause: u32, wantedFree: u32, gained: u32): bool {
  const startedNs = <u64>time_now_ns();
  const before = freePages();
  const actedBefore = acted;
  const more = stepOf(rung, cause, wantedFree, gained, startedNs);
  const row = doneBy(rung);
  const nowNs = <u64>time_now_ns();
  row.ns += nowNs - startedNs;
  if (acted == actedBefore) return more;
  row.actions += acted - actedBefore;
  row.lastNs = nowNs;
  if (freePages() > before) row.frames += freePages() - before;
  return more;
}

function stepOf(rung: Rung, cause: u32, wantedFree: u32, gained: u32, nowNs: u64): bool {
  switch (rung) {
    case Rung.Drop:
      return drop(cause, wantedFree, nowNs);
    case Rung.Compact: {
      compact(cause, nowNs);
      return false;
    }
    case Rung.Compress:
      return compress(cause, wantedFree);
    case Rung.Throttle: {
      if (cause == ReclaimCause.Asked || freePages() >= wantedFree) return false;
      if (cause == ReclaimCause.Prediction) {
        if (compressionHelps(poolHasRoom(), gained)) {
          endThrottles();
          return false;
        }
        if (!throttlesWarned(freePages(), managedPages())) return false;
      }
      acted += throttleGrowers(nowNs);
      if (acted != 0) predictActed(nowNs);
      return false;
    }
    default: {
      if (cause == ReclaimCause.Failure) kill(nowNs);
      return false;
    }
  }
}

// ---- drop

function drop(cause: u32, wantedFree: u32, nowNs: u64): bool {
  if (!begun) {
    begun = true;
    beginPass(isAlive);
    if (cause == ReclaimCause.Failure) acted += dropSpareTables();
  }
  if (offeredPages() == 0) return false;
  const result = passStep(OFFERED_ONLY, wantedFree);
  acted += pagesTaken();
  if (pagesTaken() != 0) predictActed(nowNs);
  return result == Pass.More;
}

// ---- compact: after a warning only. It gains no frame, so it does not help where a single one is missing.

function compact(cause: u32, nowNs: u64): void {
  if (cause != ReclaimCause.Prediction || !compactionHelps()) return;
  if (!compactions.take(nowNs, <u32>limitOf(Limit.CompactionsPerMinute))) return;
  if (startCompaction(0, 0) >= 0) acted++;
}

/** Nothing can be gained where a block of the largest order is free, or nothing is. */
export function compactionHelps(): bool {
  return !compactionActive() && largestOrder() >= 0 && largestOrder() < <i32>MAX_ORDER;
}

// ---- compress: cold pages first. After a failure also warmer ones, and in the end any that was not touched since it was looked
// at; but where processes already wait most of the time, taking what they use would only make them wait more.

function compress(cause: u32, wantedFree: u32): bool {
  if (!poolHasRoom()) return false;
  const passes: u32 = cause == ReclaimCause.Prediction ? 1 : 4;
  if (phase == passes) return false;
  if (phase >= 2 && cause == ReclaimCause.Failure && stallFullAverage() > <u32>limitOf(Limit.ThrashPpm)) return false;
  if (!begun) {
    begun = true;
    beginPass(mayTake);
  }
  const age = phase == 0 ? <u32>limitOf(Limit.ColdScans) : phase == 1 ? 1 : 0;
  const result = passStep(age, wantedFree);
  acted += pagesTaken();
  if (result == Pass.More) return true;
  phase++;
  begun = false;
  return result == Pass.Over;
}

/** For a copy that cannot wait: drops and compresses on the spot until a few frames are free, for about a millisecond. */
export function squeeze(wantedFree: u32, forNs: u64): bool {
  const startedNs = <u64>time_now_ns();
  const before = freePages();
  let taken: u32 = 0;
  for (let pass: u32 = 0; pass < 4; pass++) {
    const age = pass == 0 ? <u32>limitOf(Limit.ColdScans) : pass == 1 ? 1 : 0;
    beginPass(mayTake);
    let result = Pass.More;
    while (result == Pass.More && <u64>time_now_ns() - startedNs < forNs) {
      result = passStep(age, wantedFree);
      taken += pagesTaken();
    }
    if (result != Pass.Over) break;
  }
  const row = doneBy(Rung.Compress);
  const nowNs = <u64>time_now_ns();
  row.ns += nowNs - startedNs;
  if (taken != 0) {
    row.runs++;
    row.actions += taken;
    row.lastNs = nowNs;
    row.frames += freePages() - min(before, freePages());
  }
  return freePages() != 0;
}

// ---- kill

/** First process that waits for a frame, or NO_SLOT. */
export function findStarved(): i32 {
  for (let slot: i32 = 0; slot < <i32>PROCESSES; slot++) if (processAt(slot).state == ProcessState.Starved) return slot;
  return NO_SLOT;
}

/** When the kill that was put off is due; 0: none is. */
export function killDueNs(): u64 {
  return graceEndNs;
}

function kill(nowNs: u64): void {
  const starved = findStarved();
  // Enough was gained, a dead process's frames are on their way, or nobody waits any more.
  if (starved == NO_SLOT || freePages() >= <u32>limitOf(Limit.LeastGain) || findEnding() != NO_SLOT) {
    graceEndNs = 0;
    graceSpent = false;
    return;
  }
  if (graceEndNs != 0 && nowNs >= graceEndNs) graceSpent = true;
  if (!graceSpent && limitOf(Limit.GraceMs) != 0 && othersMayGive()) {
    if (graceEndNs == 0) graceEndNs = nowNs + limitOf(Limit.GraceMs) * 1_000_000;
    return;
  }
  graceEndNs = 0;
  graceSpent = false;
  if (killForMemory(starved)) {
    const ending = findEnding();
    if (ending != NO_SLOT) doneBy(Rung.Kill).frames += heldFrames(processAt(ending));
  } else {
    // Nobody may be killed: who needs the page ends.
    countOutOfMemory();
    predictOutOfMemory(nowNs);
    endProcess(starved, ExitReason.OutOfMemory, 137, 0);
  }
  acted++;
}

// Whether some process that neither waits for memory nor serves the machine could give memory back by itself.
function othersMayGive(): bool {
  for (let slot: i32 = 0; slot < <i32>PROCESSES; slot++) {
    const process: Process = processAt(slot);
    if (!isAlive(process) || (process.flags & FLAG_SERVICE) != 0) continue;
    if (process.state != ProcessState.Starved && process.residentPages + process.compressedPages > <u32>limitOf(Limit.LeastGain)) return true;
  }
  return false;
}

// ---- figures

/** Row `index`: the rungs in order, then those that are off; −1 past them. */
export function fillLadderRow(index: u32, at: usize): i32 {
  if (index >= RUNGS) return -1;
  let rung: u32 = 0;
  if (index < rungCount()) rung = rungAt(index);
  else {
    let off = index - rungCount();
    while (positionOf(rung) != NO_LIMIT || off-- != 0) rung++;
  }
  const row = changetype<LadderRow>(at);
  const had = doneBy(rung);
  const nowNs = <u64>time_now_ns();
  row.rung = rung;
  row.position = positionOf(rung);
  row.runs = had.runs;
  row.actions = had.actions;
  row.frames = rung == Rung.Compact || rung == Rung.Throttle ? 0 : had.frames;
  row.ns = had.ns;
  row.lastNs = had.lastNs;
  row.perMinute = NO_LIMIT;
  if (rung == Rung.Compact) {
    row.perMinute = <u32>limitOf(Limit.CompactionsPerMinute);
    row.lastMinute = compactions.lastMinute(nowNs);
    row.limited = compactions.limited;
  } else if (rung == Rung.Throttle) {
    row.perMinute = <u32>limitOf(Limit.ThrottlesPerMinute);
    row.lastMinute = throttlesLastMinute(nowNs);
    row.limited = throttlesLimited();
    row.ns = throttleWaitedNs();
  }
  return 1;
}
