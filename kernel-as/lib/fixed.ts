// Parts per million in integers, and the bits of an f64 read without one float operation.
// Not a float library: kernel.wasm may not contain a float opcode, yet policies answer in f64. Their bytes are read as u64.
//
//   f64:  63 sign | 62…52 exponent + 1023 | 51…0 fraction          value = ±1.fraction × 2^exponent
//         exponent field 2047: infinity (fraction 0) or NaN; 0: zero or subnormal (fraction × 2^−1074)

/** One whole, in parts per million. */
export const PPM: u32 = 1_000_000;
/** What f64Scaled answers for NaN. */
export const NOT_A_NUMBER: i64 = i64.MIN_VALUE;
/** What f64Scaled answers for +∞ and whatever is too large; its negative for −∞. */
export const SATURATED: i64 = i64.MAX_VALUE;

/** part ÷ whole in ppm, rounded down; 0 where whole is 0. part may exceed whole; the answer stops at u32's end. */
export function ppmOf(part: u64, whole: u64): u32 {
  if (whole === 0) return 0;
  let p = part;
  let w = whole;
  while (p > 0xfff_ffff_ffff) {
    p >>= 1;
    w >>= 1;
  }
  if (w === 0) return u32.MAX_VALUE;
  const ratio = (p * PPM) / w;
  return ratio > u32.MAX_VALUE ? u32.MAX_VALUE : <u32>ratio;
}

/** value × ppm ÷ 1 000 000, rounded down, without overflow for any value and ppm ≤ 1 000 000. */
export function ppmTimes(value: u64, ppm: u32): u64 {
  return (value / PPM) * ppm + ((value % PPM) * ppm) / PPM;
}

/** Whether the bits are a number: neither NaN nor infinite. */
export function f64IsFinite(bits: u64): bool {
  return ((bits >> 52) & 0x7ff) !== 0x7ff;
}

/** Whether the bits are NaN. */
export function f64IsNaN(bits: u64): bool {
  return (bits & 0x7fff_ffff_ffff_ffff) > 0x7ff0_0000_0000_0000;
}

/**
 * The f64 with these bits, times `scale`, rounded to the nearest integer, halves away from zero.
 * `scale` ≤ 2^32. NaN → NOT_A_NUMBER; too large or infinite → ±SATURATED.
 */
export function f64Scaled(bits: u64, scale: u64): i64 {
  const field = <i32>((bits >> 52) & 0x7ff);
  if (f64IsNaN(bits)) return NOT_A_NUMBER;
  const negative = <i64>bits < 0;
  const saturated = negative ? -SATURATED : SATURATED;
  if (field === 0x7ff) return saturated;
  const fraction = bits & 0xf_ffff_ffff_ffff;
  const mantissa = field === 0 ? fraction : fraction | 0x10_0000_0000_0000;
  const shift = (field === 0 ? 1 : field) - 1075;
  // mantissa × scale as 128 bits: at most 53 + 33 bits.
  const low = (mantissa & 0xffff_ffff) * (scale & 0xffff_ffff);
  const middle = (mantissa >> 32) * (scale & 0xffff_ffff) + (low >> 32) + (mantissa & 0xffff_ffff) * (scale >> 32);
  const high = (middle >> 32) + (mantissa >> 32) * (scale >> 32);
  const bottom = (middle << 32) | (low & 0xffff_ffff);
  if ((high | bottom) === 0) return 0;
  let magnitude: u64 = 0;
  if (shift >= 0) {
    if (high !== 0 || shift > 62 || bottom > <u64>SATURATED >> shift) return saturated;
    magnitude = bottom << shift;
  } else {
    const right = -shift;
    if (right > 127) return 0;
    // Add one half of the last kept bit, then cut.
    let h = high;
    let b = bottom;
    if (right > 64) {
      h += (<u64>1) << (right - 65);
      magnitude = right === 128 ? 0 : h >> (right - 64);
    } else {
      const half = (<u64>1) << (right - 1);
      b += half;
      if (b < half) h++;
      if (right === 64) magnitude = h;
      else {
        if (h >> right !== 0) return saturated;
        magnitude = (h << (64 - right)) | (b >> right);
      }
    }
    if (magnitude > <u64>SATURATED) return saturated;
  }
  return negative ? 0 - <i64>magnitude : <i64>magnitude;
}

/** The f64 with these bits in ppm, rounded to nearest; NOT_A_NUMBER or ±SATURATED as f64Scaled. */
export function f64ToPpm(bits: u64): i64 {
  return f64Scaled(bits, PPM);
}

/** The f64 with these bits as an integer, rounded to nearest. */
export function f64ToInteger(bits: u64): i64 {
  return f64Scaled(bits, 1);
}

/** Bits of the f64 nearest to `value`, ties to even. */
export function integerToF64(value: i64): u64 {
  if (value === 0) return 0;
  const sign = value < 0 ? (<u64>1) << 63 : 0;
  const magnitude = value < 0 ? 0 - <u64>value : <u64>value;
  const top = 63 - <u32>clz<u64>(magnitude);
  let mantissa: u64;
  if (top <= 52) mantissa = magnitude << (52 - top);
  else {
    const cut = top - 52;
    const rest = magnitude & (((<u64>1) << cut) - 1);
    const half = (<u64>1) << (cut - 1);
    mantissa = magnitude >> cut;
    if (rest > half || (rest === half && (mantissa & 1) !== 0)) mantissa++;
  }
  // A mantissa that rounded up to 2^53 carries into the exponent, as it should.
  return sign | (((<u64>(top + 1022)) << 52) + mantissa);
}
