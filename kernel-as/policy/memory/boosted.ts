// The crash predictor of boosted trees: a rule over the features of features.ts, and small trees that correct it one after another, which
// tools/train grew and wrote into boosted-model.ts. It abstains where its input is unlike anything it was trained on. A memory policy
// module: pure, no imports, no state.
import { Abstained, Status } from "../../abi/numbers";
import {
  ALARM_ANSWER,
  INPUTS,
  LEAF_VALUES,
  LEAST_SEEN,
  LEAVES,
  LEFT,
  MEAN,
  MOST_SEEN,
  NOVELTY_LIMIT,
  RIGHT,
  SCALE,
  SPLIT_FEATURES,
  SPLIT_THRESHOLDS,
  START_FROM,
  TREES,
} from "./boosted-model";
import { decision, readableRows, sample } from "./exports";
import { extractFeatures, FEATURES } from "./features";
import { describe, LEAST_ROWS, sayAnswer, sayNothing } from "./learned";
import { scaleUnlessUnfamiliar } from "./novelty";

export { policy_abi, policy_input, policy_input_capacity, policy_kind, policy_output, policy_output_bytes } from "./exports";

if (INPUTS != FEATURES) ERROR("the model was trained on other features: npm run train -- memory");

const SCALED: usize = memory.data(384, 16);
/** A tree has a split fewer than leaves. */
const SPLITS: i32 = LEAVES - 1;

let vector: usize = 0;
let answer: f64 = 0.0;

export function policy_reset(_seed: i32): i32 {
  return Status.Ok; // the window is the kernel's: there is nothing to forget
}

/** Where the last decision's features lie, FEATURES f32; 0: it had none. For the trainer and the specs. */
export function boosted_features(): i32 {
  return <i32>vector;
}

/** What the trees answered to them, before the alarm threshold is taken off. */
export function boosted_answer(): f64 {
  return answer;
}

export function policy_decide(inputBytes: i32): i32 {
  const rows = readableRows(inputBytes);
  if (rows < 0) return rows;
  vector = 0;
  sayNothing();
  if (rows < LEAST_ROWS || sample(rows - 1).managedPages === 0) return Status.Ok;
  vector = extractFeatures(rows);
  describe(rows);
  decision().abstained = Abstained.Unfamiliar;
  if (scaleUnlessUnfamiliar(vector, INPUTS, MEAN, SCALE, LEAST_SEEN, MOST_SEEN, <f64>NOVELTY_LIMIT, SCALED)) return Status.Ok;
  answer = <f64>load<f32>(vector + ((<usize>START_FROM) << 2));
  for (let tree = 0; tree < TREES; tree++) answer += <f64>leafOf(tree);
  sayAnswer(answer - <f64>ALARM_ANSWER);
  return Status.Ok;
}

/** A tree's answer. A child ≥ 0 is a split behind its parent, −1 − i is leaf i; whatever the tables hold, the way ends and stays inside of them. */
function leafOf(tree: i32): f32 {
  const splits = tree * SPLITS;
  let node = 0;
  for (let step = 0; step < SPLITS; step++) {
    const at = <usize>(splits + node);
    const feature = <i32>load<u8>(SPLIT_FEATURES + at);
    if (feature >= INPUTS) break;
    const goesLeft = load<f32>(vector + ((<usize>feature) << 2)) <= load<f32>(SPLIT_THRESHOLDS + (at << 2));
    node = <i32>(goesLeft ? load<i8>(LEFT + at) : load<i8>(RIGHT + at));
    if (node < 0 || node >= SPLITS) break;
  }
  const leaf = -1 - node;
  return leaf >= 0 && leaf < LEAVES ? load<f32>(LEAF_VALUES + ((<usize>(tree * LEAVES + leaf)) << 2)) : <f32>NaN;
}
