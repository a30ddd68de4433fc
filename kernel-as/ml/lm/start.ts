// The weights that training starts from: seeded, of a size that keeps every layer's output near that of its input. f32.
import { Rng } from "../../lib/rng";
import { Shape } from "./shape";

/** Standard deviation of the embedding; logits then start near 0. */
const EMBEDDING: f64 = 0.03;

/**
 * Normal weights of deviation √(1 ÷ inputs), those that write to the residual stream smaller by √(2 layers); norms 1.
 * @param parameters (shape.parameters) f32 out
 */
export function startWeights(shape: Shape, parameters: usize, seed: u64): void {
  const rng = changetype<Rng>(memory.data(32, 8));
  rng.seed(seed);
  const width = shape.width;
  const inner = sqrt<f64>(1.0 / <f64>width);
  const residual = 1.0 / sqrt<f64>(2.0 * <f64>shape.layers);
  let at = normal(rng, parameters, shape.vocabulary * width, EMBEDDING);
  for (let l = 0; l < shape.layers; l++) {
    at = ones(at, width);
    at = normal(rng, at, shape.qkv * width, inner);
    at = normal(rng, at, width * width, inner * residual);
    at = ones(at, width);
    at = normal(rng, at, 2 * shape.hidden * width, inner);
    at = normal(rng, at, width * shape.hidden, sqrt<f64>(1.0 / <f64>shape.hidden) * residual);
  }
  ones(at, width);
}

function ones(at: usize, count: i32): usize {
  for (let i = 0; i < count; i++) store<f32>(at + ((<usize>i) << 2), 1.0);
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
