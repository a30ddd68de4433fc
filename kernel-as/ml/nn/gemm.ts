// Products of f32 matrices, for training. Each element adds to what it holds, in the order of k, so a product may be cut along k. Pure.

/** c += a · b. @param a (m, k) @param b (k, n) @param c (m, n), overlapping neither. Negative counts trap. */
export function gemm_nn(a: usize, b: usize, m: i32, k: i32, n: i32, c: usize): void {
  if (m < 0 || k < 0 || n < 0) unreachable();
  for (let i = 0; i < m; i++) {
    const row = c + ((<usize>i * <usize>n) << 2);
    for (let j = 0; j < k; j++) addRow(load<f32>(a + ((<usize>i * <usize>k + <usize>j) << 2)), b + ((<usize>j * <usize>n) << 2), n, row);
  }
}

/** c += aᵀ · b. @param a (k, m) @param b (k, n) @param c (m, n), overlapping neither. Negative counts trap. */
export function gemm_tn(a: usize, b: usize, m: i32, k: i32, n: i32, c: usize): void {
  if (m < 0 || k < 0 || n < 0) unreachable();
  for (let i = 0; i < m; i++) {
    const row = c + ((<usize>i * <usize>n) << 2);
    for (let j = 0; j < k; j++) addRow(load<f32>(a + ((<usize>j * <usize>m + <usize>i) << 2)), b + ((<usize>j * <usize>n) << 2), n, row);
  }
}

function addRow(factor: f32, from: usize, n: i32, to: usize): void {
  for (let i: usize = 0; i < <usize>n; i++) store<f32>(to + (i << 2), load<f32>(to + (i << 2)) + factor * load<f32>(from + (i << 2)));
}
