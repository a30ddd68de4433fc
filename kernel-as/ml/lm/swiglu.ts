// SwiGLU (Shazeer 2020): silu(gate) × up, forward and backward. Pure; f32 and f64.
import { expBelow } from "./exponential";

/** Gates beyond ±this are as good as open or shut. */
const MOST: f64 = 80.0;

/**
 * y[t] = gate[t] × s[t] × up[t], s = 1 ÷ (1 + e^−gate).
 * @param both (tokens, 2 × hidden): gate, then up
 * @param shares (tokens, hidden) out: s, kept for the way back
 * @param y (tokens, hidden) out
 */
export function swiglu<T>(both: usize, tokens: i32, hidden: i32, shares: usize, y: usize): void {
  const bytes = <usize>hidden * sizeof<T>();
  for (let t = 0; t < tokens; t++) {
    const gate = both + <usize>t * 2 * bytes;
    const up = gate + bytes;
    const s_t = shares + <usize>t * bytes;
    const y_t = y + <usize>t * bytes;
    for (let at: usize = 0; at < bytes; at += sizeof<T>()) {
      const g = load<T>(gate + at);
      const s = <T>(<T>1.0 / (<T>1.0 + expBelow<T>(select<T>(<T>MOST, <T>-g, g < <T>-MOST))));
      store<T>(s_t + at, s);
      store<T>(y_t + at, <T>(g * s * load<T>(up + at)));
    }
  }
}

/**
 * dBoth, overwritten: dUp = dy gate s, dGate = dy up s (1 + gate (1 − s)).
 * @param dy (tokens, hidden)
 * @param dBoth (tokens, 2 × hidden)
 */
export function swigluBackward<T>(both: usize, tokens: i32, hidden: i32, shares: usize, dy: usize, dBoth: usize): void {
  const bytes = <usize>hidden * sizeof<T>();
  for (let t = 0; t < tokens; t++) {
    const gate = both + <usize>t * 2 * bytes;
    const up = gate + bytes;
    const s_t = shares + <usize>t * bytes;
    const dGate = dBoth + <usize>t * 2 * bytes;
    const dUp = dGate + bytes;
    const dy_t = dy + <usize>t * bytes;
    for (let at: usize = 0; at < bytes; at += sizeof<T>()) {
      const g = load<T>(gate + at);
      const s = load<T>(s_t + at);
      const slope = <T>(load<T>(dy_t + at) * s);
      store<T>(dUp + at, <T>(slope * g));
      store<T>(dGate + at, <T>(slope * load<T>(up + at) * (<T>1.0 + g * (<T>1.0 - s))));
    }
  }
}
