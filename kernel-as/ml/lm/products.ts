// The matrix products that training is made of. f32 goes to the vector kernels of module `nn` (docs/decisions/0008-the-mind.md), f64, which
// only the checks of the gradients use, is worked out here. Row-major; spans are the caller's.

import { gemm_nn, gemm_tn } from "../../abi/nn";

/** y (tokens, rows) = x (tokens, columns) · wT, wT (columns, rows). Overwrites y. Every element adds in the order of columns. */
export function product<T>(x: usize, wT: usize, tokens: i32, columns: i32, rows: i32, y: usize): void {
  memory.fill(y, 0, <usize>tokens * <usize>rows * sizeof<T>());
  addProduct<T>(x, wT, tokens, columns, rows, y);
}

/** wT (columns, rows) from w (rows, columns): the products are fastest over rows that lie side by side. */
export function transpose<T>(w: usize, rows: i32, columns: i32, wT: usize): void {
  // Four rows at once: what is written lies together.
  const rowBytes = <usize>columns * sizeof<T>();
  const columnBytes = <usize>rows * sizeof<T>();
  let r = 0;
  for (; r + 4 <= rows; r += 4) {
    let from = w + <usize>r * rowBytes;
    let to = wT + <usize>r * sizeof<T>();
    for (let c = 0; c < columns; c++) {
      store<T>(to, load<T>(from));
      store<T>(to, load<T>(from + rowBytes), sizeof<T>());
      store<T>(to, load<T>(from + 2 * rowBytes), 2 * sizeof<T>());
      store<T>(to, load<T>(from + 3 * rowBytes), 3 * sizeof<T>());
      from += sizeof<T>();
      to += columnBytes;
    }
  }
  for (; r < rows; r++) for (let c = 0; c < columns; c++) store<T>(wT + <usize>(c * rows + r) * sizeof<T>(), load<T>(w + <usize>(r * columns + c) * sizeof<T>()));
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
