// SwiGLU (Shazeer 2020): silu(gate) × up, forward and backward. Pure; f32 and f64.
import { expOf } from "../exponential";

/**
 * y[t] = silu(gate[t]) × up[t], silu(g) = g ÷ (1 + e^−g).
 * @param both (tokens, 2 × hidden): gate, then up
 * @param y (tokens, hidden) out
 */
export function swiglu<T>(both: usize, tokens: i32, hidden: i32, y: usize): void {
  const bytes = <usize>hidden * sizeof<T>();
  for (let t = 0; t < tokens; t++) {
    const gate = both + <usize>t * 2 * bytes;
    const up = gate + bytes;
    const y_t = y + <usize>t * bytes;
    for (let at: usize = 0; at < bytes; at += sizeof<T>()) {
      const g = load<T>(gate + at);
      store<T>(y_t + at, <T>((g / <T>(<T>1.0 + expOf<T>(<T>-g))) * load<T>(up + at)));
    }
  }
}

/**
 * dBoth, overwritten: with s = 1 ÷ (1 + e^−gate): dUp = dy gate s, dGate = dy up s (1 + gate (1 − s)).
 * @param dy (tokens, hidden)
 * @param dBoth (tokens, 2 × hidden)
 */
export function swigluBackward<T>(both: usize, tokens: i32, hidden: i32, dy: usize, dBoth: usize): void {
  const bytes = <usize>hidden * sizeof<T>();
  for (let t = 0; t < tokens; t++) {
    const gate = both + <usize>t * 2 * bytes;
    const up = gate + bytes;
    const dGate = dBoth + <usize>t * 2 * bytes;
    const dUp = dGate + bytes;
    const dy_t = dy + <usize>t * bytes;
    for (let at: usize = 0; at < bytes; at += sizeof<T>()) {
      const g = load<T>(gate + at);
      const slope = load<T>(dy_t + at);
      const s = <T>(<T>1.0 / <T>(<T>1.0 + expOf<T>(<T>-g)));
      store<T>(dUp + at, <T>(slope * g * s));
      store<T>(dGate + at, <T>(slope * load<T>(up + at) * s * (<T>1.0 + g * (<T>1.0 - s))));
    }
  }
}
