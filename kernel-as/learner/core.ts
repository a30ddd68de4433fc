// The learner without its surroundings: decisions and the ends of requests in, gradients of the whole model, new weights out. A program of ring
// 3 calls it in the kernel, the simulator and the trainer under V8: the same file. Pure: no host calls, no clock, memory that the caller gives.
//
//   learner_init → learner_record, learner_ended … → learner_step → learner_publish → learner_weights
import { SCHED_TASK_BYTES, SchedTask } from "../abi/layouts";
import { SCHED_TASKS, Status, TaskEvent, TaskState } from "../abi/numbers";
import { Rng } from "../lib/rng";
import { adam } from "../ml/adam";
import { put } from "../ml/linear";
import { learnFrom, lossOf, MOST_ROWS, predict, ROW_BYTES, scratchBytes } from "../ml/sched-model";
import {
  BINS,
  BLOB_BYTES,
  CLASS,
  CLASS_BIAS,
  DENSE,
  DENSE_BIAS,
  EMBED,
  EMBED_BIAS,
  goodWeights,
  HEAD_BYTES,
  HIDDEN,
  INPUTS,
  KEY,
  KEY_WIDTH,
  OUTPUT,
  PARAMETERS,
  QUERY,
  RELATION,
  sealWeights,
  TRUST_OVERALL,
  TRUST_OWN,
  VALUE,
  VALUE_WIDTH,
  WeightsHead,
  WIDTH,
} from "../ml/sched-shape";
import { addOverall } from "../policy/sched/transformer-overall";
import { addPast, addPastOf, EXAMPLES, endRequest, exampleAt, examplesBytes, initExamples, recordExample, rowsOf, Stage } from "./examples";

/** Examples of one step: fresh ones first, then older ones again. */
const BATCH: u32 = 16;
/** A gradient longer than this is shortened. */
const LONGEST_GRADIENT: f32 = 1.0;
const VECTOR: usize = 8704; // PARAMETERS × 4, rounded up
if (<usize>PARAMETERS * 4 > VECTOR) ERROR("VECTOR is too small");
/** Smoothing of the losses that are told. */
const SMOOTHING: f64 = 1.0 / 64.0;

let blob: usize = 0;
let base: usize = 0;
let gradient: usize = 0;
let first: usize = 0;
let second: usize = 0;
let scratch: usize = 0;
let loose: usize = 0;
let rng: Rng = changetype<Rng>(0);

let rate: f32 = 0.001;
let steps: u32 = 0;
let learnt: u64 = 0;
let meanLoss: f64 = 0.0;
let meanBase: f64 = 0.0;
let lastNorm: f64 = 0.0;
/** Since learner_told was called, past requests come from there. */
let told: bool = false;

/** Bytes that learner_init wants. */
export function learner_bytes(): usize {
  return 2 * <usize>((BLOB_BYTES + 15) & ~15) + 3 * VECTOR + scratchBytes<f32>() + <usize>MOST_ROWS * ROW_BYTES + 32 + examplesBytes() + 64;
}

/** Bytes of a weights blob. */
export function learner_weights_bytes(): i32 {
  return BLOB_BYTES;
}

/**
 * Begin with these weights and with nothing seen.
 * @param arena learner_bytes of memory, the learner's from now on
 * @param weights a blob, copied
 * Returns Ok; Corrupt: the blob is no weights of this shape; Range: it has another length.
 */
export function learner_init(arena: usize, weights: usize, bytes: i32): i32 {
  if (bytes != BLOB_BYTES) return Status.Range;
  if (!goodWeights(weights)) return Status.Corrupt;
  let at = (arena + 15) & ~(<usize>15);
  blob = at;
  at += <usize>((BLOB_BYTES + 15) & ~15);
  base = at;
  at += <usize>((BLOB_BYTES + 15) & ~15);
  gradient = at;
  first = at + VECTOR;
  second = at + 2 * VECTOR;
  at += 3 * VECTOR;
  scratch = at;
  at += scratchBytes<f32>();
  loose = at;
  at += <usize>MOST_ROWS * ROW_BYTES;
  rng = changetype<Rng>(at);
  at += 32;
  initExamples(at);
  rng.seed(1);
  memory.copy(blob, weights, BLOB_BYTES);
  memory.copy(base, weights, BLOB_BYTES);
  memory.fill(gradient, 0, 3 * VECTOR);
  steps = 0;
  learnt = 0;
  meanLoss = 0.0;
  meanBase = 0.0;
  lastNorm = 0.0;
  told = false;
  return Status.Ok;
}

/** Learning rate in parts per billion. */
export function learner_rate(ppb: u32): void {
  rate = <f32>(<f64>ppb * 1e-9);
}

/**
 * A decision with its candidates.
 * @param rows SchedTask rows, or rows that begin as they do (CandidateRow)
 * @param stride bytes from one to the next
 * Returns the index of the example; Invalid: no candidate, or rows that are shorter than SchedTask.
 */
export function learner_record(rows: usize, count: u32, stride: u32): i32 {
  if (count == 0 || stride < SCHED_TASK_BYTES) return Status.Invalid;
  return <i32>recordExample(rows, count, stride);
}

/** Optional, where every row that a policy is told is at hand (the simulator): with these, past requests are the policy's to the bit. */
export function learner_told(rows: usize, count: u32, stride: u32): void {
  told = true;
  for (let i: u32 = 0; i < count; i++) if (hasEnded(rows + <usize>(i * stride))) addOverall(changetype<SchedTask>(rows + <usize>(i * stride)).attainedNs);
  for (let i: u32 = 0; i < count; i++) if (hasEnded(rows + <usize>(i * stride))) addPast(rows + <usize>(i * stride));
}

// As the policy sees it (policy/sched/transformer.ts).
function hasEnded(row: usize): bool {
  const task = changetype<SchedTask>(row);
  if (task.slot >= SCHED_TASKS || (task.events & TaskEvent.Request) == 0) return false;
  return task.state != TaskState.Ready && task.state != TaskState.Running;
}

/** A request ended: whoever was a candidate with it is told how long it still took. */
export function learner_ended(pid: u32, requestSinceNs: u64, serviceNs: u64): void {
  endRequest(pid, requestSinceNs, serviceNs);
  if (told) return;
  addOverall(serviceNs);
  addPastOf(pid, requestSinceNs, serviceNs);
}

/**
 * One step of gradient descent from fresh examples, filled up with older ones. Does nothing while fewer than `least` are fresh.
 * Returns how many fresh examples it learnt from; 0 none.
 */
export function learner_step(least: u32): i32 {
  let fresh: u32 = 0;
  for (let i: u32 = 0; i < EXAMPLES; i++) if (exampleAt(i).stage == Stage.Fresh) fresh++;
  if (fresh == 0 || fresh < least) return 0;
  memory.fill(gradient, 0, VECTOR);
  let used: u32 = 0;
  const weight = <f32>(1.0 / <f64>BATCH);
  for (let i: u32 = 0; i < EXAMPLES && used < BATCH; i++) {
    const example = exampleAt(i);
    if (example.stage != Stage.Fresh) continue;
    example.stage = Stage.Learnt;
    used++;
    learnt++;
    const rows = rowsOf(example);
    const count = <i32>example.rows;
    predict<f32>(base + HEAD_BYTES, rows, count, scratch);
    const baseLoss = lossOf<f32>(rows, count, scratch);
    predict<f32>(blob + HEAD_BYTES, rows, count, scratch);
    const loss = lossOf<f32>(rows, count, scratch);
    const share = learnt < 64 ? 1.0 / <f64>learnt : SMOOTHING;
    meanLoss += (loss - meanLoss) * share;
    meanBase += (baseLoss - meanBase) * share;
    learnFrom<f32>(blob + HEAD_BYTES, rows, count, scratch, weight, gradient);
  }
  const freshUsed = used;
  for (let tries: u32 = 0; tries < 4 * BATCH && used < BATCH; tries++) {
    const example = exampleAt(<u32>(rng.next() % EXAMPLES));
    if (example.stage != Stage.Learnt) continue;
    used++;
    predict<f32>(blob + HEAD_BYTES, rowsOf(example), <i32>example.rows, scratch);
    learnFrom<f32>(blob + HEAD_BYTES, rowsOf(example), <i32>example.rows, scratch, weight, gradient);
  }
  learner_apply(rate);
  return <i32>freshUsed;
}

/** Take a step along the gradient that was gathered, with this rate. Returns its norm; below 0: it was no number, and nothing changed. */
export function learner_apply(stepRate: f32): f64 {
  lastNorm = adam(blob + HEAD_BYTES, gradient, first, second, PARAMETERS, ++steps, stepRate, LONGEST_GRADIENT, 0.0);
  return lastNorm;
}

/** Seal the weights as they are now under this version. Returns Ok; Corrupt: they are not good any more, and those of the start are back. */
export function learner_publish(version: u32): i32 {
  sealWeights(blob, version);
  if (goodWeights(blob)) return Status.Ok;
  memory.copy(blob, base, BLOB_BYTES);
  memory.fill(first, 0, 2 * VECTOR);
  return Status.Corrupt;
}

/** The blob that was sealed last. */
export function learner_weights(): usize {
  return blob;
}

/** Learn on from other weights, such as those that a rollback put back: examples stay. As learner_init returns. */
export function learner_adopt(weights: usize, bytes: i32): i32 {
  if (bytes != BLOB_BYTES) return Status.Range;
  if (!goodWeights(weights)) return Status.Corrupt;
  memory.copy(blob, weights, BLOB_BYTES);
  memory.fill(first, 0, 2 * VECTOR);
  return Status.Ok;
}

export function learner_steps(): u32 {
  return steps;
}
/** Examples learnt from. */
export function learner_examples(): u64 {
  return learnt;
}
/** Nats; mean of the last examples before they were learnt from. */
export function learner_loss(): f64 {
  return meanLoss;
}
/** The same of the weights of the start, on the same examples. */
export function learner_base_loss(): f64 {
  return meanBase;
}
export function learner_gradient_norm(): f64 {
  return lastNorm;
}
/** Version in the head of the weights. */
export function learner_version(): u32 {
  return changetype<WeightsHead>(blob).version;
}

// What follows is the trainer's (tools/train): sets of rows from outside, whole passes, first weights.

/** Where a loose set of rows is written: MOST_ROWS × ROW_BYTES. */
export function learner_loose(): usize {
  return loose;
}
export function learner_row_bytes(): i32 {
  return <i32>ROW_BYTES;
}
/** Rows of example `index` lie here; its candidates and rows. */
export function learner_example_rows(index: u32): usize {
  return rowsOf(exampleAt(index));
}
export function learner_example_shape(index: u32): u32 {
  return (exampleAt(index).rows << 8) | exampleAt(index).candidates;
}

/** Loss of the loose set; with weight > 0 its gradient is added to what was gathered. */
export function learner_loose_loss(count: i32, weight: f32): f64 {
  predict<f32>(blob + HEAD_BYTES, loose, count, scratch);
  if (weight > 0.0) learnFrom<f32>(blob + HEAD_BYTES, loose, count, scratch, weight, gradient);
  return lossOf<f32>(loose, count, scratch);
}

/** What the weights say of the loose set: (candidates, BINS) f32. */
export function learner_loose_answer(count: i32): usize {
  return predict<f32>(blob + HEAD_BYTES, loose, count, scratch);
}

/** Forget the gradient that was gathered. */
export function learner_clear(): void {
  memory.fill(gradient, 0, VECTOR);
}

/** The gradient, for what is to be left as it is. */
export function learner_gradient(): usize {
  return gradient;
}

// Even in ±limit.
function draw(place: i32, count: i32, limit: f64): void {
  for (let i = 0; i < count; i++) {
    const unit = <f64>(rng.next() >> 11) * (1.0 / 9007199254740992.0);
    put<f32>(blob + HEAD_BYTES, place + i, <f32>((2.0 * unit - 1.0) * limit));
  }
}

/** First weights from a seed: the history's own answer, nothing learnt yet. `arena` as for learner_init. */
export function learner_first_weights(arena: usize, seed: u32): i32 {
  blob = (arena + 15) & ~(<usize>15);
  rng = changetype<Rng>(blob + <usize>((BLOB_BYTES + 15) & ~15));
  rng.seed(seed);
  memory.fill(blob, 0, BLOB_BYTES);
  draw(EMBED, WIDTH * INPUTS, sqrt<f64>(3.0 / <f64>INPUTS));
  draw(EMBED_BIAS, WIDTH, 0.1);
  draw(QUERY, KEY_WIDTH * WIDTH, sqrt<f64>(3.0 / <f64>WIDTH));
  draw(KEY, KEY_WIDTH * WIDTH, sqrt<f64>(3.0 / <f64>WIDTH));
  draw(VALUE, VALUE_WIDTH * WIDTH, sqrt<f64>(3.0 / <f64>WIDTH));
  draw(OUTPUT, WIDTH * VALUE_WIDTH, sqrt<f64>(3.0 / <f64>VALUE_WIDTH));
  draw(DENSE, HIDDEN * WIDTH, sqrt<f64>(3.0 / <f64>WIDTH));
  draw(DENSE_BIAS, HIDDEN, 0.1);
  draw(CLASS, (BINS + 2) * HIDDEN, 0.1);
  draw(CLASS_BIAS, BINS, 0.01);
  draw(RELATION, 6, 0.1);
  // One image and one fork are looked at first.
  put<f32>(blob + HEAD_BYTES, RELATION, 1.0);
  put<f32>(blob + HEAD_BYTES, RELATION + 2, 1.0);
  put<f32>(blob + HEAD_BYTES, CLASS_BIAS + TRUST_OWN, 0.9);
  put<f32>(blob + HEAD_BYTES, CLASS_BIAS + TRUST_OVERALL, 0.1);
  sealWeights(blob, 0);
  return <i32>blob;
}
