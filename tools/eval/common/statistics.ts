// The protocol's statistics: Wilson intervals, McNemar's exact test, Holm's correction, the paired bootstrap. Pure; nothing here knows
// what is counted. Sources: Wilson 1927 (score interval); McNemar 1947, exact form by the binomial test; Holm 1979; Efron 1979.

/** 97.5th percentile of the standard normal distribution. */
export const Z95 = 1.959964;

export interface Interval {
  low: number;
  high: number;
}

/** Wilson's score interval, 95 %, for `hits` of `trials`; 0…1 where nothing was tried. */
export function wilson(hits: number, trials: number): Interval {
  if (trials === 0) return { low: 0, high: 1 };
  const share = hits / trials;
  const z2 = Z95 * Z95;
  const middle = share + z2 / (2 * trials);
  const spread = Z95 * Math.sqrt((share * (1 - share)) / trials + z2 / (4 * trials * trials));
  const scale = 1 + z2 / trials;
  return { low: hits === 0 ? 0 : (middle - spread) / scale, high: hits === trials ? 1 : (middle + spread) / scale };
}

/**
 * McNemar's exact test, two-sided: how likely discordant pairs as uneven as these are when neither is better.
 * @param onlyFirst pairs in which only the first was right
 * @param onlySecond pairs in which only the second was
 */
export function mcnemar(onlyFirst: number, onlySecond: number): number {
  const n = onlyFirst + onlySecond;
  const least = Math.min(onlyFirst, onlySecond);
  if (onlyFirst === onlySecond) return 1;
  // Sum of C(n, k) / 2^n for k ≤ least, in logarithms: n may be large.
  let logTerm = -n * Math.LN2;
  let sum = Math.exp(logTerm);
  for (let k = 1; k <= least; k++) {
    logTerm += Math.log((n - k + 1) / k);
    sum += Math.exp(logTerm);
  }
  return Math.min(1, 2 * sum);
}

/** Holm's correction: adjusted p values in the order given. */
export function holm(values: readonly number[]): number[] {
  const order = values.map((_, i) => i).sort((a, b) => (values[a] as number) - (values[b] as number));
  const adjusted = new Array<number>(values.length).fill(0);
  let highest = 0;
  order.forEach((index, rank) => {
    highest = Math.max(highest, Math.min(1, (values[index] as number) * (values.length - rank)));
    adjusted[index] = highest;
  });
  return adjusted;
}

/** Uniform integers from a seed: xorshift of 32 bits (Marsaglia 2003), enough to draw episodes with. */
export function drawer(seed: number): (below: number) => number {
  let state = (Math.imul(seed, 0x9e3779b1) ^ 0x85ebca6b) | 0 || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return Math.floor(((state >>> 0) / 0x1_0000_0000) * below);
  };
}

export function median(values: readonly number[]): number | undefined {
  return quantile(values, 0.5);
}

/** Quantile by linear interpolation between the order statistics; undefined of nothing. */
export function quantile(values: readonly number[], share: number): number | undefined {
  if (values.length === 0) return undefined;
  const sorted = Float64Array.from(values).sort();
  const at = (sorted.length - 1) * share;
  const below = Math.floor(at);
  const low = sorted[below] as number;
  return low + ((sorted[Math.min(below + 1, sorted.length - 1)] as number) - low) * (at - below);
}

/**
 * Percentile bootstrap, 95 %: whole units are drawn with replacement inside each stratum, and the statistic is worked out anew.
 * @param strata indices of the units of each stratum
 * @param statistic of a sample of indices; undefined where it has none, then the sample is left out
 */
export function bootstrap(
  strata: readonly (readonly number[])[],
  statistic: (sample: readonly number[]) => number | undefined,
  resamples = 10_000,
  seed = 1,
): Interval | undefined {
  const draw = drawer(seed);
  const size = strata.reduce((sum, stratum) => sum + stratum.length, 0);
  const sample = new Array<number>(size);
  const values: number[] = [];
  for (let round = 0; round < resamples; round++) {
    let at = 0;
    for (const stratum of strata) for (let i = 0; i < stratum.length; i++) sample[at++] = stratum[draw(stratum.length)] as number;
    const value = statistic(sample);
    if (value !== undefined) values.push(value);
  }
  const low = quantile(values, 0.025);
  const high = quantile(values, 0.975);
  return low === undefined || high === undefined ? undefined : { low, high };
}

// 97.5th percentiles of Student's t for 1…30 degrees of freedom; from there on the normal one is near enough.
const T95 = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131, 2.12, 2.11, 2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056,
  2.052, 2.048, 2.045, 2.042,
];

export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Student's t interval of the mean, 95 %, two-sided; undefined of fewer than two values. */
export function studentInterval(values: readonly number[]): Interval | undefined {
  const n = values.length;
  if (n < 2) return undefined;
  const mean = meanOf(values);
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  const half = (T95[n - 2] ?? Z95) * Math.sqrt(variance / n);
  return { low: mean - half, high: mean + half };
}
