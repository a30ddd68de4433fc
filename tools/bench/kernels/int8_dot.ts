// Bench kernel: dot products of int8 rows, 1024 long, the inner loop of a quantised matrix product. Twin: int8_dot.c.
const WIDTH: i32 = 1024;
const ROWS: i32 = 32;
const MATRIX: usize = memory.data(32768, 16);
const VECTOR: usize = memory.data(1024, 16);

export function run(n: i32): i32 {
  let seed: u32 = 1;
  for (let i = 0; i < WIDTH * ROWS; i++) {
    seed = seed * 1664525 + 1013904223;
    store<u8>(MATRIX + i, seed >> 24);
  }
  for (let i = 0; i < WIDTH; i++) store<u8>(VECTOR + i, i * 5);
  let check: u32 = 0;
  for (let round = 0; round < n; round++) {
    for (let row = 0; row < ROWS; row++) {
      const weights = MATRIX + row * WIDTH;
      let sum: i32 = 0;
      for (let i = 0; i < WIDTH; i++) sum += <i32>load<i8>(weights + i) * <i32>load<i8>(VECTOR + i);
      check = check * 31 + <u32>sum;
    }
    store<u8>(VECTOR + (round & (WIDTH - 1)), check);
  }
  return <i32>check;
}
