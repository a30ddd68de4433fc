// Times in bins of an eighth of a doubling, from 16 ns on: small, and those of many runs add up. Pure.

const BINS = 240;
const LEAST_NS = 16;
const PER_DOUBLING = 8;

export type TimeHistogram = Uint32Array;

export function emptyHistogram(): TimeHistogram {
  return new Uint32Array(BINS);
}

export function countTime(histogram: TimeHistogram, ns: number): void {
  const bin = Math.min(Math.max(Math.floor(Math.log2(Math.max(ns, LEAST_NS) / LEAST_NS) * PER_DOUBLING), 0), BINS - 1);
  histogram[bin] = (histogram[bin] as number) + 1;
}

export function addHistogram(into: TimeHistogram, from: TimeHistogram): void {
  for (let i = 0; i < BINS; i++) into[i] = (into[i] as number) + (from[i] as number);
}

/** The middle of the bin that holds this quantile, ns; undefined of nothing. */
export function histogramQuantile(histogram: TimeHistogram, share: number): number | undefined {
  const total = histogram.reduce((sum, count) => sum + count, 0);
  if (total === 0) return undefined;
  let left = Math.max(Math.ceil(total * share), 1);
  for (let i = 0; i < BINS; i++) {
    left -= histogram[i] as number;
    if (left <= 0) return LEAST_NS * 2 ** ((i + 0.5) / PER_DOUBLING);
  }
  return undefined;
}
