// IEEE half precision for tools: to f32 by a table, from f32 to the nearest, ties to even. The kernels' own: kernel-as/ml/nn/half.ts.

const bits = new Uint32Array(1);
const value = new Float32Array(bits.buffer);

function expand(half: number): number {
  const exponent = (half >> 10) & 31;
  const fraction = half & 1023;
  const magnitude =
    exponent === 31 ? (fraction === 0 ? Number.POSITIVE_INFINITY : Number.NaN) : exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15);
  return half & 0x8000 ? -magnitude : magnitude;
}

/** The f32 of each half. */
export const HALVES: Float32Array = Float32Array.from({ length: 65536 }, (_, half) => expand(half));

/** The nearest half of an f32, as 16 bits. NaN stays NaN; beyond 65504 it rounds to infinity as usual. */
export function toHalf(number: number): number {
  value[0] = number;
  const raw = bits[0] as number;
  const sign = (raw >>> 16) & 0x8000;
  const magnitude = raw & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  if (magnitude >= 0x477ff000) return sign | 0x7c00;
  if (magnitude <= 0x33000000) return sign;
  if (magnitude >= 0x38800000) return sign | ((magnitude - 0x38000000 + 0xfff + ((magnitude >> 13) & 1)) >> 13);
  const shift = 126 - (magnitude >>> 23);
  const mantissa = (magnitude & 0x7fffff) | 0x800000;
  const floor = mantissa >> shift;
  const rest = mantissa & ((1 << shift) - 1);
  const middle = 1 << (shift - 1);
  return sign | (floor + (rest > middle || (rest === middle && (floor & 1) === 1) ? 1 : 0));
}
