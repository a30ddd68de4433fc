// Crash prediction as the kernel sees it: samples in, decisions judged, risk and history out. Not the policy, and not the ask:
// kernel/predict/beat.ts asks the active module. Pure: no host call. Called on the beat and from the out-of-memory path.
import { MEMORY_SAMPLE_BYTES, MemorySample, PREDICTION_ROW_BYTES, PREDICTION_ROW_FACTORS_PPM, PredictionRow } from "../../abi/layouts";
import { Risk, Status } from "../../abi/numbers";
import { Arena } from "../../lib/arena";
import { copy, fill, setU32 } from "../../lib/bytes";
import { PPM } from "../../lib/fixed";
import { BEAT_MS, HORIZON_MS } from "../limits";
import { fallbackDecide } from "./fallback";
import { growthBegin, growthInit, growthReset } from "./growth";
import { historyActed, historyAverted, historyInit, historyOutOfMemory, historyPredict, historyReset } from "./history";
import { judge } from "./judge";
import { riskOf, Verdict, WARNING_PPM } from "./verdict";
import { windowClear, windowFailures, windowFilled, windowHead, windowInit, windowInput, windowInputBytes, windowPush, windowRow } from "./window";

export { growthNote as predictProcess } from "./growth";
export { historyAccuracy as predictAccuracy, historyRead as predictHistory } from "./history";
export { judgeFault as predictFault } from "./judge";

const verdict: Verdict = changetype<Verdict>(memory.data(offsetof<Verdict>(), 8));
const asked: Verdict = changetype<Verdict>(memory.data(offsetof<Verdict>(), 8));
let thresholdPpm: u32 = WARNING_PPM;
let risk: Risk = Risk.Normal;
let beats: u64 = 0;
let decidedNs: u64 = 0;
let decidedBy: u32 = 0;

/** Take all memory (about 35 KiB). NoMemory: the arena is exhausted. */
export function predictInit(arena: Arena): i32 {
  verdict.clear();
  verdict.abstained = 1;
  let status = windowInit(arena, BEAT_MS, HORIZON_MS);
  if (status >= 0) status = growthInit(arena);
  return status < 0 ? status : historyInit(arena, HORIZON_MS);
}

/**
 * The state of memory at a beat: the caller fills the row that this returns, calls predictProcess for each live process, and then
 * predictSampled. The row says nothing yet but its time.
 */
export function predictSample(nowNs: u64): MemorySample {
  const row = windowPush();
  fill(changetype<usize>(row), 0, MEMORY_SAMPLE_BYTES);
  row.timeNs = nowNs;
  growthBegin(row);
  return row;
}

/** The sample is complete. */
export function predictSampled(): void {
  windowFilled();
}

/** The policy's input: MemoryFeatures and the rows. */
export function predictInput(): usize {
  return windowInput();
}
export function predictInputBytes(): u32 {
  return windowInputBytes();
}

/**
 * Take a policy's MemoryDecision at `decision`, made by module `moduleId`.
 * Returns the Risk. BadAnswer: it is not acceptable, nothing changed; predictFault says why. Then ask predictFallback.
 */
export function predictAccept(decision: usize, moduleId: u32, nowNs: u64): i32 {
  const status = judge(decision, asked);
  if (status < 0) return status;
  copy(changetype<usize>(verdict), changetype<usize>(asked), offsetof<Verdict>());
  return settle(moduleId, nowNs);
}

/** Decide by the built-in fallback. Returns the Risk. */
export function predictFallback(nowNs: u64): i32 {
  fallbackDecide(verdict);
  return settle(0, nowNs);
}

function settle(moduleId: u32, nowNs: u64): i32 {
  beats++;
  decidedNs = nowNs;
  decidedBy = moduleId;
  risk = riskOf(verdict.confidencePpm, verdict.abstained !== 0, thresholdPpm);
  historyPredict(verdict, risk, moduleId, nowNs);
  return risk;
}

/** The last decision's risk. */
export function predictRisk(): Risk {
  return risk;
}
export function predictConfidencePpm(): u32 {
  return verdict.confidencePpm;
}

/** Memory ran out: call before anything is killed. */
export function predictOutOfMemory(nowNs: u64): void {
  historyOutOfMemory(nowNs);
}

/** The kernel did what makes it unknowable whether a standing warning was true: it throttled, or dropped offered pages. */
export function predictActed(nowNs: u64): void {
  historyActed(nowNs);
}

/** Memory had run out by now without the frames that compression gained. */
export function predictAverted(nowNs: u64): void {
  historyAverted(nowNs);
}

/** Whether the last decision abstained. */
export function predictAbstained(): bool {
  return verdict.abstained !== 0;
}

/** Pages a second that free memory changes by, as the last decision saw it. */
export function predictSlope(): i64 {
  return verdict.slopePagesPerSecond;
}

/** Forget samples, history and counts. The threshold stays. */
export function predictReset(): void {
  windowClear();
  growthReset();
  historyReset();
  verdict.clear();
  verdict.abstained = 1;
  risk = Risk.Normal;
}

/** Set the threshold of WARNING. Range: above one whole. Counts from the next decision. */
export function predictSetThreshold(ppm: u32): i32 {
  if (ppm > PPM) return Status.Range;
  thresholdPpm = ppm;
  return Status.Ok;
}

/** Topic.Prediction. `automatic`: whether the kernel acts at WARNING. */
export function predictRow(to: usize, automatic: bool): void {
  fill(to, 0, PREDICTION_ROW_BYTES);
  const row = changetype<PredictionRow>(to);
  const samples = windowHead().count;
  row.timeNs = decidedNs;
  row.beats = beats;
  row.confidencePpm = verdict.confidencePpm;
  row.risk = risk;
  if (samples !== 0) {
    const newest = windowRow(samples - 1);
    row.freePages = newest.freePages;
    row.largestFreePages = newest.largestFreePages;
    row.fragmentationPpm = newest.fragmentationPpm;
  }
  row.recentFailures = windowFailures();
  row.timeToExhaustionMs = verdict.timeToExhaustionMs;
  row.advice = verdict.advice;
  row.thresholdPpm = thresholdPpm;
  row.automatic = automatic ? 1 : 0;
  row.moduleId = decidedBy;
  row.samples = samples;
  row.abstained = verdict.abstained;
  row.slopePagesPerSecond = verdict.slopePagesPerSecond;
  const factors = to + PREDICTION_ROW_FACTORS_PPM;
  setU32(factors, verdict.exhaustionPpm);
  setU32(factors + 4, verdict.scarcityPpm);
  setU32(factors + 8, verdict.fragmentationPpm);
  setU32(factors + 12, verdict.failuresPpm);
}
