// The weights that training starts from: seeded, and so that a layer at first copies a part of what it attends to, because most answers repeat words of the
// question or the state (the idea: Trockman and Kolter 2023, "Mimetic initialization of self-attention layers"). f32.
import { Rng } from "../../lib/rng";
import { Shape } from "./shape";

/** Standard deviation of the embedding: of the size of what layers add, so that a token is still known behind them. */
const EMBEDDING: f64 = 0.1;
/** Of what a head attends to it writes so much back, in the directions that its values see. */
const COPIED: f32 = 0.3;

/**
 * Normal weights of deviation √(1 ÷ inputs); attention's output is a share of the values' matrix transposed, that of the feed-forward layer 0; norms 1.
 * @param parameters (shape.parameters) f32 out
 */
export function startWeights(shape: Shape, parameters: usize, seed: u64): void {
  const rng = changetype<Rng>(memory.data(32, 8));
  rng.seed(seed);
  const width = shape.width;
  const inner = sqrt<f64>(1.0 / <f64>width);
  let at = normal(rng, parameters, shape.vocabulary * width, EMBEDDING);
  for (let l = 0; l < shape.layers; l++) {
    at = filled(at, width, 1.0);
    const values = at + ((<usize>(width + shape.kvHeads * shape.headSize) * <usize>width) << 2);
    at = normal(rng, at, shape.qkv * width, inner);
    at = copying(shape, values, at);
    at = filled(at, width, 1.0);
    at = normal(rng, at, 2 * shape.hidden * width, inner);
    at = filled(at, width * shape.hidden, 0.0);
  }
  filled(at, width, 1.0);
}

// Attention's output (width, width): the columns of a head are the rows of its values' matrix.
function copying(shape: Shape, values: usize, output: usize): usize {
  const width = shape.width;
  const size = shape.headSize;
  const group = shape.heads / shape.kvHeads;
  for (let row = 0; row < width; row++) {
    for (let column = 0; column < width; column++) {
      const value = (column / size / group) * size + (column % size);
      store<f32>(output + ((<usize>(row * width + column)) << 2), COPIED * load<f32>(values + ((<usize>(value * width + row)) << 2)));
    }
  }
  return output + ((<usize>(width * width)) << 2);
}

function filled(at: usize, count: i32, value: f32): usize {
  for (let i = 0; i < count; i++) store<f32>(at + ((<usize>i) << 2), value);
  return at + ((<usize>count) << 2);
}

// Twelve even numbers less six: near enough to normal, and the same bits everywhere.
function normal(rng: Rng, at: usize, count: i32, deviation: f64): usize {
  for (let i = 0; i < count; i++) {
    let sum: f64 = -6.0;
    for (let k = 0; k < 12; k++) sum += <f64>(rng.next() >> 11) * (1.0 / 9007199254740992.0);
    store<f32>(at + ((<usize>i) << 2), <f32>(sum * deviation));
  }
  return at + ((<usize>count) << 2);
}
