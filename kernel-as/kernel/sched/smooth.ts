// Smoothed means of microseconds, and the bins of processor time. Integers only.
import { SCHED_BINS } from "../../abi/numbers";

const BIN_LEAST_NS: u64 = 250_000;

/** Nanoseconds as microseconds, rounded, at most what a u32 holds (71 minutes). */
export function micros(ns: u64): u32 {
  return <u32>min<u64>((ns + 500) / 1000, u32.MAX_VALUE);
}

/** A mean moved by 1 ÷ weight of the way to a value. */
export function toward(mean: u32, value: u32, weight: u32): u32 {
  return <u32>(<i64>mean + (<i64>value - <i64>mean) / <i64>weight);
}

/** Weight of the next value: a plain mean of the first ones, then smoothing by 1 ÷ most. `count`: values before it. */
export function weightOf(count: u32, most: u32): u32 {
  return count < most - 1 ? count + 1 : most;
}

/** Distance of a value from a mean; 0 for the first value, which is its own mean. */
export function distance(mean: u32, value: u32, count: u32): u32 {
  return count == 0 ? 0 : value > mean ? value - mean : mean - value;
}

/** Bin of a processor time: 0 below 250 us, each twice as wide as the one before, the last from 4.096 s on. */
export function binOf(ns: u64): u32 {
  if (ns < BIN_LEAST_NS) return 0;
  return min<u32>(SCHED_BINS - 1, 64 - <u32>clz<u64>(ns / BIN_LEAST_NS));
}
