// Sums in the dot order: 16 partial sums, element i goes to sum i mod 16, in order; then s and s + 8, s + 4, s + 2, s + 1 are added
// pairwise. Pure; no memory of its own, because the module that exports it imports its caller's.
import { fromHalf } from "./half";

/** Reads weight i as f32; W is f32, or u16 for half precision. */
function weight<W>(w: usize, i: i32): f32 {
  if (isInteger<W>()) return fromHalf(load<u16>(w + ((<usize>i) << 1)));
  return load<f32>(w + ((<usize>i) << 2));
}

function number(x: usize, i: i32): f32 {
  return load<f32>(x + ((<usize>i) << 2));
}

/** w[i] × x[i]; with W void, x[i]. */
function term<W>(w: usize, x: usize, i: i32): f32 {
  if (isVoid<W>()) return number(x, i);
  return weight<W>(w, i) * number(x, i);
}

/** Adds 16 numbers as the dot order does. */
function fold(s0: f32, s1: f32, s2: f32, s3: f32, s4: f32, s5: f32, s6: f32, s7: f32, s8: f32, s9: f32, sa: f32, sb: f32, sc: f32, sd: f32, se: f32, sf: f32): f32 {
  const even: f32 = s0 + s8 + (s4 + sc) + (s2 + sa + (s6 + se));
  const odd: f32 = s1 + s9 + (s5 + sd) + (s3 + sb + (s7 + sf));
  return even + odd;
}

/** Σ w[i] × x[i] in the dot order. @param w (n) f32, or u16 of half precision @param x (n) f32 */
export function dot<W>(w: usize, x: usize, n: i32): f32 {
  let s0: f32 = 0,
    s1: f32 = 0,
    s2: f32 = 0,
    s3: f32 = 0,
    s4: f32 = 0,
    s5: f32 = 0,
    s6: f32 = 0,
    s7: f32 = 0;
  let s8: f32 = 0,
    s9: f32 = 0,
    sa: f32 = 0,
    sb: f32 = 0,
    sc: f32 = 0,
    sd: f32 = 0,
    se: f32 = 0,
    sf: f32 = 0;
  let i = 0;
  for (; i + 16 <= n; i += 16) {
    s0 += term<W>(w, x, i);
    s1 += term<W>(w, x, i + 1);
    s2 += term<W>(w, x, i + 2);
    s3 += term<W>(w, x, i + 3);
    s4 += term<W>(w, x, i + 4);
    s5 += term<W>(w, x, i + 5);
    s6 += term<W>(w, x, i + 6);
    s7 += term<W>(w, x, i + 7);
    s8 += term<W>(w, x, i + 8);
    s9 += term<W>(w, x, i + 9);
    sa += term<W>(w, x, i + 10);
    sb += term<W>(w, x, i + 11);
    sc += term<W>(w, x, i + 12);
    sd += term<W>(w, x, i + 13);
    se += term<W>(w, x, i + 14);
    sf += term<W>(w, x, i + 15);
  }
  const rest = n - i;
  if (rest > 0) s0 += term<W>(w, x, i);
  if (rest > 1) s1 += term<W>(w, x, i + 1);
  if (rest > 2) s2 += term<W>(w, x, i + 2);
  if (rest > 3) s3 += term<W>(w, x, i + 3);
  if (rest > 4) s4 += term<W>(w, x, i + 4);
  if (rest > 5) s5 += term<W>(w, x, i + 5);
  if (rest > 6) s6 += term<W>(w, x, i + 6);
  if (rest > 7) s7 += term<W>(w, x, i + 7);
  if (rest > 8) s8 += term<W>(w, x, i + 8);
  if (rest > 9) s9 += term<W>(w, x, i + 9);
  if (rest > 10) sa += term<W>(w, x, i + 10);
  if (rest > 11) sb += term<W>(w, x, i + 11);
  if (rest > 12) sc += term<W>(w, x, i + 12);
  if (rest > 13) sd += term<W>(w, x, i + 13);
  if (rest > 14) se += term<W>(w, x, i + 14);
  return fold(s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, sa, sb, sc, sd, se, sf);
}

/** Σ x[i] in the dot order. @param x (n) f32 */
export function sum(x: usize, n: i32): f32 {
  return dot<void>(0, x, n);
}
