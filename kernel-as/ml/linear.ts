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

/**
 * linear<f32> four outputs at a time: the same sums in the same order, so the same bits, and four additions under way at once.
 * @param inputs a multiple of 4
 * @param outputs a multiple of 4
 */
export function linear4(x: usize, inputs: i32, weights: usize, bias: usize, outputs: i32, y: usize): void {
  const rowBytes = (<usize>inputs) << 2;
  let row0 = weights;
  for (let o: usize = 0; o < (<usize>outputs) << 2; o += 16) {
    const row1 = row0 + rowBytes;
    const row2 = row1 + rowBytes;
    const row3 = row2 + rowBytes;
    let a: f32 = 0.0;
    let b: f32 = 0.0;
    let c: f32 = 0.0;
    let d: f32 = 0.0;
    if (bias) {
      a = load<f32>(bias + o);
      b = load<f32>(bias + o, 4);
      c = load<f32>(bias + o, 8);
      d = load<f32>(bias + o, 12);
    }
    for (let i: usize = 0; i < rowBytes; i += 16) {
      const x0 = load<f32>(x + i);
      const x1 = load<f32>(x + i, 4);
      const x2 = load<f32>(x + i, 8);
      const x3 = load<f32>(x + i, 12);
      a += x0 * load<f32>(row0 + i);
      b += x0 * load<f32>(row1 + i);
      c += x0 * load<f32>(row2 + i);
      d += x0 * load<f32>(row3 + i);
      a += x1 * load<f32>(row0 + i, 4);
      b += x1 * load<f32>(row1 + i, 4);
      c += x1 * load<f32>(row2 + i, 4);
      d += x1 * load<f32>(row3 + i, 4);
      a += x2 * load<f32>(row0 + i, 8);
      b += x2 * load<f32>(row1 + i, 8);
      c += x2 * load<f32>(row2 + i, 8);
      d += x2 * load<f32>(row3 + i, 8);
      a += x3 * load<f32>(row0 + i, 12);
      b += x3 * load<f32>(row1 + i, 12);
      c += x3 * load<f32>(row2 + i, 12);
      d += x3 * load<f32>(row3 + i, 12);
    }
    store<f32>(y + o, a);
    store<f32>(y + o, b, 4);
    store<f32>(y + o, c, 8);
    store<f32>(y + o, d, 12);
    row0 = row3 + rowBytes;
  }
}
