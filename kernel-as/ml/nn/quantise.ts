// Activations as int8 in blocks of 32, and weights back to f32. Pure.
import { fromHalf, toHalf } from "./half";
import { BLOCK, blockBytes, F16, F32, Q4_0, Q4_1, Q8_0 } from "./types";

/**
 * f32 → quantised row (types.ts). Per block: a = greatest |x|; scale = f32(f16(a ÷ 127)); value = nearest even(x × (127 ÷ a)); sum = Σ values.
 * A block with a NaN or an infinity becomes zeros with scale NaN. One so small that 127 ÷ a is no finite number (a below 3.8e-37) becomes zeros with scale 0.
 * @param x (n) f32, n a multiple of 32; another n traps
 * @param q (n + n ÷ 4) bytes; must not overlap x
 */
export function quantize(x: usize, n: i32, q: usize): void {
  if (n < 0 || n % BLOCK != 0) unreachable();
  const blocks = n / BLOCK;
  const scales = q + <usize>n;
  const sums = scales + ((<usize>blocks) << 2);
  for (let b = 0; b < blocks; b++) {
    const from = x + ((<usize>b) << 7);
    const to = q + ((<usize>b) << 5);
    let greatest: u32 = 0; // as bits of |x|, which order like the numbers, infinities and NaNs on top
    for (let i = 0; i < BLOCK; i++) greatest = max<u32>(greatest, load<u32>(from + ((<usize>i) << 2)) & 0x7fffffff);
    const a = reinterpret<f32>(greatest);
    let scale: f32 = 0;
    let factor: f32 = 0;
    if (greatest >= 0x7f800000) scale = <f32>NaN;
    else if (a > 0 && <f32>127.0 / a < <f32>Infinity) {
      scale = fromHalf(toHalf(a / <f32>127.0));
      factor = <f32>127.0 / a;
    }
    let total = 0;
    for (let i = 0; i < BLOCK; i++) {
      const value = factor == 0 ? 0 : <i32>nearest<f32>(load<f32>(from + ((<usize>i) << 2)) * factor);
      store<i8>(to + <usize>i, <i8>value);
      total += value;
    }
    store<f32>(scales + ((<usize>b) << 2), scale);
    store<i32>(sums + ((<usize>b) << 2), total);
  }
}

/** Weights as f32. @param type F32, F16, Q4_0, Q4_1 or Q8_0 @param n for a Q type a multiple of 32 @param y (n) f32. Another type or n traps. */
export function dequantize(type: i32, w: usize, n: i32, y: usize): void {
  if (n < 0) unreachable();
  if (type == F32) {
    for (let i = 0; i < n; i++) store<f32>(y + ((<usize>i) << 2), load<f32>(w + ((<usize>i) << 2)));
    return;
  }
  if (type == F16) {
    for (let i = 0; i < n; i++) store<f32>(y + ((<usize>i) << 2), fromHalf(load<u16>(w + ((<usize>i) << 1))));
    return;
  }
  if (blockBytes(type) == 0 || n % BLOCK != 0) unreachable();
  for (let done = 0; done < n; done += BLOCK) {
    const scale = fromHalf(load<u16>(w));
    const out = y + ((<usize>done) << 2);
    if (type == Q8_0) {
      for (let i = 0; i < BLOCK; i++) store<f32>(out + ((<usize>i) << 2), scale * <f32>load<i8>(w + 2 + <usize>i));
    } else {
      const least: f32 = type == Q4_1 ? fromHalf(load<u16>(w + 2)) : 0;
      const nibbles = w + (type == Q4_1 ? 4 : 2);
      for (let i = 0; i < BLOCK; i++) {
        const byte = <i32>load<u8>(nibbles + <usize>(i & 15));
        const nibble = i < 16 ? byte & 15 : byte >> 4;
        store<f32>(out + ((<usize>i) << 2), type == Q4_0 ? scale * <f32>(nibble - 8) : scale * <f32>nibble + least);
      }
    }
    w += blockBytes(type);
  }
}
