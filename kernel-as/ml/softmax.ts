// Softmax, and the loss of a prediction of classes: forward and backward. Pure; f32 and f64.
import { expOf, lnOf } from "./exponential";
import { get, put } from "./linear";

/** p[i] = e^x[i] ÷ Σ e^x, in place or not. The greatest is taken off first, so nothing overflows. */
export function softmax<T>(x: usize, count: i32, p: usize): void {
  let top = get<T>(x, 0);
  for (let i = 1; i < count; i++) top = max<T>(top, get<T>(x, i));
  let sum: T = <T>0.0;
  for (let i = 0; i < count; i++) {
    const e = expOf<T>(<T>(get<T>(x, i) - top));
    put<T>(p, i, e);
    sum = <T>(sum + e);
  }
  const share = <T>(<T>1.0 / sum);
  for (let i = 0; i < count; i++) put<T>(p, i, <T>(get<T>(p, i) * share));
}

/** dx[i] = p[i] (dp[i] − Σ p dp). Overwrites dx, which may be dp. */
export function softmaxBackward<T>(p: usize, count: i32, dp: usize, dx: usize): void {
  let mean: T = <T>0.0;
  for (let i = 0; i < count; i++) mean = <T>(mean + get<T>(p, i) * get<T>(dp, i));
  for (let i = 0; i < count; i++) put<T>(dx, i, <T>(get<T>(p, i) * (get<T>(dp, i) - mean)));
}

/**
 * −ln Σ p[i] fits[i]: the likelihood of an observation that fits class i with weight fits[i], 0…1. One 1 and else zeros is the cross entropy
 * of a class; zeros below and ones above is a censored observation, "at least so much".
 * @param p (count) T, from softmax
 * @param fits (count) f32
 * @returns nats
 */
export function loss<T>(p: usize, fits: usize, count: i32): f64 {
  let sum: f64 = 0.0;
  for (let i = 0; i < count; i++) sum += <f64>get<T>(p, i) * <f64>get<f32>(fits, i);
  return -lnOf(max<f64>(sum, 1e-30));
}

/** The loss's gradient by the logits, times weight: weight (p[i] − p[i] fits[i] ÷ Σ p fits). Overwrites dLogits. */
export function lossBackward<T>(p: usize, fits: usize, count: i32, weight: T, dLogits: usize): void {
  let sum: T = <T>0.0;
  for (let i = 0; i < count; i++) sum = <T>(sum + get<T>(p, i) * <T>get<f32>(fits, i));
  const share = <T>(<T>1.0 / max<T>(sum, <T>1e-30));
  for (let i = 0; i < count; i++) put<T>(dLogits, i, <T>(weight * get<T>(p, i) * (<T>1.0 - <T>get<f32>(fits, i) * share)));
}
