// Adam with a bound on the gradient's norm. State and parameters are the caller's. Pure; f32, moments too.
// Kingma and Ba, "Adam: a method for stochastic optimization", algorithm 1, with the two corrections folded into the rate.
import { get, put } from "./linear";

const BETA_1: f32 = 0.9;
const BETA_2: f32 = 0.99;
const EPSILON: f32 = 1e-8;

/** √ of the sum of squares, in f64. */
export function norm(values: usize, count: i32): f64 {
  let sum: f64 = 0.0;
  for (let i = 0; i < count; i++) {
    const value = <f64>get<f32>(values, i);
    sum += value * value;
  }
  return sqrt<f64>(sum);
}

/**
 * One step. A gradient that is no number changes nothing.
 * @param step 1 for the first
 * @param limit the gradient is shortened to this norm where it is longer
 * @param decay share of each parameter that a step of rate 1 takes off
 * @returns the gradient's norm before it was shortened; below 0: it was no number
 */
export function adam(parameters: usize, gradient: usize, first: usize, second: usize, count: i32, step: u32, rate: f32, limit: f32, decay: f32): f64 {
  const length = norm(gradient, count);
  if (!(length < 1e30)) return -1.0;
  const shorten: f32 = length > <f64>limit ? <f32>(<f64>limit / length) : 1.0;
  const correct1 = <f32>(1.0 / (1.0 - power(BETA_1, step)));
  const correct2 = <f32>(1.0 / (1.0 - power(BETA_2, step)));
  for (let i = 0; i < count; i++) {
    const g = get<f32>(gradient, i) * shorten;
    const m = BETA_1 * get<f32>(first, i) + (<f32>1.0 - BETA_1) * g;
    const v = BETA_2 * get<f32>(second, i) + (<f32>1.0 - BETA_2) * g * g;
    put<f32>(first, i, m);
    put<f32>(second, i, v);
    const now = get<f32>(parameters, i);
    put<f32>(parameters, i, now - rate * ((m * correct1) / (sqrt<f32>(v * correct2) + EPSILON) + decay * now));
  }
  return length;
}

/** base^exponent by squaring; 0 from some point on. */
function power(base: f32, exponent: u32): f64 {
  let result: f64 = 1.0;
  let square = <f64>base;
  for (let left = exponent; left > 0; left >>= 1) {
    if (left & 1) result *= square;
    square *= square;
  }
  return result;
}
