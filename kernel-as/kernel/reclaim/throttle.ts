import { Event, PROCESSES, ProcessState } from "../../abi/numbers";
import { PPM } from "../../lib/fixed";
import { count, observe } from "../../obs";
import { freePages, managedPages } from "../mm/buddy";
import { Counter, Histogram, say, sayEnd, sayNumber, sayProcess, trace } from "../obs";
import { isAlive, NO_SLOT, Process, processAt } from "../proc/process";
import { beginWait } from "../proc/waiting";
import { noteWake } from "../time";
import { Limit, limitOf, mayThrottle } from "./policy";
import { RATE_BYTES, Rate } from "./rate";
import { stallBegin } from "./stall";

/** Faults after which the wait doubles. */
const FAULTS_OF_STEP: u32 = 16;
const rate = changetype<Rate>(memory.data(24, 8));
const stamps: usize = memory.data(512, 8);
if (RATE_BYTES != 512) ERROR("the ring is stale");
let waitedNs: u64 = 0;
let started: u64 = 0;

export function initThrottle(): void {
  rate.init(stamps);
}

/** Throttles that the rate limit held back. */
export function throttlesLimited(): u64 {
  return rate.limited;
}
export function throttlesLastMinute(nowNs: u64): u32 {
  return rate.lastMinute(nowNs);
}
/** Throttles begun since boot. */
export function throttlesTotal(): u64 {
  return started;
}
/** Time that faults waited, since boot. */
export function throttleWaitedNs(): u64 {
  return waitedNs;
}
/** Whether a process is slowed down for memory. */
export function isThrottled(process: Process): bool {
  return process.throttleEndNs != 0 && isAlive(process);
}

/** Processes that are slowed down for memory now. */
export function throttledNow(): u32 {
  let throttled: u32 = 0;
  for (let slot: i32 = 0; slot < <i32>PROCESSES; slot++) if (isThrottled(processAt(slot))) throttled++;
  return throttled;
}

/** Throttles the fastest growers that are not yet; how many it began with. */
export function throttleGrowers(nowNs: u64): u32 {
  const most = <u32>limitOf(Limit.ThrottleGrowers);
  const already = throttledNow();
  let begun: u32 = 0;
  while (already + begun < most) {
    const slot = fastest();
    if (slot == NO_SLOT || !rate.take(nowNs, <u32>limitOf(Limit.ThrottlesPerMinute))) break;
    begin(slot, nowNs);
    begun++;
  }
  return begun;
}

function fastest(): i32 {
  let found: i32 = NO_SLOT;
  let highest = <i32>limitOf(Limit.ThrottleFloor) - 1;
  for (let slot: i32 = 0; slot < <i32>PROCESSES; slot++) {
    const process = processAt(slot);
    if (process.throttleEndNs != 0 || process.throttleSpent != 0 || process.growth <= highest || !mayThrottle(process)) continue;
    highest = process.growth;
    found = slot;
  }
  return found;
}

function begin(slot: i32, nowNs: u64): void {
  const process = processAt(slot);
  process.throttleEndNs = nowNs + limitOf(Limit.ThrottleMs) * 1_000_000;
  process.throttleWaits = 0;
  process.throttlePaid = 0;
  process.throttleWaitedNs = 0;
  started++;
  count(Counter.Throttles, 1);
  trace(Event.Throttle, process.pid, process.growth, process.throttleEndNs);
  say("memory is short: ");
  sayProcess(slot);
  say(" grows by ");
  sayNumber(process.growth);
  say(" pages/s and is slowed down for at most ");
  sayNumber(limitOf(Limit.ThrottleMs));
  say(" ms");
  sayEnd();
}

// `spent`: its time is over, and memory is still short.
function endThrottle(process: Process, spent: bool): void {
  process.throttleSpent = spent ? 1 : 0;
  process.throttleEndNs = 0;
  trace(Event.ThrottleEnd, process.pid, process.throttleWaits, process.throttleWaitedNs);
}

/**
 * A fault of a process: true where it has to wait first; it is Throttled then, and its fault comes again. The wait is bounded by
 * throttle-most-us and by the end of the throttle.
 */
export function throttleFault(slot: i32, nowNs: u64): bool {
  const process = processAt(slot);
  if (process.throttleEndNs == 0) return false;
  if (process.throttlePaid != 0 || nowNs >= process.throttleEndNs) {
    process.throttlePaid = 0;
    if (nowNs >= process.throttleEndNs) endThrottle(process, true);
    return false;
  }
  const doublings = min<u32>(process.throttleWaits / FAULTS_OF_STEP, 24);
  const waitNs = min<u64>((limitOf(Limit.ThrottleFirstUs) * 1000) << doublings, limitOf(Limit.ThrottleMostUs) * 1000);
  const untilNs = min<u64>(nowNs + waitNs, process.throttleEndNs);
  process.throttlePaid = 1;
  process.throttleWaits++;
  process.throttleWaitedNs += untilNs - nowNs;
  waitedNs += untilNs - nowNs;
  count(Counter.ThrottledFaults, 1);
  observe(Histogram.ThrottleNs, untilNs - nowNs);
  process.wakeNs = untilNs;
  beginWait(slot, ProcessState.Throttled);
  noteWake(untilNs);
  stallBegin(process, nowNs);
  return true;
}

/** Every throttle ends: something else helps. */
export function endThrottles(): void {
  for (let slot: i32 = 0; slot < <i32>PROCESSES; slot++) {
    const process = processAt(slot);
    if (isThrottled(process)) endThrottle(process, false);
  }
}

/** On the beat: throttles whose time is over, that memory no longer needs, or that a person has forbidden since, end. */
export function throttleBeat(nowNs: u64): void {
  const enough = (<u64>managedPages() * limitOf(Limit.ThrottleUntilPpm)) / PPM;
  const plenty = freePages() >= <u32>enough;
  for (let slot: i32 = 0; slot < <i32>PROCESSES; slot++) {
    const process = processAt(slot);
    if (plenty) process.throttleSpent = 0;
    const over = nowNs >= process.throttleEndNs;
    if (isThrottled(process) && (over || plenty || !mayThrottle(process) || limitOf(Limit.ThrottleGrowers) == 0)) endThrottle(process, over && !plenty);
  }
}
