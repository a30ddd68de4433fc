// Clamped arithmetic for policies: only + − × ÷, sqrt and comparisons, so that every engine gives the same bits.

/** 0 at `from` and before it, 1 at `to` and beyond it, linear between. `from` may lie above `to`. */
export function ramp(value: f64, from: f64, to: f64): f64 {
  const part = (value - from) / (to - from);
  if (!(part > 0.0)) return 0.0;
  return least(part, 1.0);
}

export function least(a: f64, b: f64): f64 {
  return a < b ? a : b;
}

export function most(a: f64, b: f64): f64 {
  return a > b ? a : b;
}
