// The reclaim ladder: a run goes through the rungs in the policy's order, in steps. It is started by the crash predictor's warning
// (never kills; processes run between its steps), by a page that is needed while none is free (nothing else runs until some are),
// or on request. What a rung does is rungs.ts; the order and the numbers are policy.ts. With `auto off` only the kill is left.
import { time_now_ns } from "../../abi/host";
import { Event, ProcessState, ReclaimCause, Rung, Status } from "../../abi/numbers";
import { PPM } from "../../lib/fixed";
import { count, observe } from "../../obs";
import { PACE_NS } from "../limits";
import { freePages, managedPages } from "../mm/buddy";
import { ageRoundActive, ageStep, beginAgeRound } from "../mm/coldness";
import { findEnding, killForMemory, reclaimNow } from "../mm/oom";
import { compressedPages, poolPages, setPoolLimit } from "../mm/zpool";
import { Counter, Histogram, trace } from "../obs";
import { predictAverted } from "../predict";
import { wakeStarved } from "../proc/lifecycle";
import { NO_SLOT, processAt } from "../proc/process";
import { beginWait } from "../proc/waiting";
import { paceWork, Work } from "../work";
import { growthBeat } from "./growth";
import { initReclaimPolicy, Limit, limitOf, rungAt, rungCount, throttlesWarned } from "./policy";
import { compactionHelps, enterRung, initRungs, killDueNs, leaveRung, squeeze, stepRung } from "./rungs";
import { stallBeat, stallBegin } from "./stall";
import { endThrottles, initThrottle, throttleBeat } from "./throttle";

const NO_CAUSE: u32 = 0;
/** After a run that a warning started and that gained nothing, the next such run waits so long. */
const RETRY_NS: u64 = 1_000_000_000;
/** A copy that cannot wait may look for frames this long. */
const SQUEEZE_NS: u64 = 1_000_000;
const SQUEEZE_FRAMES: u32 = 8;

let acting: bool = true;
let cause: u32 = NO_CAUSE;
let position: u32 = 0;
let wantedFree: u32 = 0;
let beganNs: u64 = 0;
let rungFree: u32 = 0;
let gained: u32 = 0;
let actions: u32 = 0;
let retryNs: u64 = 0;
let askedBy: u32 = 0;
let finishedFor: u32 = 0;
let finishedGain: u32 = 0;
let starving: bool = false;
let warning: bool = false;
let wasShort: bool = false;
let nextRoundNs: u64 = 0;

/** Begin; `automatic`: whether the ladder acts at all but for the kill. */
export function initLadder(automatic: bool): void {
  initReclaimPolicy();
  initRungs();
  initThrottle();
  acting = automatic;
}

/** `crashctl auto`: off leaves only the kill, and slows nobody down any longer. A run under way ends by itself. */
export function setActing(on: bool): void {
  acting = on;
  if (!on) endThrottles();
}

export function ladderActs(): bool {
  return acting;
}

// ---- who starts a run

/**
 * A decision of the predictor, on the beat. A warning stands until the predictor is calm, or enough is free: one that abstains later, because
 * compression has made the machine unlike what it knows, has taken nothing back.
 * @param slope pages a second that free memory changes by
 */
export function ladderJudged(warned: bool, abstained: bool, nowNs: u64, slope: i64): void {
  if (warned) warning = true;
  else if (!abstained || <u64>freePages() * PPM >= <u64>managedPages() * limitOf(Limit.TargetPpm)) warning = false;
  // Growers are slowed down from here on: a run that gained nothing a moment ago puts that off no longer.
  const short = throttlesWarned(freePages(), managedPages());
  if (short && !wasShort) retryNs = 0;
  wasShort = short;
  if (warning) climb(nowNs, slope);
}

function climb(nowNs: u64, slope: i64): void {
  if (!acting || cause != NO_CAUSE || nowNs < retryNs) return;
  const managed = <u64>managedPages();
  const target = (managed * limitOf(Limit.TargetPpm)) / PPM;
  const demand = slope < 0 ? (<u64>-slope * limitOf(Limit.DemandMs)) / 1000 : 0;
  const wanted = <u32>min<u64>(max<u64>(target, demand), managed / 2);
  if (freePages() >= wanted && !compactionHelps()) return;
  begin(ReclaimCause.Prediction, wanted);
}

/**
 * A process needs a page and none is free. True: it waits, Starved, and its fault comes again. False: nothing can be had.
 */
export function shortOfMemory(slot: i32): bool {
  const process = processAt(slot);
  if (findEnding() == NO_SLOT) {
    if (acting) {
      if (cause != ReclaimCause.Failure && killDueNs() == 0) {
        if (cause != NO_CAUSE) finish();
        begin(ReclaimCause.Failure, freePages() + <u32>limitOf(Limit.FailurePages));
      }
    } else if (!killForMemory(slot)) return false;
  }
  if (process.state != ProcessState.Running) return true;
  beginWait(slot, ProcessState.Starved);
  starving = true;
  stallBegin(process, <u64>time_now_ns());
  return true;
}

/** Control.Reclaim: gains frames by dropping and compressing; `pid` is told. Ok or Busy. */
export function ladderAsked(pages: u32, pid: u32): i32 {
  if (cause != NO_CAUSE) return Status.Busy;
  askedBy = pid;
  begin(ReclaimCause.Asked, <u32>min<u64>(<u64>freePages() + pages, managedPages()));
  return Status.Ok;
}

/** pid that a run has just ended for; 0: none. What it gained is in reclaimGain. */
export function takeReclaimed(): u32 {
  const pid = finishedFor;
  finishedFor = 0;
  return pid;
}

export function reclaimGain(): u32 {
  return finishedGain;
}

/** A frame at once, for a system call that cannot wait; kills where it must. `patient` false: it has waited too often, kill now. */
export function frameNow(slot: i32, patient: bool): bool {
  if (acting && patient && squeezeNow()) return true;
  return reclaimNow(slot);
}

/** A few frames at once without a kill, or false. */
export function squeezeNow(): bool {
  return acting && squeeze(SQUEEZE_FRAMES, SQUEEZE_NS);
}

// ---- a run

function begin(why: ReclaimCause, wanted: u32): void {
  cause = why;
  position = 0;
  wantedFree = wanted;
  gained = 0;
  actions = 0;
  beganNs = <u64>time_now_ns();
  rungFree = freePages();
  count(Counter.LadderRuns, 1);
  trace(Event.ReclaimStart, 0, why, freePages());
  enterRung();
  paceWork(Work.Ladder, beganNs);
}

/** One step of the run. It always asks for its next step itself, so it is always done. */
export function ladderStep(_subject: i32): bool {
  const startedNs = <u64>time_now_ns();
  if (cause == NO_CAUSE) {
    // A kill that was put off is due.
    if (killDueNs() != 0 && startedNs >= killDueNs()) begin(ReclaimCause.Failure, freePages() + <u32>limitOf(Limit.FailurePages));
    return true;
  }
  if (position >= rungCount()) {
    finish();
    return true;
  }
  const rung = rungAt(position);
  if (!stepRung(rung, cause, wantedFree, gained)) leave(rung);
  if (position >= rungCount()) finish();
  else {
    const nowNs = <u64>time_now_ns();
    // Where somebody starves nothing else is worth the time; else processes get as much of it as the ladder.
    paceWork(Work.Ladder, cause == ReclaimCause.Failure ? nowNs : nowNs + max(PACE_NS, nowNs - startedNs));
  }
  return true;
}

function leave(rung: Rung): void {
  const frames = freePages() > rungFree ? freePages() - rungFree : 0;
  const acted = leaveRung(rung);
  if (acted != 0) trace(Event.ReclaimRung, 0, rung, frames);
  gained += frames;
  actions += acted;
  rungFree = freePages();
  position++;
  enterRung();
}

function finish(): void {
  const nowNs = <u64>time_now_ns();
  trace(Event.ReclaimEnd, 0, gained, freePages());
  observe(Histogram.LadderNs, nowNs - beganNs);
  if (cause == ReclaimCause.Prediction && actions == 0) retryNs = nowNs + RETRY_NS;
  if (cause == ReclaimCause.Asked) {
    finishedFor = askedBy;
    finishedGain = gained;
  }
  cause = NO_CAUSE;
  if (killDueNs() != 0) paceWork(Work.Ladder, killDueNs());
  ladderPoll();
}

/** Wakes who starves where frames are free: on each entry, so that what anybody gives back is used. */
export function ladderPoll(): void {
  if (!starving || freePages() == 0 || cause == ReclaimCause.Failure) return;
  starving = false;
  wakeStarved();
}

// ---- on the beat

/** One step of the age scan, with time for processes in between. */
export function agePaced(subject: i32): bool {
  const startedNs = <u64>time_now_ns();
  if (ageStep(subject)) return true;
  const nowNs = <u64>time_now_ns();
  paceWork(Work.Age, nowNs + max(PACE_NS, nowNs - startedNs));
  return true;
}

/** Each beat: growth, pressure, ends of throttles, the age scan, and whether the ladder has averted what was predicted. */
export function ladderBeat(nowNs: u64): void {
  const managed = <u64>managedPages();
  growthBeat();
  stallBeat(nowNs);
  throttleBeat(nowNs);
  setPoolLimit(<u32>((managed * limitOf(Limit.PoolPpm)) / PPM));
  // Without the frames that compression gained, memory had run out.
  const gain = compressedPages() - min(poolPages(), compressedPages());
  if (gain != 0 && gain >= freePages()) predictAverted(nowNs);
  if (!acting || nowNs < nextRoundNs || ageRoundActive() || <u64>freePages() * PPM >= managed * limitOf(Limit.ScanBelowPpm)) return;
  nextRoundNs = nowNs + limitOf(Limit.ScanMs) * 1_000_000;
  beginAgeRound();
  paceWork(Work.Age, nowNs);
}
