// e^x, log₂ and ln from additions, multiplications and the bits of a number alone: the same bits in V8, compiled and interpreted, which
// a host's own functions are not. Pure.

// ln 2 in two parts: n × the first is exact for every n that occurs.
const LN_2_HIGH_32: f32 = 0.693359375;
const LN_2_LOW_32: f32 = -2.12194440054690583e-4;
const LN_2_HIGH: f64 = 0.69314718036912381649;
const LN_2_LOW: f64 = 1.90821492927058770002e-10;

/**
 * e^x in f32: relative error below 3e-7 for −87…88; outside the value at the nearer end. NaN gives NaN.
 * x = n ln 2 + r with |r| ≤ ln 2 ÷ 2, the Taylor polynomial of degree 7 in r, times 2^n.
 */
export function exp32(x: f32): f32 {
  const bounded = min<f32>(max<f32>(x, -87.0), 88.0);
  const n = nearest<f32>(bounded * <f32>Math.LOG2E);
  const r = bounded - n * LN_2_HIGH_32 - n * LN_2_LOW_32;
  const even = <f32>1.0 + r * r * (<f32>0.5 + r * r * (<f32>(1.0 / 24.0) + r * r * <f32>(1.0 / 720.0)));
  const odd = r * (<f32>1.0 + r * r * (<f32>(1.0 / 6.0) + r * r * (<f32>(1.0 / 120.0) + r * r * <f32>(1.0 / 5040.0))));
  return (even + odd) * reinterpret<f32>((<i32>n + 127) << 23);
}

/** e^x in f64: relative error below 1e-14 for −700…700; outside the value at the nearer end. NaN gives NaN. Degree 13. */
export function exp64(x: f64): f64 {
  const bounded = min<f64>(max<f64>(x, -700.0), 700.0);
  const n = nearest<f64>(bounded * Math.LOG2E);
  const r = bounded - n * LN_2_HIGH - n * LN_2_LOW;
  let sum: f64 = 1.0;
  for (let k = 13; k > 0; k--) sum = 1.0 + (sum * r) / <f64>k;
  return sum * reinterpret<f64>((<i64>n + 1023) << 52);
}

/** e^x in the type that is asked for. */
export function expOf<T>(x: T): T {
  if (sizeof<T>() == 4) return <T>exp32(<f32>x);
  return <T>exp64(<f64>x);
}

/**
 * log₂ x for x > 0, normal: absolute error below 1e-11. 2^e m with m in √½…√2, then 2 ÷ ln 2 × atanh((m − 1) ÷ (m + 1)).
 * Anything else (0, negative, NaN) gives −1023, so that what is learnt from it stays finite.
 */
export function log2Of(x: f64): f64 {
  if (!(x >= 2.2250738585072014e-308)) return -1023.0;
  const bits = reinterpret<u64>(min<f64>(x, 1.7976931348623157e308));
  let exponent = <i32>(bits >> 52) - 1023;
  let mantissa = reinterpret<f64>((bits & 0xf_ffff_ffff_ffff) | 0x3ff0_0000_0000_0000);
  if (mantissa > Math.SQRT2) {
    mantissa *= 0.5;
    exponent++;
  }
  const y = (mantissa - 1.0) / (mantissa + 1.0);
  const z = y * y;
  const series = 1.0 + z * (1.0 / 3.0 + z * (0.2 + z * (1.0 / 7.0 + z * (1.0 / 9.0 + z * (1.0 / 11.0 + z * (1.0 / 13.0))))));
  return <f64>exponent + 2.0 * Math.LOG2E * y * series;
}

/** ln x, as log2Of. */
export function lnOf(x: f64): f64 {
  return log2Of(x) * Math.LN2;
}
