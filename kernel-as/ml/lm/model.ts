// The whole language model over a packed batch: forward, loss and backward side by side. The operators are this folder's. Pure but for the
// products; f32, and f64 for the checks of the gradients.
import { attention, attentionBackward, attentionScratch } from "./attention";
import { Batch } from "./batch";
import { crossEntropy, RowLoss } from "./cross-entropy";
import { embedding, embeddingBackward } from "./embedding";
import { linear, linearBackward, residual } from "./linear";
import { transpose } from "./products";
import { rmsnorm, rmsnormBackward } from "./rmsnorm";
import { rope, ropeBackward, ropeTable } from "./rope";
import { Shape } from "./shape";
import { swiglu, swigluBackward } from "./swiglu";

/** What is kept of each layer for the way back, and scratch; made once by `plan`. All addresses. */
@unmanaged
export class Workspace {
  rows: i32;
  scores: i32;
  turns: usize; // (context, headSize)
  turned: usize; // (parameters): every matrix transposed, each where it stands among the parameters
  streams: usize; // (layers + 1, rows, width): what enters each layer, and what leaves the last
  middles: usize; // (layers, rows, width): after attention
  norms1: usize; // (layers, rows, width)
  norms2: usize;
  scales: usize; // (2 layers + 1, rows)
  qkvs: usize; // (layers, rows, qkv)
  ps: usize; // (layers, heads × scores)
  contexts: usize; // (layers, rows, width)
  boths: usize; // (layers, rows, 2 hidden)
  shares: usize; // (layers, rows, hidden)
  products: usize; // (layers, rows, hidden)
  picked: usize; // (rows, width): the last norm's input, of the rows that count
  last: usize; // (rows, width): its output
  logits: usize; // (rows, vocabulary)
  dStream: usize; // (rows, width)
  dNarrow: usize; // (rows, width)
  dQkv: usize; // (rows, qkv)
  dHidden: usize; // (rows, hidden)
  dBoth: usize; // (rows, 2 hidden)
  scratch: usize;
  rowLoss: RowLoss;
}

/**
 * Lays the workspace out.
 * @param at its first byte; 0 only counts
 * @param rows most rows of a batch
 * @param scores most scores of a batch (shape.ts, scoresOf)
 * @param answered most rows with a loss
 * @returns the bytes that it takes
 */
export function plan<T>(shape: Shape, rows: i32, scores: i32, answered: i32, at: usize, work: Workspace): usize {
  const start = at;
  const n = <usize>rows;
  const layers = <usize>shape.layers;
  const width = <usize>shape.width;
  work.rows = rows;
  work.scores = scores;
  work.turns = at;
  at = after<T>(at, <usize>(shape.context * shape.headSize));
  work.turned = at;
  at = after<T>(at, <usize>shape.parameters);
  work.streams = at;
  at = after<T>(at, (layers + 1) * n * width);
  work.middles = at;
  at = after<T>(at, layers * n * width);
  work.norms1 = at;
  at = after<T>(at, layers * n * width);
  work.norms2 = at;
  at = after<T>(at, layers * n * width);
  work.scales = at;
  at = after<T>(at, (2 * layers + 1) * n);
  work.qkvs = at;
  at = after<T>(at, layers * n * <usize>shape.qkv);
  work.ps = at;
  at = after<T>(at, layers * <usize>shape.heads * <usize>scores);
  work.contexts = at;
  at = after<T>(at, layers * n * width);
  work.boths = at;
  at = after<T>(at, layers * n * 2 * <usize>shape.hidden);
  work.shares = at;
  at = after<T>(at, layers * n * <usize>shape.hidden);
  work.products = at;
  at = after<T>(at, layers * n * <usize>shape.hidden);
  work.picked = at;
  at = after<T>(at, <usize>answered * width);
  work.last = at;
  at = after<T>(at, <usize>answered * width);
  work.logits = at;
  at = after<T>(at, <usize>answered * <usize>shape.vocabulary);
  work.dStream = at;
  at = after<T>(at, n * width);
  work.dNarrow = at;
  at = after<T>(at, n * width);
  work.dQkv = at;
  at = after<T>(at, n * <usize>shape.qkv);
  work.dHidden = at;
  at = after<T>(at, n * <usize>shape.hidden);
  work.dBoth = at;
  at = after<T>(at, n * 2 * <usize>shape.hidden);
  work.scratch = at;
  at = after<T>(at, <usize>attentionScratch(shape));
  work.rowLoss = changetype<RowLoss>(at);
  at += 64;
  return at - start;
}
function after<T>(at: usize, count: usize): usize {
  return (at + count * sizeof<T>() + 63) & ~63;
}

/** Fills what never changes. Once, before all else. */
export function prepare<T>(shape: Shape, work: Workspace): void {
  ropeTable<T>(work.turns, shape.context, shape.headSize, shape.ropeBase);
}

/** Brings the transposed matrices up to date. After every change of the weights. */
export function refresh<T>(shape: Shape, parameters: usize, work: Workspace): void {
  const width = shape.width;
  transpose<T>(parameters, shape.vocabulary, width, work.turned);
  for (let l = 0; l < shape.layers; l++) {
    findLayer<T>(shape, parameters, l, weightsAt);
    findLayer<T>(shape, work.turned, l, turnedAt);
    transpose<T>(weightsAt.qkv, shape.qkv, width, turnedAt.qkv);
    transpose<T>(weightsAt.output, width, width, turnedAt.output);
    transpose<T>(weightsAt.both, 2 * shape.hidden, width, turnedAt.both);
    transpose<T>(weightsAt.down, width, shape.hidden, turnedAt.down);
  }
}

/** Where the parts of layer l lie in memory. */
@unmanaged
class LayerAt {
  norm1: usize;
  qkv: usize;
  output: usize;
  norm2: usize;
  both: usize;
  down: usize;
}
const weightsAt = changetype<LayerAt>(memory.data(64, 8));
const turnedAt = changetype<LayerAt>(memory.data(64, 8));
const gradientAt = changetype<LayerAt>(memory.data(64, 8));

function findLayer<T>(shape: Shape, base: usize, index: i32, at: LayerAt): void {
  const width = <usize>shape.width * sizeof<T>();
  at.norm1 = base + <usize>shape.layer(index) * sizeof<T>();
  at.qkv = at.norm1 + width;
  at.output = at.qkv + <usize>shape.qkv * width;
  at.norm2 = at.output + <usize>shape.width * width;
  at.both = at.norm2 + width;
  at.down = at.both + 2 * <usize>shape.hidden * width;
}

/** Runs the batch through all layers, after `refresh`; what comes out of the last is the stream after it. */
export function forward<T>(shape: Shape, parameters: usize, batch: Batch, work: Workspace): void {
  const rows = batch.rows;
  const width = shape.width;
  const stream = <usize>(work.rows * width) * sizeof<T>();
  embedding<T>(parameters, batch.tokens, rows, width, work.streams);
  for (let l = 0; l < shape.layers; l++) {
    const w = weightsAt;
    const wT = turnedAt;
    findLayer<T>(shape, parameters, l, w);
    findLayer<T>(shape, work.turned, l, wT);
    const x = work.streams + <usize>l * stream;
    const middle = work.middles + <usize>l * stream;
    const next = x + stream;
    const scale = work.scales + <usize>(2 * l * work.rows) * sizeof<T>();
    const norm1 = work.norms1 + <usize>l * stream;
    const norm2 = work.norms2 + <usize>l * stream;
    const qkv = work.qkvs + <usize>(l * work.rows * shape.qkv) * sizeof<T>();
    const context = work.contexts + <usize>l * stream;
    const both = work.boths + <usize>(l * work.rows * 2 * shape.hidden) * sizeof<T>();
    const hidden = work.products + <usize>(l * work.rows * shape.hidden) * sizeof<T>();
    rmsnorm<T>(x, rows, w.norm1, width, shape.epsilon, norm1, scale);
    linear<T>(norm1, rows, wT.qkv, shape.qkv, width, qkv);
    turn<T>(shape, batch, work, qkv, false);
    let p = work.ps + <usize>(l * shape.heads * work.scores) * sizeof<T>();
    for (let s = 0; s < batch.segments; s++) p += <usize>attention<T>(shape, batch.segment(s), qkv, p, context, work.scratch) * sizeof<T>();
    linear<T>(context, rows, wT.output, width, width, middle);
    residual<T>(middle, x, rows * width);
    rmsnorm<T>(middle, rows, w.norm2, width, shape.epsilon, norm2, scale + <usize>work.rows * sizeof<T>());
    linear<T>(norm2, rows, wT.both, 2 * shape.hidden, width, both);
    swiglu<T>(both, rows, shape.hidden, work.shares + <usize>(l * work.rows * shape.hidden) * sizeof<T>(), hidden);
    linear<T>(hidden, rows, wT.down, width, shape.hidden, next);
    residual<T>(next, middle, rows * width);
  }
}

// Queries and keys of every row by its position, or their gradients back.
function turn<T>(shape: Shape, batch: Batch, work: Workspace, qkv: usize, back: bool): void {
  const size = shape.headSize;
  const heads = shape.heads + shape.kvHeads;
  for (let s = 0; s < batch.segments; s++) {
    const segment = batch.segment(s);
    for (let i = 0; i < segment.count; i++) {
      const at = qkv + <usize>((segment.first + i) * shape.qkv) * sizeof<T>();
      const angles = work.turns + <usize>((segment.prefixCount + i) * size) * sizeof<T>();
      if (back) ropeBackward<T>(at, heads, size, angles);
      else rope<T>(at, heads, size, angles);
    }
  }
}

/**
 * Loss of the rows that count: Σ weight × scale × nats. Leaves the logits' gradient in work.logits.
 * @param scale what every weight is multiplied by: 1 ÷ the weights of all batches of the step
 * @param nats (answered) f32 out, surprise of each such row in order; 0: not wanted
 * @param best (answered) i32 out, the most likely token of each; 0: not wanted
 */
export function lossOf<T>(shape: Shape, parameters: usize, batch: Batch, work: Workspace, scale: f64, nats: usize, best: usize): f64 {
  const width = shape.width;
  const bytes = <usize>width * sizeof<T>();
  const end = work.streams + <usize>(shape.layers * work.rows) * bytes;
  let n = 0;
  for (let i = 0; i < batch.rows; i++) {
    if (!(load<f32>(batch.weights + ((<usize>i) << 2)) > 0.0)) continue;
    memory.copy(work.picked + <usize>n * bytes, end + <usize>i * bytes, bytes);
    n++;
  }
  if (n == 0) return 0.0;
  const scales = work.scales + <usize>(2 * shape.layers * work.rows) * sizeof<T>();
  rmsnorm<T>(work.picked, n, parameters + <usize>shape.lastNorm * sizeof<T>(), width, shape.epsilon, work.last, scales);
  linear<T>(work.last, n, work.turned, shape.vocabulary, width, work.logits);
  let loss: f64 = 0.0;
  n = 0;
  for (let i = 0; i < batch.rows; i++) {
    const weight = <f64>load<f32>(batch.weights + ((<usize>i) << 2)) * scale;
    if (!(weight > 0.0)) continue;
    crossEntropy<T>(work.logits + <usize>(n * shape.vocabulary) * sizeof<T>(), shape.vocabulary, load<i32>(batch.targets + ((<usize>i) << 2)), <T>weight, work.rowLoss);
    if (nats) store<f32>(nats + ((<usize>n) << 2), <f32>work.rowLoss.nats);
    if (best) store<i32>(best + ((<usize>n) << 2), work.rowLoss.best);
    loss += weight * work.rowLoss.nats;
    n++;
  }
  return loss;
}

/** Adds the gradient of the loss by every parameter, after `forward` and `lossOf` of the same batch. */
export function backward<T>(shape: Shape, parameters: usize, batch: Batch, work: Workspace, gradient: usize): void {
  const rows = batch.rows;
  const width = shape.width;
  const count = rows * width;
  const stream = <usize>(work.rows * width) * sizeof<T>();
  memory.fill(work.dStream, 0, <usize>count * sizeof<T>());
  lossBackward<T>(shape, parameters, batch, work, gradient);
  for (let l = shape.layers - 1; l >= 0; l--) {
    const w = weightsAt;
    const g = gradientAt;
    findLayer<T>(shape, parameters, l, w);
    findLayer<T>(shape, gradient, l, g);
    const x = work.streams + <usize>l * stream;
    const middle = work.middles + <usize>l * stream;
    const scale = work.scales + <usize>(2 * l * work.rows) * sizeof<T>();
    const qkv = work.qkvs + <usize>(l * work.rows * shape.qkv) * sizeof<T>();
    const both = work.boths + <usize>(l * work.rows * 2 * shape.hidden) * sizeof<T>();
    memory.fill(work.dHidden, 0, <usize>(rows * shape.hidden) * sizeof<T>());
    linearBackward<T>(work.products + <usize>(l * work.rows * shape.hidden) * sizeof<T>(), rows, w.down, width, shape.hidden, work.dStream, work.dHidden, g.down);
    swigluBackward<T>(both, rows, shape.hidden, work.shares + <usize>(l * work.rows * shape.hidden) * sizeof<T>(), work.dHidden, work.dBoth);
    memory.fill(work.dNarrow, 0, <usize>count * sizeof<T>());
    linearBackward<T>(work.norms2 + <usize>l * stream, rows, w.both, 2 * shape.hidden, width, work.dBoth, work.dNarrow, g.both);
    rmsnormBackward<T>(middle, rows, w.norm2, width, scale + <usize>work.rows * sizeof<T>(), work.dNarrow, work.dStream, g.norm2);
    memory.fill(work.dNarrow, 0, <usize>count * sizeof<T>());
    linearBackward<T>(work.contexts + <usize>l * stream, rows, w.output, width, width, work.dStream, work.dNarrow, g.output);
    memory.fill(work.dQkv, 0, <usize>(rows * shape.qkv) * sizeof<T>());
    let p = work.ps + <usize>(l * shape.heads * work.scores) * sizeof<T>();
    for (let s = 0; s < batch.segments; s++) p += <usize>attentionBackward<T>(shape, batch.segment(s), qkv, p, work.dNarrow, work.dQkv, work.scratch) * sizeof<T>();
    turn<T>(shape, batch, work, work.dQkv, true);
    memory.fill(work.dNarrow, 0, <usize>count * sizeof<T>());
    linearBackward<T>(work.norms1 + <usize>l * stream, rows, w.qkv, shape.qkv, width, work.dQkv, work.dNarrow, g.qkv);
    rmsnormBackward<T>(x, rows, w.norm1, width, scale, work.dNarrow, work.dStream, g.norm1);
  }
  embeddingBackward<T>(batch.tokens, rows, width, work.dStream, gradient);
}

// From the logits' gradient to the stream's after the last layer.
function lossBackward<T>(shape: Shape, parameters: usize, batch: Batch, work: Workspace, gradient: usize): void {
  const width = shape.width;
  const bytes = <usize>width * sizeof<T>();
  const n = batch.answered;
  if (n == 0) return;
  memory.fill(work.dNarrow, 0, <usize>n * bytes);
  linearBackward<T>(work.last, n, parameters, shape.vocabulary, width, work.logits, work.dNarrow, gradient);
  // The last norm's output is used up: its room takes the gradient by its input.
  memory.fill(work.last, 0, <usize>n * bytes);
  const scales = work.scales + <usize>(2 * shape.layers * work.rows) * sizeof<T>();
  const norm = <usize>shape.lastNorm * sizeof<T>();
  rmsnormBackward<T>(work.picked, n, parameters + norm, width, scales, work.dNarrow, work.last, gradient + norm);
  let from = work.last;
  for (let i = 0; i < batch.rows; i++) {
    if (!(load<f32>(batch.weights + ((<usize>i) << 2)) > 0.0)) continue;
    memory.copy(work.dStream + <usize>i * bytes, from, bytes);
    from += bytes;
  }
}
