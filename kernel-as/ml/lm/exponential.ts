// e^x for shares and gates, cheap: no test for NaN (it passes through), one bound, as exact as training needs. The same bits everywhere.
import { exp64 } from "../exponential";

/** Adding it leaves no bit for a fraction, so the addition itself rounds to the nearest whole number. */
const ROUND: f32 = 12582912.0;

/** e^x for x ≤ 80; below −87 as −87. Relative error below 1e-5 in f32: Taylor's polynomial of degree 5 on half an octave. */
export function expBelow<T>(x: T): T {
  if (sizeof<T>() === 8) return <T>exp64(<f64>x);
  const bounded = select<f32>(-87.0, <f32>x, <f32>x < -87.0);
  const shifted = bounded * <f32>Math.LOG2E + ROUND;
  const r = bounded - (shifted - ROUND) * <f32>Math.LN2;
  const power = <f32>1.0 + r * (<f32>1.0 + r * (<f32>0.5 + r * (<f32>(1.0 / 6.0) + r * (<f32>(1.0 / 24.0) + r * <f32>(1.0 / 120.0)))));
  // The low bits of the shifted number are those of x in octaves.
  return <T>(power * reinterpret<f32>((reinterpret<i32>(shifted) + 127) << 23));
}
