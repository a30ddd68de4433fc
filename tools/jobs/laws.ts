// Laws of durations, in milliseconds. A law draws one number at a time; all are cut to the same range. Pure but for the stream of
// random numbers. Which mix uses which: mixes-train.ts and mixes-test.ts, that share none but by name of a part.
import type { Random } from "./random.js";

/** What no duration is below or above, in milliseconds. */
export const LEAST_MS = 0.02;
export const MOST_MS = 20_000;

/** Draws a duration. */
export type Law = (random: Random) => number;

const cut = (ms: number) => Math.min(Math.max(ms, LEAST_MS), MOST_MS);

export const exponential =
  (meanMs: number): Law =>
  (r) =>
    cut(-meanMs * Math.log(r.unit()));

/** Bounded Pareto: tail exponent alpha between low and high. */
export const boundedPareto =
  (alpha: number, lowMs: number, highMs: number): Law =>
  (r) =>
    cut(lowMs * (1 - r.unit() * (1 - (lowMs / highMs) ** alpha)) ** (-1 / alpha));

export const lognormal =
  (medianMs: number, sigma: number): Law =>
  (r) =>
    cut(medianMs * Math.exp(sigma * r.normal()));

/** Normal, its deviation a share of its mean. */
export const around =
  (meanMs: number, deviation: number): Law =>
  (r) =>
    cut(meanMs * (1 + deviation * r.normal()));

export const uniform =
  (lowMs: number, highMs: number): Law =>
  (r) =>
    cut(r.between(lowMs, highMs));

export const logUniform =
  (lowMs: number, highMs: number): Law =>
  (r) =>
    cut(r.logBetween(lowMs, highMs));

/** Weibull: shape below 1 has a tail, above 1 has a hump. */
export const weibull =
  (scaleMs: number, shape: number): Law =>
  (r) =>
    cut(scaleMs * (-Math.log(r.unit())) ** (1 / shape));

/** Gamma with a whole shape: a sum of exponentials (Erlang). */
export const erlang =
  (shape: number, meanMs: number): Law =>
  (r) => {
    let log = 0;
    for (let i = 0; i < shape; i++) log -= Math.log(r.unit());
    return cut((log * meanMs) / shape);
  };

/** One of several laws, by its share. */
export const mixture =
  (...parts: readonly [share: number, law: Law][]): Law =>
  (r) => {
    let at = r.unit() * parts.reduce((sum, [share]) => sum + share, 0);
    for (const [share, law] of parts) {
      at -= share;
      if (at <= 0) return law(r);
    }
    return (parts.at(-1) as [number, Law])[1](r);
  };
