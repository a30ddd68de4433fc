// The learned crash predictor: a small network over the features of features.ts, with weights that tools/train writes into
// neural-model.ts. It abstains where its input is unlike anything it was trained on. A memory policy module: pure, no imports, no state.
import { Abstained, Status } from "../../abi/numbers";
import { dense, softsign } from "../../ml/dense";
import { decision, readableRows, sample } from "./exports";
import { extractFeatures, FEATURES } from "./features";
import { describe, LEAST_ROWS, sayAnswer, sayNothing } from "./learned";
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
import { scaleUnlessUnfamiliar } from "./novelty";

export { policy_abi, policy_input, policy_input_capacity, policy_kind, policy_output, policy_output_bytes } from "./exports";

/** Room of a layer. */
const WIDEST: i32 = 96;
if (INPUTS != FEATURES) ERROR("the model was trained on other features: npm run train -- memory");
if (INPUTS > WIDEST || HIDDEN_1 > WIDEST || HIDDEN_2 > WIDEST) ERROR("a layer is wider than its room");

const SCALED: usize = memory.data(384, 16);
const LAYER_1: usize = memory.data(384, 16);
const LAYER_2: usize = memory.data(384, 16);
const LOGIT: usize = memory.data(16, 16);

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
  sayNothing();
  const newest = rows - 1;
  if (rows < LEAST_ROWS || sample(newest).managedPages === 0) return Status.Ok;
  vector = extractFeatures(rows);
  describe(rows);
  decision().abstained = Abstained.Unfamiliar;
  if (scaleUnlessUnfamiliar(vector, INPUTS, MEAN, SCALE, LEAST_SEEN, MOST_SEEN, <f64>NOVELTY_LIMIT, SCALED)) return Status.Ok;
  dense(SCALED, INPUTS, WEIGHTS_1, BIAS_1, HIDDEN_1, LAYER_1);
  softsign(LAYER_1, HIDDEN_1);
  dense(LAYER_1, HIDDEN_1, WEIGHTS_2, BIAS_2, HIDDEN_2, LAYER_2);
  softsign(LAYER_2, HIDDEN_2);
  dense(LAYER_2, HIDDEN_2, WEIGHTS_3, BIAS_3, 1, LOGIT);
  sayAnswer(<f64>load<f32>(LOGIT) - <f64>ALARM_LOGIT);
  return Status.Ok;
}
