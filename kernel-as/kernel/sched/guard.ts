// The guard over weights that were learnt while the kernel runs: are requests slower since the last commit than before? Pure, integers
// only; it decides, its caller acts. Not a test of the weights themselves: the module does that when they are committed.
//
// Slowdown is response ÷ service. Its logarithm is watched, so that one long wait does not decide. Requests that wait in one queue wait
// alike, so single ones are no independent samples: they are averaged in windows of GUARD_WINDOW, and the spread of these means is what the
// standard error comes from (method of batch means; Law, Simulation Modeling and Analysis, chapter 9).
import { GUARD_LEAST_BEFORE, GUARD_LEAST_WINDOWS, GUARD_MARGIN_MILLI, GUARD_MOST_WINDOWS, GUARD_WINDOW } from "../limits";

/** What guardRequest finds. */
export const enum Verdict {
  /** nothing to decide, or not yet */
  None = 0,
  /** the weights on trial are not worse: they are the good ones now */
  Keep = 1,
  /** they are worse: return to the good ones */
  Rollback = 2,
}

/** A shorter request counts as one of this length. */
const LEAST_SERVICE_NS: u64 = 1000;
/** A slowdown of 2^20 and more counts as that. */
const MOST_MILLI: u32 = 20_000;
const STANDARD_ERRORS_SQUARED: i64 = 9; // of three

const before = memory.data(64, 4); // means of the windows before the commit, GUARD_MOST_WINDOWS × i32
const since = memory.data(64, 4); // … since
if (GUARD_MOST_WINDOWS !== 16) ERROR("the windows are stale");
let beforeCount: u32 = 0;
let beforeNext: u32 = 0;
let sinceCount: u32 = 0;
let windowSum: u64 = 0;
let windowRequests: u32 = 0;
let trial: bool = false;
let judged: u32 = 0;

/** Forget everything: another policy decides. */
export function guardReset(): void {
  beforeCount = 0;
  beforeNext = 0;
  guardEnd();
  judged = 0;
}

/** New weights are in use from now on: watch them. Not while others are on trial. */
export function guardCommit(): void {
  guardEnd();
  trial = true;
  judged = 0;
}

/** The weights on trial are no longer in use. What was before the commit holds on. */
export function guardEnd(): void {
  trial = false;
  sinceCount = 0;
  windowSum = 0;
  windowRequests = 0;
}

export function guardOnTrial(): bool {
  return trial;
}
/** Requests that ended since the last commit. */
export function guardJudged(): u32 {
  return judged;
}
/** Mean logarithm of slowdown before the commit, in thousandths of a doubling; 0 where nothing ended yet. */
export function guardBeforeMilli(): u32 {
  return <u32>mean(before, beforeCount);
}
/** … since. Without a trial it is the same as before. */
export function guardSinceMilli(): u32 {
  return trial ? <u32>mean(since, sinceCount) : guardBeforeMilli();
}

/** Base-2 logarithm in thousandths, rounded down by at most 2; 0 for 0. */
export function log2Milli(value: u64): u32 {
  if (value === 0) return 0;
  const whole = 63 - <u32>clz<u64>(value);
  let mantissa = whole >= 31 ? value >> (whole - 31) : value << (31 - whole); // 2^31 … 2^32 − 1
  let fraction: u32 = 0;
  for (let bit = 0; bit < 10; bit++) {
    mantissa = (mantissa * mantissa) >> 31;
    const above = mantissa >= 0x1_0000_0000;
    fraction = (fraction << 1) | <u32>above;
    if (above) mantissa >>= 1;
  }
  return whole * 1000 + ((fraction * 1000) >> 10);
}

/** A request ended: `responseNs` from its start to its end, of which it ran for `serviceNs`. */
export function guardRequest(responseNs: u64, serviceNs: u64): Verdict {
  const service = max<u64>(serviceNs, LEAST_SERVICE_NS);
  if (responseNs > service) windowSum += min<u32>(log2Milli(responseNs) - log2Milli(service), MOST_MILLI);
  judged++;
  if (++windowRequests < GUARD_WINDOW) return Verdict.None;
  const window = <i32>(windowSum / GUARD_WINDOW);
  windowSum = 0;
  windowRequests = 0;
  if (!trial) {
    remember(window);
    return Verdict.None;
  }
  store<i32>(since + ((<usize>sinceCount) << 2), window);
  sinceCount++;
  return judge();
}

function remember(window: i32): void {
  store<i32>(before + ((<usize>beforeNext) << 2), window);
  beforeNext = (beforeNext + 1) % GUARD_MOST_WINDOWS;
  if (beforeCount < GUARD_MOST_WINDOWS) beforeCount++;
}

function judge(): Verdict {
  if (sinceCount >= GUARD_LEAST_WINDOWS && beforeCount >= GUARD_LEAST_BEFORE && isWorse()) {
    guardEnd();
    return Verdict.Rollback;
  }
  if (sinceCount < GUARD_MOST_WINDOWS) return Verdict.None;
  // What was since is what the next commit is compared with.
  memory.copy(before, since, (<usize>GUARD_MOST_WINDOWS) << 2);
  beforeCount = GUARD_MOST_WINDOWS;
  beforeNext = 0;
  guardEnd();
  return Verdict.Keep;
}

function isWorse(): bool {
  const worse = mean(since, sinceCount) - mean(before, beforeCount);
  return worse > GUARD_MARGIN_MILLI && worse * worse > STANDARD_ERRORS_SQUARED * (meanVariance(since, sinceCount) + meanVariance(before, beforeCount));
}

function mean(windows: usize, count: u32): i64 {
  if (count === 0) return 0;
  let sum: i64 = 0;
  for (let i: u32 = 0; i < count; i++) sum += load<i32>(windows + ((<usize>i) << 2));
  return sum / count;
}

// Variance of the mean of these windows; at least one of them follows another.
function meanVariance(windows: usize, count: u32): i64 {
  const middle = mean(windows, count);
  let sum: i64 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const off = <i64>load<i32>(windows + ((<usize>i) << 2)) - middle;
    sum += off * off;
  }
  return sum / (<i64>(count - 1) * <i64>count);
}
