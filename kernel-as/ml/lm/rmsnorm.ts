// Root mean square norm (Zhang and Sennrich 2019), forward and backward, row by row. Pure; f32 and f64.

/**
 * y[t] = x[t] × scale[t] × weight, scale = 1 ÷ √(mean of x² + epsilon).
 * @param x (tokens, width), width a multiple of 4
 * @param scale (tokens) out; kept for the way back
 */
export function rmsnorm<T>(x: usize, tokens: i32, weight: usize, width: i32, epsilon: f64, y: usize, scale: usize): void {
  const bytes = <usize>width * sizeof<T>();
  for (let t = 0; t < tokens; t++) {
    const x_t = x + <usize>t * bytes;
    const y_t = y + <usize>t * bytes;
    const s = <T>(1.0 / sqrt<f64>(<f64>dotOf<T>(x_t, x_t, bytes) / <f64>width + epsilon));
    store<T>(scale + <usize>t * sizeof<T>(), s);
    for (let at: usize = 0; at < bytes; at += sizeof<T>()) store<T>(y_t + at, <T>(load<T>(x_t + at) * s * load<T>(weight + at)));
  }
}

/**
 * Adds the gradients. With n = x × scale and g = dy × weight: dx += scale × (g − n × mean of g n), dWeight += dy n.
 * @param scale (tokens), from the way forward
 */
export function rmsnormBackward<T>(x: usize, tokens: i32, weight: usize, width: i32, scale: usize, dy: usize, dx: usize, dWeight: usize): void {
  const bytes = <usize>width * sizeof<T>();
  for (let t = 0; t < tokens; t++) {
    const x_t = x + <usize>t * bytes;
    const dy_t = dy + <usize>t * bytes;
    const dx_t = dx + <usize>t * bytes;
    const s = load<T>(scale + <usize>t * sizeof<T>());
    let sum0: T = <T>0.0;
    let sum1: T = <T>0.0;
    for (let at: usize = 0; at < bytes; at += 2 * sizeof<T>()) {
      sum0 = <T>(sum0 + load<T>(dy_t + at) * load<T>(weight + at) * load<T>(x_t + at));
      sum1 = <T>(sum1 + load<T>(dy_t + at, sizeof<T>()) * load<T>(weight + at, sizeof<T>()) * load<T>(x_t + at, sizeof<T>()));
    }
    const pull = <T>(((sum0 + sum1) * s * s * s) / <T>width);
    for (let at: usize = 0; at < bytes; at += sizeof<T>()) {
      const value = load<T>(x_t + at);
      const slope = load<T>(dy_t + at);
      store<T>(dWeight + at, <T>(load<T>(dWeight + at) + slope * value * s));
      store<T>(dx_t + at, <T>(load<T>(dx_t + at) + slope * load<T>(weight + at) * s - value * pull));
    }
  }
}

/** Σ a b in four sums side by side; `bytes` a multiple of four values. */
export function dotOf<T>(a: usize, b: usize, bytes: usize): T {
  let sum0: T = <T>0.0;
  let sum1: T = <T>0.0;
  let sum2: T = <T>0.0;
  let sum3: T = <T>0.0;
  for (let at: usize = 0; at < bytes; at += 4 * sizeof<T>()) {
    sum0 = <T>(sum0 + load<T>(a + at) * load<T>(b + at));
    sum1 = <T>(sum1 + load<T>(a + at, sizeof<T>()) * load<T>(b + at, sizeof<T>()));
    sum2 = <T>(sum2 + load<T>(a + at, 2 * sizeof<T>()) * load<T>(b + at, 2 * sizeof<T>()));
    sum3 = <T>(sum3 + load<T>(a + at, 3 * sizeof<T>()) * load<T>(b + at, 3 * sizeof<T>()));
  }
  return <T>(sum0 + sum2 + (sum1 + sum3));
}
