// Weights times activations. Rows of weights are summed block after block (Q types) or in the dot order (F32, F16). Pure.
import { dot } from "./dot";
import { fromHalf } from "./half";
import { BLOCK, blockBytes, F16, F32, Q4_0, Q4_1, Q8_0, quantisedBytes } from "./types";

/** Σ of a block's 32 weights × activations, in i32. */
function blockDot(type: i32, w: usize, x: usize): i32 {
  let total = 0;
  if (type == Q8_0) {
    for (let i: usize = 0; i < <usize>BLOCK; i++) total += <i32>load<i8>(w + 2 + i) * <i32>load<i8>(x + i);
    return total;
  }
  const nibbles = w + (type == Q4_1 ? 4 : 2);
  const offset = type == Q4_0 ? 8 : 0;
  for (let i: usize = 0; i < 16; i++) {
    const byte = <i32>load<u8>(nibbles + i);
    total += ((byte & 15) - offset) * <i32>load<i8>(x + i) + ((byte >> 4) - offset) * <i32>load<i8>(x + 16 + i);
  }
  return total;
}

/** One row of a Q type times one quantised row: acc += f32(i) × (scale_w × scale_x), and for Q4_1 then acc += min_w × (scale_x × f32(sum)). */
function quantisedDot(type: i32, w: usize, x: usize, columns: i32): f32 {
  const blocks = columns / BLOCK;
  const scales = x + <usize>columns;
  const sums = scales + ((<usize>blocks) << 2);
  let sum: f32 = 0;
  for (let b = 0; b < blocks; b++) {
    const scale = load<f32>(scales + ((<usize>b) << 2));
    sum += <f32>blockDot(type, w, x + ((<usize>b) << 5)) * (fromHalf(load<u16>(w)) * scale);
    if (type == Q4_1) sum += fromHalf(load<u16>(w + 2)) * (scale * <f32>load<i32>(sums + ((<usize>b) << 2)));
    w += blockBytes(type);
  }
  return sum;
}

function quantisedRows(type: i32, w: usize, rows: i32, columns: i32, x: usize, tokens: i32, y: usize, yStride: i32): void {
  const rowBytes = <usize>(columns / BLOCK) * <usize>blockBytes(type);
  const xBytes = <usize>quantisedBytes(columns);
  for (let t = 0; t < tokens; t++) {
    for (let r = 0; r < rows; r++) store<f32>(y + ((<usize>t * <usize>yStride + <usize>r) << 2), quantisedDot(type, w + <usize>r * rowBytes, x + <usize>t * xBytes, columns));
  }
}

function floatRows<W>(w: usize, rows: i32, columns: i32, x: usize, tokens: i32, y: usize, yStride: i32): void {
  const rowBytes = <usize>columns * sizeof<W>();
  for (let t = 0; t < tokens; t++) {
    for (let r = 0; r < rows; r++) store<f32>(y + ((<usize>t * <usize>yStride + <usize>r) << 2), dot<W>(w + <usize>r * rowBytes, x + ((<usize>t * <usize>columns) << 2), columns));
  }
}

/**
 * y[t × yStride + r] = w[r] · x[t].
 * @param w (rows, columns) of `type`, row-major
 * @param columns for Q types a multiple of 32
 * @param x (tokens, columns) f32 for F32 and F16; tokens quantised rows, one after the other, for Q types
 * @param y (tokens, yStride) f32; must not overlap w or x. Another type, and counts that make no sense, trap.
 */
export function matmul(type: i32, w: usize, rows: i32, columns: i32, x: usize, tokens: i32, y: usize, yStride: i32): void {
  if (rows < 0 || columns < 0 || tokens < 0 || yStride < rows) unreachable();
  if (type == F32) floatRows<f32>(w, rows, columns, x, tokens, y, yStride);
  else if (type == F16) floatRows<u16>(w, rows, columns, x, tokens, y, yStride);
  else if (blockBytes(type) > 0 && columns % BLOCK == 0) quantisedRows(type, w, rows, columns, x, tokens, y, yStride);
  else unreachable();
}
