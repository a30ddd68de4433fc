// y = W x + b, forward and backward, for f32 and f64 (the second for the checks of the gradients). One fixed order of additions. dense.ts is
// its elder with an order of its own, whose bits a shipped model depends on. Pure; spans are the caller's.

export function get<T>(at: usize, index: i32): T {
  return load<T>(at + <usize>index * sizeof<T>());
}
export function put<T>(at: usize, index: i32, value: T): void {
  store<T>(at + <usize>index * sizeof<T>(), value);
}
export function add<T>(at: usize, index: i32, value: T): void {
  const place = at + <usize>index * sizeof<T>();
  store<T>(place, <T>(load<T>(place) + value));
}

/**
 * y[o] = bias[o] + Σ x[i] weights[o][i]
 * @param weights (outputs, inputs) row-major
 * @param bias (outputs), or 0 for none
 */
export function linear<T>(x: usize, inputs: i32, weights: usize, bias: usize, outputs: i32, y: usize): void {
  let row = weights;
  for (let o = 0; o < outputs; o++) {
    let sum: T = bias ? get<T>(bias, o) : <T>0.0;
    for (let i = 0; i < inputs; i++) sum = <T>(sum + get<T>(x, i) * get<T>(row, i));
    put<T>(y, o, sum);
    row += <usize>inputs * sizeof<T>();
  }
}

/**
 * Adds the gradients: dx[i] += Σ dy[o] weights[o][i], dWeights[o][i] += dy[o] x[i], dBias[o] += dy[o].
 * @param dx 0: not wanted
 * @param dBias 0: there is none
 */
export function linearBackward<T>(x: usize, inputs: i32, weights: usize, outputs: i32, dy: usize, dx: usize, dWeights: usize, dBias: usize): void {
  const rowBytes = <usize>inputs * sizeof<T>();
  for (let o = 0; o < outputs; o++) {
    const slope = get<T>(dy, o);
    const row = weights + <usize>o * rowBytes;
    const dRow = dWeights + <usize>o * rowBytes;
    for (let i = 0; i < inputs; i++) {
      add<T>(dRow, i, <T>(slope * get<T>(x, i)));
      if (dx) add<T>(dx, i, <T>(slope * get<T>(row, i)));
    }
    if (dBias) add<T>(dBias, o, slope);
  }
}

/** y = x ÷ (1 + |x|), in place or not. */
export function softsignOf<T>(x: usize, count: i32, y: usize): void {
  for (let i = 0; i < count; i++) {
    const value = get<T>(x, i);
    put<T>(y, i, <T>(value / (<T>1.0 + abs<T>(value))));
  }
}

/** dx = dy (1 − |y|)², in place or not: 1 ÷ (1 + |x|) is 1 − |y|. Overwrites dx. */
export function softsignBackward<T>(y: usize, count: i32, dy: usize, dx: usize): void {
  for (let i = 0; i < count; i++) {
    const rest = <T>(<T>1.0 - abs<T>(get<T>(y, i)));
    put<T>(dx, i, <T>(get<T>(dy, i) * rest * rest));
  }
}
