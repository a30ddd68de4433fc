// IEEE half precision as 16 bits, from and to f32, by integers alone. Pure.

const HALF_INFINITY: u32 = 0x7c00;
const HALF_QUIET: u32 = 0x0200;
/** Bits of the f32 that lie above every finite half after rounding: 65520. */
const OVERFLOW_BITS: u32 = 0x477ff000;
/** Bits of 2⁻²⁵: it and what is below rounds to zero. */
const ZERO_BITS: u32 = 0x33000000;
/** Bits of 2⁻¹⁴, the smallest normal half. */
const NORMAL_BITS: u32 = 0x38800000;
/** Difference of the exponents' biases, in place: (127 − 15) << 23. */
const BIAS_BITS: u32 = 0x38000000;

/** The value of 16 bits of half precision; exact. */
export function fromHalf(half: u32): f32 {
  const sign = (half & 0x8000) << 16;
  const magnitude = (half & 0x7fff) << 13;
  if ((half & HALF_INFINITY) == HALF_INFINITY) return reinterpret<f32>(sign | magnitude | 0x7f800000);
  // As an f32 the bits are too small by 2¹¹², subnormal halves too; the product is exact.
  return reinterpret<f32>(sign | reinterpret<u32>(reinterpret<f32>(magnitude) * reinterpret<f32>(<u32>0x77800000)));
}

/** The nearest half, ties to even; beyond the greatest is infinity. NaN stays NaN. */
export function toHalf(value: f32): u32 {
  const bits = reinterpret<u32>(value);
  const sign = (bits >> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | HALF_INFINITY | HALF_QUIET;
  if (magnitude >= OVERFLOW_BITS) return sign | HALF_INFINITY;
  if (magnitude <= ZERO_BITS) return sign;
  if (magnitude >= NORMAL_BITS) return sign | ((magnitude - BIAS_BITS + 0xfff + ((magnitude >> 13) & 1)) >> 13);
  const shift = 126 - (magnitude >> 23);
  const mantissa = (magnitude & 0x7fffff) | 0x800000;
  const floor = mantissa >> shift;
  const rest = mantissa & ((1 << shift) - 1);
  const middle: u32 = 1 << (shift - 1);
  return sign | (floor + u32(rest > middle || (rest == middle && (floor & 1) != 0)));
}
