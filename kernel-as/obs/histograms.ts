// Named histograms with power-of-two buckets: registered at init, read as HistogramRow.
// Not exact: a value is known to within a factor of two; count, sum and maximum are exact.
import { HISTOGRAM_ROW_BUCKETS, HISTOGRAM_ROW_BYTES, HistogramRow } from "../abi/layouts";
import { Status } from "../abi/numbers";
import { Arena } from "../lib/arena";
import { copy, nameSetLiteral } from "../lib/bytes";
import { bucketsAdd, bucketsQuantile } from "../lib/stats";

const NAME_BYTES: usize = 24;
/** Buckets of a HistogramRow. */
export const HISTOGRAM_BUCKETS: u32 = 40;

let rows: usize = 0;
let room: u32 = 0;
let used: u32 = 0;

function rowAt(index: u32): HistogramRow {
  return changetype<HistogramRow>(rows + <usize>index * HISTOGRAM_ROW_BYTES);
}

function bucketsOf(index: u32): usize {
  return rows + <usize>index * HISTOGRAM_ROW_BYTES + HISTOGRAM_ROW_BUCKETS;
}

/** Room for `capacity` histograms. NoMemory: the arena is exhausted. */
export function initHistograms(arena: Arena, capacity: u32): i32 {
  rows = arena.take(<usize>capacity * HISTOGRAM_ROW_BYTES);
  room = rows == 0 ? 0 : capacity;
  used = 0;
  return rows == 0 ? Status.NoMemory : Status.Ok;
}

/** Make a histogram; returns its index, in order from 0. NoMemory: no room left. */
export function addHistogram(name: string): i32 {
  if (used == room) return Status.NoMemory;
  nameSetLiteral(changetype<usize>(rowAt(used)), NAME_BYTES, name);
  return used++;
}

/** Count a value; an index that was never made is ignored. */
export function observe(index: u32, value: u64): void {
  if (index >= used) return;
  const row = rowAt(index);
  row.count++;
  row.sum += value;
  if (value > row.maximum) row.maximum = value;
  bucketsAdd(bucketsOf(index), HISTOGRAM_BUCKETS, value);
}

/** Upper bound of the bucket that holds the quantile (ppm), never above the exact maximum; 0 where there are no values. */
export function quantile(index: u32, ppm: u32): u64 {
  return index < used ? min<u64>(bucketsQuantile(bucketsOf(index), HISTOGRAM_BUCKETS, ppm), rowAt(index).maximum) : 0;
}

/** Histograms made. */
export function histogramCount(): u32 {
  return used;
}

/** Copy whole rows from `start` on into `capacity` bytes; returns bytes. */
export function readHistograms(start: u64, to: usize, capacity: u32): u32 {
  if (start >= used) return 0;
  const fit = min<u32>(capacity / HISTOGRAM_ROW_BYTES, used - <u32>start);
  copy(to, changetype<usize>(rowAt(<u32>start)), <usize>fit * HISTOGRAM_ROW_BYTES);
  return fit * HISTOGRAM_ROW_BYTES;
}
