// e^x for shares and gates, without the cases that training has no use for: no test for NaN (it passes through), one bound. The same bits everywhere.
import { exp64 } from "../exponential";

const LN_2_HIGH: f32 = 0.693359375;
const LN_2_LOW: f32 = -2.12194440054690583e-4;
/** Adding it leaves no bit for a fraction, so the addition itself rounds to the nearest whole number. */
const ROUND: f32 = 12582912.0;

/** e^x for x ≤ 80; below −87 as −87. Relative error below 3e-7 in f32. */
export function expBelow<T>(x: T): T {
  if (sizeof<T>() == 8) return <T>exp64(<f64>x);
  const bounded = select<f32>(-87.0, <f32>x, <f32>x < -87.0);
  const shifted = bounded * <f32>Math.LOG2E + ROUND;
  const n = shifted - ROUND;
  const r = bounded - n * LN_2_HIGH - n * LN_2_LOW;
  const even = <f32>1.0 + r * r * (<f32>0.5 + r * r * (<f32>(1.0 / 24.0) + r * r * <f32>(1.0 / 720.0)));
  const odd = r * (<f32>1.0 + r * r * (<f32>(1.0 / 6.0) + r * r * (<f32>(1.0 / 120.0) + r * r * <f32>(1.0 / 5040.0))));
  // The low bits of the shifted number are n.
  return <T>((even + odd) * reinterpret<f32>((reinterpret<i32>(shifted) + 127) << 23));
}
