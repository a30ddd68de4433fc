// Running figures in integers: mean, extremes, and histograms with power-of-two buckets.
// Not floating point and not exact percentiles: a quantile answers its bucket's upper bound.
import { fill, getU64, setU64 } from "./bytes";

/** Count, sum and extremes of u64 values. */
@unmanaged
export class Running {
  count: u64;
  sum: u64;
  minimum: u64;
  maximum: u64;

  clear(): void {
    this.count = 0;
    this.sum = 0;
    this.minimum = u64.MAX_VALUE;
    this.maximum = 0;
  }

  add(value: u64): void {
    this.count++;
    this.sum += value;
    if (value < this.minimum) this.minimum = value;
    if (value > this.maximum) this.maximum = value;
  }

  /** Rounded down; 0 where nothing was added. */
  mean(): u64 {
    return this.count === 0 ? 0 : this.sum / this.count;
  }
}

/** Exponential moving average: `average` moved by 1 / 2^shift of the way to `value`; both carry `shift` fraction bits' worth of memory. */
export function movingAverage(average: u64, value: u64, shift: u32): u64 {
  return value >= average ? average + ((value - average) >> shift) : average - ((average - value) >> shift);
}

// ---- histogram buckets: `count` × u64; bucket 0 holds the value 0, bucket i the values v with 2^(i−1) ≤ v < 2^i, the last all above.

/** Bucket of a value. */
export function bucketOf(value: u64, count: u32): u32 {
  const index: u32 = 64 - <u32>clz<u64>(value);
  return index < count ? index : count - 1;
}

/** Largest value of a bucket; ~0 for the last. */
export function bucketLimit(index: u32, count: u32): u64 {
  return index >= count - 1 || index >= 64 ? u64.MAX_VALUE : ((<u64>1) << index) - 1;
}

/** Count a value. */
export function bucketsAdd(buckets: usize, count: u32, value: u64): void {
  const at = buckets + ((<usize>bucketOf(value, count)) << 3);
  setU64(at, getU64(at) + 1);
}

/** Forget all values. */
export function bucketsClear(buckets: usize, count: u32): void {
  fill(buckets, 0, (<usize>count) << 3);
}

/** Upper bound of the bucket in which the quantile (ppm of all values, in order) falls; 0 where there are no values. */
export function bucketsQuantile(buckets: usize, count: u32, ppm: u32): u64 {
  let total: u64 = 0;
  for (let i: u32 = 0; i < count; i++) total += getU64(buckets + ((<usize>i) << 3));
  if (total === 0) return 0;
  let wanted = (total / 1_000_000) * ppm + ((total % 1_000_000) * ppm + 999_999) / 1_000_000;
  if (wanted === 0) wanted = 1;
  let seen: u64 = 0;
  for (let i: u32 = 0; i < count; i++) {
    seen += getU64(buckets + ((<usize>i) << 3));
    if (seen >= wanted) return bucketLimit(i, count);
  }
  return u64.MAX_VALUE;
}
