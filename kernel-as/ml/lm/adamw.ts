// AdamW (Loshchilov and Hutter 2019) with warm-up, a rate that falls as a cosine at the end, and the gradient shortened to a norm. f32; the order of all sums is fixed.

const BETA_1: f32 = 0.9;
const BETA_2: f32 = 0.98;
const EPSILON: f32 = 1e-8;

/** Share of the steps, at the end, in which the rate falls. */
const FALL: f64 = 0.4;

/**
 * The rate of a step: rises evenly over `warmup` steps, stays, and in the last two fifths of the steps follows half a cosine down to `last` × peak. What is
 * learnt before it falls does not depend on `steps`, so that a training can be made longer.
 * @param step 1 for the first
 */
export function rateAt(step: i32, steps: i32, warmup: i32, peak: f64, last: f64): f64 {
  if (step < warmup) return (peak * <f64>step) / <f64>warmup;
  const falling = <f64>steps * FALL;
  const part = min<f64>(max<f64>((<f64>(step - steps) + falling) / falling, 0.0), 1.0);
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

/** What a step does beside the gradient. */
@unmanaged
export class Step {
  /** 1 for the first. */
  number: i32;
  /** What the gradient is multiplied by, so that it is no longer than a limit. */
  shorten: f32;
  rate: f32;
  /** Share of each matrix that a step of rate 1 takes off. */
  decay: f32;
}

/**
 * One step of `count` parameters from `from` on.
 * @param first (parameters) f32, the mean of the gradients; 0 at the start
 * @param second (parameters) f32, the mean of their squares; 0 at the start
 * @param decayed false for norms
 */
export function adamw(parameters: usize, gradient: usize, first: usize, second: usize, from: i32, count: i32, step: Step, decayed: bool): void {
  const correct1 = <f32>(1.0 / (1.0 - power(BETA_1, step.number)));
  const correct2 = <f32>(1.0 / (1.0 - power(BETA_2, step.number)));
  span(parameters, gradient, first, second, from, count, step.shorten, correct1, correct2, step.rate, decayed ? step.decay : 0.0);
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
