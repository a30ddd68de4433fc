// Numbers as a mind reads them: two significant digits.

/** Rounded to two significant digits, halves away from zero: 437 → 440, 1250 → 1300. */
export function coarse(value: i64): i64 {
  const magnitude = value < 0 ? -value : value;
  let unit: i64 = 1;
  while (magnitude / unit >= 100) unit *= 10;
  const rounded = ((magnitude + unit / 2) / unit) * unit;
  return value < 0 ? -rounded : rounded;
}

/** Parts per million in percent, rounded. */
export function percent(ppm: i64): i64 {
  return (ppm + 5000) / 10_000;
}
