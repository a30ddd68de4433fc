// Least squares over the newest rows of the window: free pages against time. Pure; reads the input buffer of exports.ts.
// Timestamps are taken as they are: beats may come late. Not a judgement: factors.ts weighs what is found here.
import { sample } from "./exports";
import { least, most } from "./ramp";

// A row further back than this is taken as this old: no sum can lose its precision to a wild timestamp.
const OLDEST_SECONDS: f64 = 3600.0;
// Page counts are integers: a perfect staircase still has this much variance, in pages².
const VARIANCE_FLOOR: f64 = 0.25;

/** A straight line through the newest rows. */
@unmanaged
export class Fit {
  /** of free pages per second; negative: shrinking */
  slope: f64;
  /** standard error of the slope */
  slopeError: f64;
  /** share of the variance that the line explains, 0…1 */
  explained: f64;
}

/** Seconds before the newest row at which row `index` was taken, 0…OLDEST_SECONDS. */
export function ageSeconds(index: i32, newest: i32): f64 {
  const ns = <i64>(sample(newest).timeNs - sample(index).timeNs);
  return least(most(<f64>ns * 1e-9, 0.0), OLDEST_SECONDS);
}

/**
 * Fit a line through rows first…newest.
 * The sums are taken around the means, in one fixed order: the same bits everywhere.
 */
export function fitLine(first: i32, newest: i32, out: Fit): void {
  const count = <f64>(newest - first + 1);
  let sumX: f64 = 0.0;
  let sumY: f64 = 0.0;
  for (let i = first; i <= newest; i++) {
    sumX -= ageSeconds(i, newest);
    sumY += <f64>sample(i).freePages;
  }
  const meanX = sumX / count;
  const meanY = sumY / count;
  let xx: f64 = 0.0;
  let xy: f64 = 0.0;
  let yy: f64 = 0.0;
  for (let i = first; i <= newest; i++) {
    const x = -ageSeconds(i, newest) - meanX;
    const y = <f64>sample(i).freePages - meanY;
    xx += x * x;
    xy += x * y;
    yy += y * y;
  }
  out.slope = 0.0;
  out.slopeError = 0.0;
  out.explained = 0.0;
  if (!(xx > 0.0) || count < 3.0) return;
  out.slope = xy / xx;
  const residual = most(yy - out.slope * xy, 0.0);
  out.slopeError = sqrt(most(residual / (count - 2.0), VARIANCE_FLOOR) / xx);
  if (yy > 0.0) out.explained = most(1.0 - residual / yy, 0.0);
}

/** Whether two slopes differ by more than chance explains: more than three joint standard errors. */
export function slopesDiffer(a: Fit, b: Fit): bool {
  const difference = a.slope - b.slope;
  return difference * difference > 9.0 * (a.slopeError * a.slopeError + b.slopeError * b.slopeError);
}
