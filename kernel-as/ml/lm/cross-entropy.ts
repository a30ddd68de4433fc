// Softmax cross-entropy of the next token, with a weight for each row: the answer counts, the question less or not. Pure; f32 and f64.
import { lnOf } from "../exponential";
import { expBelow } from "./exponential";

/** Surprise and best guess of a row. */
@unmanaged
export class RowLoss {
  /** −ln p(target), nats. */
  nats: f64;
  /** The most likely token; the first of equals. */
  best: i32;
}

/**
 * Loss of one row, whose logits become its gradient: weight × (p − 1 at the target).
 * @param logits (vocabulary) in; the gradient out
 * @param weight what the row counts in the loss
 * @param out where surprise and guess go
 */
export function crossEntropy<T>(logits: usize, vocabulary: i32, target: i32, weight: T, out: RowLoss): void {
  const end = logits + <usize>vocabulary * sizeof<T>();
  let top = load<T>(logits);
  let best = logits;
  for (let at = logits; at < end; at += sizeof<T>()) {
    const value = load<T>(at);
    if (value > top) {
      top = value;
      best = at;
    }
  }
  const place = logits + <usize>target * sizeof<T>();
  const wanted = <f64>load<T>(place) - <f64>top;
  let sum: T = <T>0.0;
  for (let at = logits; at < end; at += sizeof<T>()) {
    const e = expBelow<T>(<T>(load<T>(at) - top));
    store<T>(at, e);
    sum = <T>(sum + e);
  }
  const share = <T>(weight / sum);
  for (let at = logits; at < end; at += sizeof<T>()) store<T>(at, <T>(load<T>(at) * share));
  store<T>(place, <T>(load<T>(place) - weight));
  out.nats = lnOf(<f64>sum) - wanted;
  out.best = <i32>((best - logits) / sizeof<T>());
}
