// AdamW (Loshchilov and Hutter 2019) with warm-up, cosine decay of the rate, and the gradient shortened to a norm. f32; the order of all sums is fixed.
import { Shape } from "./shape";

const BETA_1: f32 = 0.9;
const BETA_2: f32 = 0.98;
const EPSILON: f32 = 1e-8;

/**
 * The rate of a step: rises evenly over `warmup` steps, then follows half a cosine down to `last` × peak at step `steps`.
 * @param step 1 for the first
 */
export function rateAt(step: i32, steps: i32, warmup: i32, peak: f64, last: f64): f64 {
  if (step < warmup) return (peak * <f64>step) / <f64>warmup;
  if (step >= steps) return peak * last;
  const part = <f64>(step - warmup) / <f64>(steps - warmup);
  return peak * (last + (1.0 - last) * 0.5 * (1.0 + Math.cos(Math.PI * part)));
}

/** √Σ g², in four sums side by side. */
export function normOf(gradient: usize, count: i32): f64 {
  let sum0: f64 = 0.0;
  let sum1: f64 = 0.0;
  let sum2: f64 = 0.0;
  let sum3: f64 = 0.0;
  const whole = gradient + ((<usize>(count & ~3)) << 2);
  let at = gradient;
  for (; at < whole; at += 16) {
    const a = <f64>load<f32>(at);
    const b = <f64>load<f32>(at, 4);
    const c = <f64>load<f32>(at, 8);
    const d = <f64>load<f32>(at, 12);
    sum0 += a * a;
    sum1 += b * b;
    sum2 += c * c;
    sum3 += d * d;
  }
  const end = gradient + ((<usize>count) << 2);
  for (; at < end; at += 4) sum0 += <f64>load<f32>(at) * <f64>load<f32>(at);
  return sqrt<f64>(sum0 + sum2 + (sum1 + sum3));
}

/**
 * One step over all tensors of a model. Norms are not decayed. A gradient that is no number changes nothing.
 * @param first (parameters) f32, the mean of the gradients; 0 at the start
 * @param second (parameters) f32, the mean of their squares; 0 at the start
 * @param step 1 for the first
 * @param limit the gradient is shortened to this norm where it is longer
 * @param decay share of each parameter that a step of rate 1 takes off
 * @returns the gradient's norm before it was shortened; below 0: it was no number
 */
export function adamw(shape: Shape, parameters: usize, gradient: usize, first: usize, second: usize, step: i32, rate: f64, limit: f64, decay: f64): f64 {
  const length = normOf(gradient, shape.parameters);
  if (!(length < 1e30)) return -1.0;
  const shorten: f32 = length > limit ? <f32>(limit / length) : 1.0;
  const correct1 = <f32>(1.0 / (1.0 - power(BETA_1, step)));
  const correct2 = <f32>(1.0 / (1.0 - power(BETA_2, step)));
  const width = shape.width;
  let from = 0;
  let next = shape.vocabulary * width;
  for (let l = 0; l <= shape.layers; l++) {
    // The matrices before this norm, then the norm: the layer's first, the one in its middle, the last one.
    span(parameters, gradient, first, second, from, next - from, shorten, correct1, correct2, <f32>rate, <f32>decay);
    span(parameters, gradient, first, second, next, width, shorten, correct1, correct2, <f32>rate, 0.0);
    if (l == shape.layers) break;
    from = next + width;
    next = from + shape.qkv * width + width * width;
    span(parameters, gradient, first, second, from, next - from, shorten, correct1, correct2, <f32>rate, <f32>decay);
    span(parameters, gradient, first, second, next, width, shorten, correct1, correct2, <f32>rate, 0.0);
    from = next + width;
    next = from + 3 * shape.hidden * width;
  }
  return length;
}

function span(parameters: usize, gradient: usize, first: usize, second: usize, from: i32, count: i32, shorten: f32, correct1: f32, correct2: f32, rate: f32, decay: f32): void {
  const start = (<usize>from) << 2;
  const end = start + ((<usize>count) << 2);
  for (let at = start; at < end; at += 4) {
    const g = load<f32>(gradient + at) * shorten;
    const m = BETA_1 * load<f32>(first + at) + (<f32>1.0 - BETA_1) * g;
    const v = BETA_2 * load<f32>(second + at) + (<f32>1.0 - BETA_2) * g * g;
    store<f32>(first + at, m);
    store<f32>(second + at, v);
    const now = load<f32>(parameters + at);
    store<f32>(parameters + at, now - rate * ((m * correct1) / (sqrt<f32>(v * correct2) + EPSILON) + decay * now));
  }
}

function power(base: f32, exponent: i32): f64 {
  let result: f64 = 1.0;
  let square = <f64>base;
  for (let left = exponent; left > 0; left >>= 1) {
    if (left & 1) result *= square;
    square *= square;
  }
  return result;
}
