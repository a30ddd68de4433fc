// The three matrix products that training is made of. f32 goes to the vector kernels of module `nn` (docs/decisions/0008-the-mind.md), f64, which
// only the checks of the gradients use, is worked out here. Row-major; spans are the caller's.

import { gemm_nn, gemm_tn, matmul } from "../../abi/nn";

/** GGUF's number of f32. */
const TYPE_F32: i32 = 0;

/** y (tokens, rows) = x (tokens, columns) · wᵀ, w (rows, columns). Overwrites y. */
export function product<T>(w: usize, rows: i32, columns: i32, x: usize, tokens: i32, y: usize): void {
  if (sizeof<T>() == 4) {
    matmul(TYPE_F32, w, rows, columns, x, tokens, y, rows);
    return;
  }
  const rowBytes = <usize>columns * sizeof<T>();
  for (let t = 0; t < tokens; t++) {
    const x_t = x + <usize>t * rowBytes;
    for (let r = 0; r < rows; r++) {
      const w_r = w + <usize>r * rowBytes;
      let sum: T = <T>0.0;
      for (let at: usize = 0; at < rowBytes; at += sizeof<T>()) sum = <T>(sum + load<T>(w_r + at) * load<T>(x_t + at));
      store<T>(y + (<usize>t * <usize>rows + <usize>r) * sizeof<T>(), sum);
    }
  }
}

/** c (m, n) += a (m, k) · b (k, n). */
export function addProduct<T>(a: usize, b: usize, m: i32, k: i32, n: i32, c: usize): void {
  if (sizeof<T>() == 4) {
    gemm_nn(a, b, m, k, n, c);
    return;
  }
  for (let i = 0; i < m; i++) for (let j = 0; j < k; j++) addScaled<T>(c, i * n, b, j * n, load<T>(a + <usize>(i * k + j) * sizeof<T>()), n);
}

/** c (m, n) += aᵀ · b with a (k, m), b (k, n). */
export function addProductT<T>(a: usize, b: usize, m: i32, k: i32, n: i32, c: usize): void {
  if (sizeof<T>() == 4) {
    gemm_tn(a, b, m, k, n, c);
    return;
  }
  for (let j = 0; j < k; j++) for (let i = 0; i < m; i++) addScaled<T>(c, i * n, b, j * n, load<T>(a + <usize>(j * m + i) * sizeof<T>()), n);
}

function addScaled<T>(to: usize, toIndex: i32, from: usize, fromIndex: i32, factor: T, count: i32): void {
  const target = to + <usize>toIndex * sizeof<T>();
  const source = from + <usize>fromIndex * sizeof<T>();
  const end = <usize>count * sizeof<T>();
  for (let at: usize = 0; at < end; at += sizeof<T>()) store<T>(target + at, <T>(load<T>(target + at) + factor * load<T>(source + at)));
}
