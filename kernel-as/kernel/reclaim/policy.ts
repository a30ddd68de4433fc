// The policy of reclaim, as data: the order of the rungs, every number that they use, and who is killed. What a rung does is
// ladder.ts and below. All of it can be changed while the machine runs (Control.LadderOrder, LadderLimit). Pure: no host call.
import { LadderLimitRow } from "../../abi/layouts";
import { Rung, Status } from "../../abi/numbers";
import { nameSetLiteral } from "../../lib/bytes";
import { PPM } from "../../lib/fixed";
import { FLAG_FOREGROUND, FLAG_PROTECTED, isAlive, Process } from "../proc/process";

/** Numbers of the policy, by index: what Control.LadderLimit takes. Append only. */
export const enum Limit {
  CompactionsPerMinute = 0,
  ThrottlesPerMinute = 1,
  ThrottleMs = 2,
  ThrottleFirstUs = 3,
  ThrottleMostUs = 4,
  ThrottleGrowers = 5,
  ThrottleFloor = 6,
  ThrottleUntilPpm = 7,
  ColdScans = 8,
  ScanMs = 9,
  ScanBelowPpm = 10,
  PoolPpm = 11,
  TargetPpm = 12,
  DemandMs = 13,
  FailurePages = 14,
  LeastGain = 15,
  GraceMs = 16,
  ThrashPpm = 17,
  SizePoints = 18,
  GrowthPoints = 19,
  AgePoints = 20,
  AgeSeconds = 21,
  ForegroundPoints = 22,
  ThrottleBelowPpm = 23,
}
const LIMITS: u32 = 24;

export const RUNGS: u32 = 5;
/** Least and most of oom_score_adj; the least means never. */
export const ADJUST_NEVER: i32 = -1000;
export const ADJUST_MOST: i32 = 1000;

const NAME_BYTES: usize = 32;
if (LIMITS > 32) ERROR("the tables hold 32 numbers");
const limits: usize = memory.data(1024, 8); // LIMITS rows of value, standard, least, most
const names: usize = memory.data(1024, 8); // LIMITS names of 32 bytes
const order: usize = memory.data(8);
let rungs: u32 = 0;

function put(limit: Limit, name: string, value: u64, least: u64, most: u64): void {
  const at = limits + ((<usize>limit) << 5);
  store<u64>(at, value);
  store<u64>(at, value, 8);
  store<u64>(at, least, 16);
  store<u64>(at, most, 24);
  nameSetLiteral(names + ((<usize>limit) << 5), NAME_BYTES, name);
}

/** Sets everything to what it is at boot. */
export function initReclaimPolicy(): void {
  for (let rung: u32 = 0; rung < RUNGS; rung++) store<u8>(order + rung, <u8>rung);
  rungs = RUNGS;
  put(Limit.CompactionsPerMinute, "compactions-per-minute", 6, 0, 60);
  put(Limit.ThrottlesPerMinute, "throttles-per-minute", 20, 0, 60);
  // A throttle lasts so long at most; the first fault waits so long, each sixteenth doubles it, up to the most.
  put(Limit.ThrottleMs, "throttle-ms", 60_000, 100, 60_000);
  put(Limit.ThrottleFirstUs, "throttle-first-us", 500, 100, 1_000_000);
  put(Limit.ThrottleMostUs, "throttle-most-us", 500_000, 100, 1_000_000);
  // How many growers at once; who grows by fewer pages a second is none; from so much free on nobody is throttled.
  put(Limit.ThrottleGrowers, "throttle-growers", 8, 0, 64);
  put(Limit.ThrottleFloor, "throttle-floor", 64, 1, 1_000_000);
  put(Limit.ThrottleUntilPpm, "throttle-until-ppm", 150_000, 0, 1_000_000);
  // After a warning nobody is throttled before less than this share is free: until then pages get cold, and can be compressed.
  put(Limit.ThrottleBelowPpm, "throttle-below-ppm", 50_000, 0, 1_000_000);
  // A page that so many scans in a row did not find accessed is cold. Scans run while less than this share is free.
  put(Limit.ColdScans, "cold-scans", 2, 1, 15);
  put(Limit.ScanMs, "scan-ms", 1000, 100, 60_000);
  put(Limit.ScanBelowPpm, "scan-below-ppm", 500_000, 0, 1_000_000);
  // Share of all frames that the pool may take; its tables end at five eighths.
  put(Limit.PoolPpm, "pool-ppm", 625_000, 0, 625_000);
  // After a warning: free at least this share, or what the trend takes in this time.
  put(Limit.TargetPpm, "target-ppm", 150_000, 0, 500_000);
  put(Limit.DemandMs, "demand-ms", 5000, 0, 60_000);
  // After a failure: so many frames are wanted, and with fewer than this gained it goes on to the kill. Where somebody else may
  // still give memory back, the kill waits so long. Above this share of full pressure hot pages are left alone: no thrashing.
  put(Limit.FailurePages, "failure-pages", 64, 1, 65_536);
  put(Limit.LeastGain, "least-gain", 16, 1, 65_536);
  put(Limit.GraceMs, "grace-ms", 250, 0, 10_000);
  put(Limit.ThrashPpm, "thrash-ppm", 600_000, 0, 1_000_000);
  // The kill score, see killScore.
  put(Limit.SizePoints, "size-points", 1000, 0, 100_000);
  put(Limit.GrowthPoints, "growth-points", 500, 0, 100_000);
  put(Limit.AgePoints, "age-points", 200, 0, 100_000);
  put(Limit.AgeSeconds, "age-seconds", 600, 1, 1_000_000);
  put(Limit.ForegroundPoints, "foreground-points", 100, 0, 100_000);
}

/** A number of the policy. */
export function limitOf(limit: Limit): u64 {
  return load<u64>(limits + ((<usize>limit) << 5));
}

/** Changes a number. NotFound: there is none of that index; Range: outside its bounds, one of which may be another number (ordered). */
export function setLimit(index: u64, value: u64): i32 {
  if (index >= LIMITS) return Status.NotFound;
  const at = limits + ((<usize>index) << 5);
  if (value < load<u64>(at, 16) || value > load<u64>(at, 24)) return Status.Range;
  if (!ordered(<Limit>index, value, Limit.ThrottleFirstUs, Limit.ThrottleMostUs)) return Status.Range;
  if (!ordered(<Limit>index, value, Limit.ThrottleBelowPpm, Limit.ThrottleUntilPpm)) return Status.Range;
  if (!ordered(<Limit>index, value, Limit.LeastGain, Limit.FailurePages)) return Status.Range;
  store<u64>(at, value);
  return Status.Ok;
}

/** Whether `low` stays at most `high` when `index` becomes `value`. The shell names the same pairs. */
function ordered(index: Limit, value: u64, low: Limit, high: Limit): bool {
  return (index == low ? value : limitOf(low)) <= (index == high ? value : limitOf(high));
}

export function fillLadderLimitRow(index: u32, to: usize): i32 {
  if (index >= LIMITS) return -1;
  memory.copy(to, names + ((<usize>index) << 5), NAME_BYTES);
  memory.copy(to + offsetof<LadderLimitRow>("value"), limits + ((<usize>index) << 5), 32);
  return 1;
}

/** How many rungs are on. */
export function rungCount(): u32 {
  return rungs;
}

/** The rung at a position below rungCount. */
export function rungAt(position: u32): Rung {
  return <Rung>load<u8>(order + position);
}

/** Position of a rung; ~0: it is off. */
export function positionOf(rung: u32): u32 {
  for (let position: u32 = 0; position < rungs; position++) if (load<u8>(order + position) == rung) return position;
  return ~0;
}

/** A new order, a byte a rung. Invalid: a rung that does not exist or comes twice, or the last is not Kill. */
export function setOrder(text: usize, bytes: u32): i32 {
  if (bytes == 0 || bytes > RUNGS || load<u8>(text + bytes - 1) != <u8>Rung.Kill) return Status.Invalid;
  let seen: u32 = 0;
  for (let i: u32 = 0; i < bytes; i++) {
    const rung: u32 = load<u8>(text + i);
    if (rung >= RUNGS || ((seen >> rung) & 1) != 0) return Status.Invalid;
    seen |= 1 << rung;
  }
  memory.copy(order, text, bytes);
  rungs = bytes;
  return Status.Ok;
}

// ---- who is killed

/** A kill score and its parts, in points. */
@unmanaged
export class Score {
  size: i32;
  growth: i32;
  age: i32;
  adjust: i32;
}

/**
 * How much it makes sense to kill a process; the highest is killed, 0 never.
 *   size     size-points × share of all frames that it holds, its part of the compressed pool and its tables too
 *   growth   growth-points × what it takes in ten seconds at its present pace ÷ all frames, at most growth-points
 *   age      − age-points × time since it started ÷ age-seconds: what has run long loses more work
 *   adjust   oom_score_adj, and − foreground-points for the process that a person has in front
 */
export function killScore(process: Process, held: u32, managed: u32, nowNs: u64, parts: Score): u32 {
  parts.size = <i32>((<u64>held * limitOf(Limit.SizePoints)) / max(managed, 1));
  const growing = process.growth > 0 ? <u64>process.growth * 10 : 0;
  const most = limitOf(Limit.GrowthPoints);
  parts.growth = <i32>min<u64>((growing * most) / max(managed, 1), most);
  const seconds = nowNs > process.startedNs ? (nowNs - process.startedNs) / 1_000_000_000 : 0;
  const grown = limitOf(Limit.AgeSeconds);
  parts.age = -(<i32>((limitOf(Limit.AgePoints) * min(seconds, grown)) / grown));
  parts.adjust = process.oomScoreAdjust - ((process.flags & FLAG_FOREGROUND) != 0 ? <i32>limitOf(Limit.ForegroundPoints) : 0);
  if (!mayKill(process)) return 0;
  const sum = parts.size + parts.growth + parts.age + parts.adjust;
  return sum > 0 ? sum : 1;
}

/** Whether a process may be killed at all. */
export function mayKill(process: Process): bool {
  return isAlive(process) && (process.flags & FLAG_PROTECTED) == 0 && process.oomScoreAdjust != ADJUST_NEVER;
}

/** Whether pages may be taken from a process: not while it ends, and not while it holds no more than its reserve. */
export function mayTake(process: Process): bool {
  return isAlive(process) && process.residentPages > process.reservePages;
}

/** Whether its faults may be made to wait. */
export function mayThrottle(process: Process): bool {
  return mayTake(process) && (process.flags & FLAG_PROTECTED) == 0 && process.oomScoreAdjust != ADJUST_NEVER;
}

/**
 * Whether there are still pages to compress after a warning: that helps more than slowing anybody down.
 * @param gained frames that the run has gained before it came to the throttle
 */
export function compressionHelps(poolRoom: bool, gained: u32): bool {
  return poolRoom && gained >= <u32>limitOf(Limit.LeastGain);
}

/**
 * Whether a warning that found nothing to compress slows growers down. What is left then is for everybody else, for as long as a throttle lasts: others may end and give back, and a
 * person has time to act. Before that a wait for each fault costs more than it gives.
 */
export function throttlesWarned(free: u32, managed: u32): bool {
  return <u64>free * PPM < <u64>managed * limitOf(Limit.ThrottleBelowPpm);
}
