// Weight types by GGUF's numbers, and the layout of their blocks of 32. Pure.
//
//   Q8_0, 34 bytes: f16 scale | i8[32]                          weight = scale × i8
//   Q4_0, 18 bytes: f16 scale | u8[16]                          weight = scale × (nibble − 8)
//   Q4_1, 20 bytes: f16 scale | f16 min | u8[16]                weight = scale × nibble + min
//   Low nibbles are weights 0…15, high nibbles 16…31.
//
//   Quantised row of n activations: i8[n] | f32 scale[n ÷ 32] | i32 sum[n ÷ 32]

export const F32: i32 = 0;
export const F16: i32 = 1;
export const Q4_0: i32 = 2;
export const Q4_1: i32 = 3;
export const Q8_0: i32 = 8;

/** Weights or activations in a block. */
export const BLOCK: i32 = 32;

/** Bytes of one block of a Q type; 0 for another type. */
export function blockBytes(type: i32): i32 {
  return type == Q8_0 ? 34 : type == Q4_0 ? 18 : type == Q4_1 ? 20 : 0;
}

/** Bytes of a quantised row of n activations. */
export function quantisedBytes(n: i32): i32 {
  return n + (n >> 2);
}
