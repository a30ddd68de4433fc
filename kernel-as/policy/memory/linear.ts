// The first crash predictor: least squares over the last five seconds, and four factors weighed together. A memory policy
// module: pure, no imports, no state. Not the kernel's own fallback (kernel/predict/fallback.ts), which needs no floats.
import { Advice, Status } from "../../abi/numbers";
import { decision, features, readableRows, sample } from "./exports";
import { least, most, ramp } from "./ramp";
import { findTurns, goingOn, Turns } from "./shape";
import { Fit, fitLine, slopesDiffer } from "./trend";

export { policy_abi, policy_input, policy_input_capacity, policy_kind, policy_output, policy_output_bytes } from "./exports";

/** Rows of the main fit, and of the short one that notices a sudden change. */
const LONG_ROWS: i32 = 50;
const SHORT_ROWS: i32 = 10;
/** Fewer rows than this: abstain. */
const LEAST_ROWS: i32 = 8;
/** A trend counts .8 when it reaches zero in this share of the horizon: 6 s of 60. */
const URGENT_OF_HORIZON: f64 = 0.1;
/** A time to exhaustion beyond this many horizons is none. */
const SIGHT_HORIZONS: f64 = 10.0;
/** … and less trust in the trend than this sees none either. */
const SIGHT_TRUST: f64 = 0.2;
/** Trust in a line through two lows. */
const SINKING_TRUST: f64 = 0.9;
/** Scarcity: from this free share of the managed pages … to this one. */
const PLENTY: f64 = 0.15;
const SCARCE: f64 = 0.02;
/** What each factor counts when nothing else speaks. */
const SCARCITY_WEIGHT: f64 = 0.62;
const FAILURE_WEIGHT: f64 = 0.5;
const FRAGMENTATION_WEIGHT: f64 = 0.1;
/** Failures are counted over the last second. */
const FAILURE_ROWS: i32 = 10;

const LONG: Fit = changetype<Fit>(memory.data(24, 8));
const SHORT: Fit = changetype<Fit>(memory.data(24, 8));
const TURNS: Turns = changetype<Turns>(memory.data(32, 8));

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
  out.abstained = 1;
  if (rows < LEAST_ROWS) return Status.Ok;
  const newest = rows - 1;
  const managed = <f64>sample(newest).managedPages;
  if (managed === 0.0) return Status.Ok;
  const free = least(<f64>sample(newest).freePages, managed);
  const horizon = most(<f64>features().horizonMs, 1.0) * 0.001;
  out.abstained = 0;

  out.scarcity = ramp(free / managed, PLENTY, SCARCE);
  out.fragmentation = least(<f64>sample(newest).fragmentationPpm * 1e-6, 1.0);
  let failures: f64 = 0.0;
  for (let i = max(rows - FAILURE_ROWS, 0); i <= newest; i++) failures += <f64>sample(i).failures;
  out.failures = failures / (failures + 2.0);

  // The trend: the long fit, or the short one where they disagree by more than chance and the short one is no mere pause.
  let first = rows > LONG_ROWS ? rows - LONG_ROWS : 0;
  fitLine(first, newest, LONG);
  let fit = LONG;
  const shortFirst = rows - SHORT_ROWS;
  if (shortFirst > first) {
    fitLine(shortFirst, newest, SHORT);
    if (SHORT.slope < 0.0 && slopesDiffer(LONG, SHORT) && (SHORT.slope < LONG.slope || SHORT.explained > LONG.explained)) {
      fit = SHORT;
      first = shortFirst;
    }
  }
  out.slopePagesPerSecond = fit.slope;
  findTurns(newest, managed, TURNS);
  const urgent = 4.0 * URGENT_OF_HORIZON * horizon;
  let trend: f64 = 0.0;
  let seconds: f64 = -1.0;
  if (fit.slope < 0.0) {
    const t2 = (fit.slope * fit.slope) / (fit.slopeError * fit.slopeError);
    const trust = ramp(fit.explained, 0.3, 0.8) * (t2 / (t2 + 9.0)) * goingOn(first, newest, fit.slope) * TURNS.belief;
    seconds = free / -fit.slope;
    trend = (trust * urgent) / (urgent + seconds);
    out.exhaustion = (trust * horizon) / (horizon + seconds);
    if (trust < SIGHT_TRUST) seconds = -1.0;
  }
  // Where the lows of a sawtooth sink, the line through the last two says when they reach the ground.
  if (TURNS.sinking > 0.0) {
    const sunk = most(TURNS.low / TURNS.sinking - TURNS.lowAge, 0.0);
    const sinking = (SINKING_TRUST * urgent) / (urgent + sunk);
    if (sinking > trend) {
      trend = sinking;
      seconds = sunk;
      out.exhaustion = (SINKING_TRUST * horizon) / (horizon + sunk);
    }
  }
  if (seconds >= 0.0 && seconds < SIGHT_HORIZONS * horizon) out.timeToExhaustionMs = seconds * 1000.0;

  // Each factor is a reason of its own; they add up as independent reasons do.
  const calm =
    (1.0 - trend) * (1.0 - SCARCITY_WEIGHT * out.scarcity) * (1.0 - FAILURE_WEIGHT * out.failures * out.scarcity) * (1.0 - FRAGMENTATION_WEIGHT * out.fragmentation * out.scarcity);
  out.confidence = 1.0 - calm;
  out.advice = advise(out.confidence, out.fragmentation, failures);
  return Status.Ok;
}

function advise(confidence: f64, fragmentation: f64, failures: f64): u32 {
  if (confidence >= 0.8) return Advice.Reduce;
  if (fragmentation >= 0.5 && failures > 0.0) return Advice.Compact;
  if (confidence >= 0.6) return Advice.Watch;
  return Advice.None;
}
