// Which token comes next: greedy, or drawn. In this order: repeat penalty, top-k, top-p, min-p, temperature, draw. The same seed and the same logits give the same
// tokens on every machine: e^x is our own, sums go in one order, and of equal logits the token with the smaller number is first.
import { Rng } from "../../lib/rng";
import { exp32 } from "../../ml/exponential";
import { give, take } from "../memory";

/** No token can be drawn: every logit is −∞ or NaN. */
export const NO_TOKEN: i32 = -1;

const CANDIDATE_BYTES: usize = 8; // f32 logit, i32 token

@unmanaged
export class Sampler {
  /** 0: greedy. */
  temperature: f32;
  /** Keep the so many most likely; 0: all. */
  topK: i32;
  /** Keep the most likely whose probabilities reach this; 1: all. */
  topP: f32;
  /** Keep those at least so likely, relative to the most likely; 0: all. */
  minP: f32;
  /** Logits of recent tokens are divided by this where they are positive, else multiplied; 1: none. */
  repeatPenalty: f32;
  private vocabulary: i32;
  private candidates: usize;
  private count: i32;
  private rng: Rng;

  /** Takes room for a vocabulary. Greedy until it is told otherwise. False: no memory. */
  open(vocabulary: i32): bool {
    memory.fill(changetype<usize>(this), 0, offsetof<Sampler>());
    this.vocabulary = vocabulary;
    this.candidates = take(<usize>vocabulary * CANDIDATE_BYTES + offsetof<Rng>());
    if (this.candidates === 0) return false;
    this.rng = changetype<Rng>(this.candidates + <usize>vocabulary * CANDIDATE_BYTES);
    this.rng.seed(0);
    this.topP = 1.0;
    this.repeatPenalty = 1.0;
    return true;
  }

  close(): void {
    give(this.candidates);
    this.candidates = 0;
  }

  /** Starts the random numbers. */
  seed(seed: u64): void {
    this.rng.seed(seed);
  }

  /**
   * The next token.
   * @param logits f32[vocabulary]; −∞ and NaN: never this one. The repeat penalty changes them.
   * @param recent i32[recentCount]: tokens that the penalty is for
   * @returns a token, or NO_TOKEN
   */
  sample(logits: usize, recent: usize, recentCount: i32): i32 {
    if (this.repeatPenalty !== 1.0) this.penalise(logits, recent, recentCount);
    if (!(this.temperature > 0.0)) return greatest(logits, this.vocabulary);
    this.collect(logits);
    if (this.count === 0) return NO_TOKEN;
    return this.draw(this.keep());
  }

  private logit(index: i32): f32 {
    return load<f32>(this.candidates + <usize>index * CANDIDATE_BYTES);
  }
  private token(index: i32): i32 {
    return load<i32>(this.candidates + <usize>index * CANDIDATE_BYTES + 4);
  }

  // Each token once, however often it is in `recent`.
  private penalise(logits: usize, recent: usize, recentCount: i32): void {
    for (let i = 0; i < recentCount; i++) {
      const token = load<u32>(recent + ((<usize>i) << 2));
      let again = token >= <u32>this.vocabulary;
      for (let j = 0; j < i && !again; j++) again = load<u32>(recent + ((<usize>j) << 2)) === token;
      if (again) continue;
      const at = logits + ((<usize>token) << 2);
      const value = load<f32>(at);
      store<f32>(at, value > 0.0 ? value / this.repeatPenalty : value * this.repeatPenalty);
    }
  }

  private collect(logits: usize): void {
    this.count = 0;
    for (let token = 0; token < this.vocabulary; token++) {
      const value = load<f32>(logits + ((<usize>token) << 2));
      if (!(value > -Infinity)) continue;
      const at = this.candidates + <usize>this.count * CANDIDATE_BYTES;
      this.count++;
      store<f32>(at, value);
      store<i32>(at + 4, token);
    }
  }

  // Whether a candidate comes before another one.
  private before(a: i32, b: i32): bool {
    return this.logit(a) > this.logit(b) || (this.logit(a) === this.logit(b) && this.token(a) < this.token(b));
  }

  private swap(a: i32, b: i32): void {
    const first = this.candidates + <usize>a * CANDIDATE_BYTES;
    const second = this.candidates + <usize>b * CANDIDATE_BYTES;
    const kept = load<u64>(first);
    store<u64>(first, load<u64>(second));
    store<u64>(second, kept);
  }

  // A heap with the first one at its root, over candidates 0 … size − 1.
  private sink(from: i32, size: i32): void {
    let index = from;
    for (;;) {
      let best = index;
      const left = 2 * index + 1;
      if (left < size && this.before(left, best)) best = left;
      if (left + 1 < size && this.before(left + 1, best)) best = left + 1;
      if (best === index) return;
      this.swap(index, best);
      index = best;
    }
  }

  // Takes the candidates that stay to the end of the array, the most likely last; returns how many. As many are sorted as stay, and no more.
  private keep(): i32 {
    const all = this.count;
    for (let i = all / 2 - 1; i >= 0; i--) this.sink(i, all);
    const most = this.topK > 0 ? min(this.topK, all) : all;
    const top = this.logit(0);
    let wanted: f64 = Infinity;
    if (this.topP < 1.0) {
      // Probabilities are among the top-k: those must be sorted first.
      let total: f64 = 0.0;
      if (most === all) for (let i = 0; i < all; i++) total += <f64>exp32(this.logit(i) - top);
      else {
        for (let taken = 0; taken < most; taken++) this.popTo(all - 1 - taken);
        for (let i = 0; i < most; i++) total += <f64>exp32(this.logit(all - 1 - i) - top);
      }
      wanted = total * <f64>max<f32>(this.topP, 0.0);
    }
    const sorted = this.topP < 1.0 && most < all;
    let sum: f64 = 0.0;
    let kept = 0;
    while (kept < most && (kept === 0 || sum < wanted)) {
      if (!sorted) this.popTo(all - 1 - kept);
      const weight = exp32(this.logit(all - 1 - kept) - top);
      if (kept > 0 && weight < this.minP) break;
      sum += <f64>weight;
      kept++;
    }
    return kept;
  }

  // The first of candidates 0 … last goes to the place `last`.
  private popTo(last: i32): void {
    this.swap(0, last);
    this.sink(0, last);
  }

  private draw(kept: i32): i32 {
    const last = this.count - 1;
    const top = this.logit(last);
    let total: f64 = 0.0;
    for (let i = 0; i < kept; i++) total += <f64>exp32((this.logit(last - i) - top) / this.temperature);
    const point = total * (<f64>(this.rng.next() >> 11) * (1.0 / 9007199254740992.0));
    let sum: f64 = 0.0;
    for (let i = 0; i < kept; i++) {
      sum += <f64>exp32((this.logit(last - i) - top) / this.temperature);
      if (sum > point) return this.token(last - i);
    }
    return this.token(last - kept + 1);
  }
}

/** The token with the greatest logit, of equals the first; NO_TOKEN where all are −∞ or NaN. */
export function greatest(logits: usize, vocabulary: i32): i32 {
  let best: f32 = -Infinity;
  let found = NO_TOKEN;
  for (let token = 0; token < vocabulary; token++) {
    const value = load<f32>(logits + ((<usize>token) << 2));
    if (value > best) {
      best = value;
      found = token;
    }
  }
  return found;
}
