// Steps of the matrices inside the layers: momentum, then the nearest matrix whose singular values are all about 1 (Jordan et al. 2024, "Muon"), so that directions
// that are seldom seen are learnt as fast as those that always are. Embedding and norms have adamw.ts. f32; the order of all sums is fixed.
import { addProduct, addProductT, transpose } from "./products";
import { Shape } from "./shape";

const MOMENTUM: f32 = 0.95;
/** Of the quintic that draws singular values towards 1. */
const A: f32 = 3.4445;
const B: f32 = -4.775;
const C: f32 = 2.0315;
const ITERATIONS: i32 = 5;
/** A step of rate 1 has this root mean square, which is AdamW's. */
const SIZE: f64 = 0.2;

/** Values that a step needs beside the model's own. */
export function muonScratch(shape: Shape): i32 {
  const longest = max<i32>(shape.width, shape.hidden);
  return 2 * longest * shape.width + 2 * shape.width * shape.width;
}

/**
 * One step of all matrices of the layers first … end − 1.
 * @param momentum (parameters) f32; 0 at the start
 * @param shorten what the gradient is multiplied by
 * @param rate the size of a step
 * @param decay what is taken off each weight, as a share
 */
export function muon(shape: Shape, parameters: usize, gradient: usize, momentum: usize, first: i32, end: i32, shorten: f32, rate: f32, decay: f32, scratch: usize): void {
  const width = shape.width;
  const kv = shape.kvHeads * shape.headSize;
  for (let l = first; l < end; l++) {
    let at = shape.layer(l) + width;
    at = matrix(parameters, gradient, momentum, at, width, width, shorten, rate, decay, scratch);
    at = matrix(parameters, gradient, momentum, at, kv, width, shorten, rate, decay, scratch);
    at = matrix(parameters, gradient, momentum, at, kv, width, shorten, rate, decay, scratch);
    at = matrix(parameters, gradient, momentum, at, width, width, shorten, rate, decay, scratch);
    at += width;
    at = matrix(parameters, gradient, momentum, at, shape.hidden, width, shorten, rate, decay, scratch);
    at = matrix(parameters, gradient, momentum, at, shape.hidden, width, shorten, rate, decay, scratch);
    matrix(parameters, gradient, momentum, at, width, shape.hidden, shorten, rate, decay, scratch);
  }
}

// One matrix (rows, columns) from parameter `from` on; the parameter after it.
function matrix(parameters: usize, gradient: usize, momentum: usize, from: i32, rows: i32, columns: i32, shorten: f32, rate: f32, decay: f32, scratch: usize): i32 {
  const count = rows * columns;
  const bytes = (<usize>count) << 2;
  const start = (<usize>from) << 2;
  const direction = scratch;
  const spare = direction + bytes;
  let sum: f64 = 0.0;
  for (let at: usize = 0; at < bytes; at += 4) {
    const g = load<f32>(gradient + start + at) * shorten;
    const m = MOMENTUM * load<f32>(momentum + start + at) + g;
    store<f32>(momentum + start + at, m);
    const ahead = g + MOMENTUM * m;
    store<f32>(direction + at, ahead);
    sum += <f64>ahead * <f64>ahead;
  }
  const share = <f32>(1.0 / (sqrt<f64>(sum) + 1e-12));
  for (let at: usize = 0; at < bytes; at += 4) store<f32>(direction + at, load<f32>(direction + at) * share);
  const found = spare + bytes;
  let step = direction;
  if (rows >= columns) step = orthogonal(direction, rows, columns, spare, found);
  else {
    transpose<f32>(direction, rows, columns, spare);
    const tall = orthogonal(spare, columns, rows, direction, found);
    step = tall === spare ? direction : spare;
    transpose<f32>(tall, columns, rows, step);
  }
  const size = <f32>(SIZE * sqrt<f64>(<f64>max<i32>(rows, columns))) * rate;
  for (let at: usize = 0; at < bytes; at += 4) {
    const now = load<f32>(parameters + start + at);
    store<f32>(parameters + start + at, now - size * load<f32>(step + at) - decay * now);
  }
  return from + count;
}

// Singular values of x (rows, columns), rows ≥ columns, towards 1. Result in x or in other, which is told.
function orthogonal(x: usize, rows: i32, columns: i32, other: usize, squares: usize): usize {
  const bytes = (<usize>(rows * columns)) << 2;
  const square = (<usize>(columns * columns)) << 2;
  const second = squares + square;
  for (let i = 0; i < ITERATIONS; i++) {
    memory.fill(squares, 0, 2 * square);
    addProductT<f32>(x, x, columns, rows, columns, squares);
    addProduct<f32>(squares, squares, columns, columns, columns, second);
    for (let at: usize = 0; at < square; at += 4) store<f32>(squares + at, B * load<f32>(squares + at) + C * load<f32>(second + at));
    for (let at: usize = 0; at < bytes; at += 4) store<f32>(other + at, A * load<f32>(x + at));
    addProduct<f32>(x, squares, rows, columns, columns, other);
    const kept = x;
    x = other;
    other = kept;
  }
  return x;
}
