// The trainer's exports: one instance learns from packed batches (batch.ts). Who hosts it (hostshim-c/hosted/ops_trainer.c, or V8) moves bytes in and out,
// adds the gradients of several instances, and says when to step. Not the training's plan: tools/train/ops.ts.
import { rateAt, Step } from "./adamw";
import { Batch } from "./batch";
import { backward, forward, lossOf, plan, prepare, refresh, Workspace } from "./model";
import { muonScratch } from "./muon";
import { Shape } from "./shape";
import { startWeights } from "./start";
import { halfOf, update } from "./update";

const INVALID: i32 = -1;
const NO_MEMORY: i32 = -2;

const shape = changetype<Shape>(memory.data(64, 8));
const work = changetype<Workspace>(memory.data(256, 8));
const stepPlan = changetype<Step>(memory.data(32, 8));
const batch = changetype<Batch>(memory.data(64, 8));
let inputAt: usize = 0;
let inputBytes: usize = 0;
let stateAt: usize = 0;
let gradientAt: usize = 0;
let natsAt: usize = 0;
let bestAt: usize = 0;
let updateAt: usize = 0;
let mostAnswered: i32 = 0;

function bytesOfModel(): usize {
  return (<usize>shape.parameters) << 2;
}

/**
 * Makes room for a model and for batches of at most so many rows, scores (shape.ts, scoresOf) and rows with a loss. Once.
 * @returns 0, or Invalid (sizes that make no model), NoMemory
 */
export function open(
  vocabulary: i32,
  width: i32,
  layers: i32,
  heads: i32,
  kvHeads: i32,
  hidden: i32,
  context: i32,
  ropeBase: f64,
  epsilon: f64,
  rows: i32,
  scores: i32,
  answered: i32,
): i32 {
  if (inputAt != 0) return INVALID;
  shape.vocabulary = vocabulary;
  shape.width = width;
  shape.layers = layers;
  shape.heads = heads;
  shape.kvHeads = kvHeads;
  shape.hidden = hidden;
  shape.context = context;
  shape.ropeBase = ropeBase;
  shape.epsilon = epsilon;
  if (!shape.valid() || rows < 1 || rows > 65536 || scores < 1 || scores > 64_000_000 || answered < 1 || answered > rows) return INVALID;
  const batchBytes = <usize>(16 + rows * 28);
  const size = plan<f32>(shape, rows, scores, answered, 0, work);
  // Input, state (parameters, first and second moments), gradient, and what is seen of each row.
  const wanted = <u64>size + <u64>batchBytes + 4 * <u64>bytesOfModel() + 8 * <u64>answered + 4 * <u64>muonScratch(shape) + 1024;
  if (wanted > 0x7000_0000) return NO_MEMORY;
  let at = (heap.alloc(64) + 63) & ~63;
  const short = (at + <usize>wanted - ((<usize>memory.size()) << 16) + 0xffff) >> 16;
  if (<isize>short > 0 && memory.grow(<i32>short) < 0) return NO_MEMORY;
  mostAnswered = answered;
  inputAt = at;
  inputBytes = batchBytes;
  stateAt = (inputAt + batchBytes + 63) & ~63;
  gradientAt = (stateAt + 3 * bytesOfModel() + 63) & ~63;
  natsAt = (gradientAt + bytesOfModel() + 63) & ~63;
  bestAt = natsAt + ((<usize>answered) << 2);
  updateAt = (bestAt + ((<usize>answered) << 2) + 63) & ~63;
  at = (updateAt + ((<usize>muonScratch(shape)) << 2) + 63) & ~63;
  plan<f32>(shape, rows, scores, answered, at, work);
  prepare<f32>(shape, work);
  return 0;
}

/** Where a packed batch is put, and its room in bytes. */
export function input(): usize {
  return inputAt;
}
export function inputRoom(): usize {
  return inputBytes;
}
/** Parameters (count f32), first and second moments one after the other: all that a training needs to go on, with the number of the step. */
export function state(): usize {
  return stateAt;
}
export function parameterCount(): i32 {
  return shape.parameters;
}
/** f32[parameterCount]: the sum of what was learnt since `clear`. */
export function gradient(): usize {
  return gradientAt;
}
/** f32 and i32 of each row with a weight, in order: surprise in nats, the most likely token. */
export function nats(): usize {
  return natsAt;
}
export function best(): usize {
  return bestAt;
}

/** Weights to start from; moments 0. */
export function begin(seed: u64): void {
  startWeights(shape, stateAt, seed);
  memory.fill(stateAt + bytesOfModel(), 0, 2 * bytesOfModel());
}

/** Before the first batch after any change of the weights; the gradient to 0. */
export function clear(): void {
  refresh<f32>(shape, stateAt, work);
  memory.fill(gradientAt, 0, bytesOfModel());
}

/**
 * Loss of the batch at `input`, Σ weight × scale × nats, and its gradient added.
 * @param bytes of the batch
 * @param learning 0: no gradient
 * @returns the loss; below 0: the batch is malformed
 */
export function learn(bytes: usize, scale: f64, learning: i32): f64 {
  if (bytes > inputBytes || batch.open(inputAt, bytes, shape, work.rows, work.scores) == 0 || batch.answered > mostAnswered) return -1.0;
  forward<f32>(shape, stateAt, batch, work);
  const loss = lossOf<f32>(shape, stateAt, batch, work, scale, natsAt, bestAt);
  if (learning) backward<f32>(shape, stateAt, batch, work, gradientAt);
  return loss;
}

/** Rows with a loss of the last batch. */
export function answered(): i32 {
  return batch.answered;
}

/** The step's rate (adamw.ts). */
export function rate(step: i32, steps: i32, warmup: i32, peak: f64, last: f64): f64 {
  return rateAt(step, steps, warmup, peak, last);
}

/** One step of a half of the parameters (update.ts) with the gradient. @returns its norm before it was shortened; below 0: it was no number, and nothing changed */
export function step(number: i32, half: i32, stepRate: f64, limit: f64, decay: f64): f64 {
  stepPlan.number = number;
  stepPlan.rate = <f32>stepRate;
  stepPlan.decay = <f32>decay;
  return update(shape, stateAt, gradientAt, stepPlan, half, limit, updateAt);
}

/** The first parameter of the second half. */
export function half(): i32 {
  return halfOf(shape);
}
