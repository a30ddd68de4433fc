// Time to exhaustion: free pages ÷ the smoothed rate at which they go. The rule that one would write first, and a rival of the others.
// A memory policy module: pure, no imports, no state.
import { Abstained, Advice, Status } from "../../abi/numbers";
import { decision, features, readableRows, sample } from "./exports";
import { least, most, ramp } from "./ramp";

export { policy_abi, policy_input, policy_input_capacity, policy_kind, policy_output, policy_output_bytes } from "./exports";

/** The alarm threshold, chosen on the validation families by tools/train (models/manifest.json): WARNING from here on. */
const ALARM_SECONDS: f64 = 1.5;
/** Smoothing: 5 s, so a step weighs e^(−0.1 ÷ 5) of the one after it. */
const KEEP: f64 = 0.9801986733067553;
const LEAST_ROWS: i32 = 8;
/** A time beyond this many horizons is none. */
const SIGHT_HORIZONS: f64 = 10.0;

export function policy_reset(_seed: i32): i32 {
  return Status.Ok; // the window is the kernel's: there is nothing to forget
}

export function policy_decide(inputBytes: i32): i32 {
  const rows = readableRows(inputBytes);
  if (rows < 0) return rows;
  const out = decision();
  out.confidence = 0.0;
  out.timeToExhaustionMs = -1.0;
  out.exhaustion = 0.0;
  out.scarcity = 0.0;
  out.fragmentation = 0.0;
  out.failures = 0.0;
  out.slopePagesPerSecond = 0.0;
  out.advice = Advice.None;
  out.abstained = Abstained.FewSamples;
  const newest = rows - 1;
  if (rows < LEAST_ROWS || sample(newest).managedPages === 0) return Status.Ok;
  out.abstained = Abstained.No;
  const managed = <f64>sample(newest).managedPages;
  const free = least(<f64>sample(newest).freePages, managed);
  out.scarcity = ramp(free / managed, 0.15, 0.02);
  out.fragmentation = least(<f64>sample(newest).fragmentationPpm * 1e-6, 1.0);
  let weight: f64 = 1.0;
  let weights: f64 = 0.0;
  let sum: f64 = 0.0;
  for (let i = newest; i > 0; i--) {
    const ns = <i64>(sample(i).timeNs - sample(i - 1).timeNs);
    const seconds = least(most(<f64>ns * 1e-9, 0.001), 3600.0);
    sum += (weight * (<f64>sample(i).freePages - <f64>sample(i - 1).freePages)) / seconds;
    weights += weight;
    weight *= KEEP;
  }
  const slope = sum / weights;
  out.slopePagesPerSecond = slope;
  if (!(slope < 0.0)) return Status.Ok;
  const seconds = free / -slope;
  const horizon = most(<f64>features().horizonMs, 1.0) * 0.001;
  if (seconds < SIGHT_HORIZONS * horizon) out.timeToExhaustionMs = seconds * 1000.0;
  out.exhaustion = horizon / (horizon + seconds);
  // 0.8 at ALARM_SECONDS.
  out.confidence = (4.0 * ALARM_SECONDS) / (4.0 * ALARM_SECONDS + seconds);
  out.advice = out.confidence >= 0.8 ? Advice.Reduce : out.confidence >= 0.6 ? Advice.Watch : Advice.None;
  return Status.Ok;
}
