// The statistics against known values: worked out by hand or with R (binom, stats), named at each.
import { expect, test } from "vitest";
import { bootstrap, drawer, holm, mcnemar, median, quantile, studentInterval, wilson } from "./statistics.js";

test.each([
  // R: binom::binom.wilson(x, n)
  [8, 10, 0.4901625, 0.9433178],
  [0, 10, 0, 0.2775328],
  [10, 10, 0.7224672, 1],
  [1, 29, 0.006113, 0.171755],
  [81, 263, 0.2552893, 0.3662079],
])("Wilson: %d of %d", (hits, trials, low, high) => {
  const interval = wilson(hits, trials);
  expect(interval.low).toBeCloseTo(low, 4);
  expect(interval.high).toBeCloseTo(high, 4);
});

test("Wilson of nothing says nothing", () => {
  expect(wilson(0, 0)).toEqual({ low: 0, high: 1 });
});

test.each([
  // 2 · (C(10,0) + C(10,1)) / 2^10
  [1, 9, 0.021484375],
  [9, 1, 0.021484375],
  // 2 / 2^8
  [0, 8, 0.0078125],
  [5, 5, 1],
  [0, 0, 1],
  // R: binom.test(43, 43 + 78)$p.value
  [43, 78, 0.001914],
  // 2 · (1 + 5 + 10) / 2^5 = 1
  [2, 3, 1],
])("McNemar: %d against %d", (first, second, p) => {
  expect(mcnemar(first, second)).toBeCloseTo(p, 4);
});

test("McNemar of very many pairs is a number", () => {
  expect(mcnemar(3000, 3000)).toBe(1);
  expect(mcnemar(2000, 4000)).toBeLessThan(1e-100);
  expect(mcnemar(2990, 3010)).toBeGreaterThan(0.7);
});

test("Holm, in the order given (R: p.adjust)", () => {
  expect(holm([0.01, 0.04, 0.03])).toEqual([0.03, 0.06, 0.06]);
  expect(holm([0.6, 0.5])).toEqual([1, 1]);
  expect(holm([])).toEqual([]);
});

test("quantiles interpolate (R: type 7)", () => {
  expect(quantile([1, 2, 3, 4], 0.25)).toBe(1.75);
  expect(quantile([4, 1, 3, 2], 0.99)).toBeCloseTo(3.97, 10);
  expect(median([3, 1, 2])).toBe(2);
  expect(median([])).toBeUndefined();
});

test("the drawer is uniform and repeats", () => {
  const counts = new Array<number>(10).fill(0);
  const draw = drawer(1);
  for (let i = 0; i < 100_000; i++) {
    const value = draw(10);
    counts[value] = (counts[value] as number) + 1;
  }
  for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(500);
  const again = drawer(1);
  const third = drawer(2);
  const first = [draw, drawer(1)][1] as (below: number) => number;
  expect(Array.from({ length: 5 }, () => first(1000))).toEqual(Array.from({ length: 5 }, () => again(1000)));
  expect(Array.from({ length: 5 }, () => third(1000))).not.toEqual(Array.from({ length: 5 }, () => drawer(1)(1000)));
});

test("bootstrap: a constant has no spread, a share has that of the normal approximation", () => {
  const constant = bootstrap([[0, 1, 2]], () => 7, 100);
  expect(constant).toEqual({ low: 7, high: 7 });
  // 400 paired differences: 60 of +1, 20 of −1. Mean 0.1, standard error sqrt((0.2 − 0.01) / 400) = 0.0218.
  const differences = [...new Array(60).fill(1), ...new Array(20).fill(-1), ...new Array(320).fill(0)] as number[];
  const interval = bootstrap([differences.map((_, i) => i)], (sample) => sample.reduce((sum, i) => sum + (differences[i] as number), 0) / sample.length);
  expect(interval?.low).toBeCloseTo(0.1 - 1.96 * 0.0218, 2);
  expect(interval?.high).toBeCloseTo(0.1 + 1.96 * 0.0218, 2);
});

test("bootstrap keeps its strata", () => {
  const bootstrapped = bootstrap(
    [
      [0, 1],
      [2, 3, 4],
    ],
    (sample) => sample.filter((i) => i >= 2).length,
    50,
  );
  expect(bootstrapped).toEqual({ low: 3, high: 3 });
  expect(bootstrap([[0]], () => undefined, 10)).toBeUndefined();
});

test("Student's t interval", () => {
  // By hand: mean 3, deviation sqrt(2.5), n 5, t 2.776: 3 ± 1.963.
  const { low, high } = studentInterval([1, 2, 3, 4, 5]) as { low: number; high: number };
  expect(low).toBeCloseTo(1.0371, 3);
  expect(high).toBeCloseTo(4.9629, 3);
  expect(studentInterval([7])).toBeUndefined();
  expect(studentInterval([2, 2, 2])).toEqual({ low: 2, high: 2 });
});
