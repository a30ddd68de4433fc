// The learned crash predictor: a small network over the features of features.ts, with weights that tools/train writes into
// neural-model.ts. It abstains where its input is unlike anything it was trained on. A memory policy module: pure, no imports, no state.
import { Abstained, Advice, Status } from "../../abi/numbers";
import { dense, softsign } from "../../ml/dense";
import { decision, readableRows, sample } from "./exports";
import { extractFeatures, FEATURES } from "./features";
import {
  ALARM_LOGIT,
  BIAS_1,
  BIAS_2,
  BIAS_3,
  HIDDEN_1,
  HIDDEN_2,
  INPUTS,
  LEAST_SEEN,
  MEAN,
  MOST_SEEN,
  NOVELTY_LIMIT,
  SCALE,
  WEIGHTS_1,
  WEIGHTS_2,
  WEIGHTS_3,
} from "./neural-model";
import { least, most, ramp } from "./ramp";

export { policy_abi, policy_input, policy_input_capacity, policy_kind, policy_output, policy_output_bytes } from "./exports";

const LEAST_ROWS: i32 = 8;
/** Room of a layer. */
const WIDEST: i32 = 96;
if (INPUTS != FEATURES) ERROR("the model was trained on other features: npm run train -- memory");
if (INPUTS > WIDEST || HIDDEN_1 > WIDEST || HIDDEN_2 > WIDEST) ERROR("a layer is wider than its room");

const SCALED: usize = memory.data(384, 16);
const LAYER_1: usize = memory.data(384, 16);
const LAYER_2: usize = memory.data(384, 16);
const LOGIT: usize = memory.data(16, 16);
/** How far outside of what training saw a feature may lie, as a share of what it saw. */
const MARGIN: f32 = 0.1;

let vector: usize = 0;

export function policy_reset(_seed: i32): i32 {
  return Status.Ok; // the window is the kernel's: there is nothing to forget
}

/** Where the last decision's features lie, FEATURES f32; 0: it had none. For the trainer and the specs. */
export function neural_features(): i32 {
  return <i32>vector;
}

/** The network's answer to them, before the alarm threshold is taken off. */
export function neural_logit(): f32 {
  return load<f32>(LOGIT);
}

export function policy_decide(inputBytes: i32): i32 {
  const rows = readableRows(inputBytes);
  if (rows < 0) return rows;
  vector = 0;
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
  vector = extractFeatures(rows);
  describe(rows);
  out.abstained = Abstained.Unfamiliar;
  if (unfamiliar()) return Status.Ok;
  dense(SCALED, INPUTS, WEIGHTS_1, BIAS_1, HIDDEN_1, LAYER_1);
  softsign(LAYER_1, HIDDEN_1);
  dense(LAYER_1, HIDDEN_1, WEIGHTS_2, BIAS_2, HIDDEN_2, LAYER_2);
  softsign(LAYER_2, HIDDEN_2);
  dense(LAYER_2, HIDDEN_2, WEIGHTS_3, BIAS_3, 1, LOGIT);
  const over = <f64>load<f32>(LOGIT) - <f64>ALARM_LOGIT;
  // A model that answers no number says nothing.
  if (!(over > -1e6 && over < 1e6)) return Status.Ok;
  out.abstained = Abstained.No;
  // 0.8 where the logit is at the alarm threshold; 1 and 0 far from it.
  out.confidence = over >= 0.0 ? 0.8 + (0.2 * over) / (1.0 + over) : 0.8 / (1.0 - over);
  out.advice = out.confidence >= 0.8 ? Advice.Reduce : out.confidence >= 0.6 ? Advice.Watch : Advice.None;
  return Status.Ok;
}

// What a person reads beside the confidence; the network does not.
function describe(rows: i32): void {
  const out = decision();
  const newest = rows - 1;
  const managed = <f64>sample(newest).managedPages;
  const free = least(<f64>sample(newest).freePages, managed);
  const first = max(newest - 20, 0);
  const ns = <i64>(sample(newest).timeNs - sample(first).timeNs);
  const slope = (free - <f64>sample(first).freePages) / least(most(<f64>ns * 1e-9, 0.001), 3600.0);
  out.slopePagesPerSecond = slope;
  out.scarcity = ramp(free / managed, 0.15, 0.02);
  out.fragmentation = least(<f64>sample(newest).fragmentationPpm * 1e-6, 1.0);
  if (slope < 0.0) {
    const seconds = free / -slope;
    out.exhaustion = 60.0 / (60.0 + seconds);
    if (seconds < 600.0) out.timeToExhaustionMs = seconds * 1000.0;
  }
}

/** Scales the features into SCALED; true where they lie outside of what training saw, one by one or all together. */
function unfamiliar(): bool {
  let distance: f64 = 0.0;
  for (let i = 0; i < INPUTS; i++) {
    const at = (<usize>i) << 2;
    const x = load<f32>(vector + at);
    const low = load<f32>(LEAST_SEEN + at);
    const high = load<f32>(MOST_SEEN + at);
    const margin = MARGIN * (high - low) + <f32>0.01;
    if (!(x >= low - margin && x <= high + margin)) return true;
    const scaled = (x - load<f32>(MEAN + at)) * load<f32>(SCALE + at);
    store<f32>(SCALED + at, scaled);
    distance += <f64>scaled * <f64>scaled;
  }
  return !(distance <= <f64>NOVELTY_LIMIT);
}
