// The plain answer when no policy decides: an integer regression over the last five seconds, and how little is free. Never
// ejected, cannot fail. Not as sharp as policy/memory/linear.ts; its answer means the same. Pure, integers only.
import { Advice, MEMORY_SAMPLES } from "../../abi/numbers";
import { PPM, ppmOf, ppmTimes } from "../../lib/fixed";
import { ELEVATED_PPM, Verdict, WARNING_PPM } from "./verdict";
import { windowHead, windowRow } from "./window";

const FIT_ROWS: u32 = 50;
const LEAST_ROWS: u32 = 8;
// Rows older than this are taken as this old: the sums below stay inside 64 bits.
const OLDEST_MS: i64 = 60_000;
// A trend counts .8 when it reaches zero in 10 % of the horizon, as in linear.ts; × 4 for the shape u ÷ (u + t).
const URGENT_PPM: u32 = 400_000;
const PLENTY_PPM: u32 = 150_000;
const SCARCE_PPM: u32 = 20_000;
const SCARCITY_WEIGHT_PPM: u32 = 620_000;
const FAILURE_WEIGHT_PPM: u32 = 500_000;
// Share of the variance that the line must explain: none of the trend is believed below, all above.
const FIT_NONE_PPM: u32 = 300_000;
const FIT_FULL_PPM: u32 = 800_000;
// The fall must have gone on over the last rows.
const RECENT_ROWS: u32 = 5;
const FAILURE_ROWS: u32 = 10;

if (MEMORY_SAMPLES < FIT_ROWS) ERROR("the window is shorter than the fit");

/** 0 at `from`, PPM at `to`, linear between; `from` < `to`. */
function rise(value: u32, from: u32, to: u32): u32 {
  if (value <= from) return 0;
  if (value >= to) return PPM;
  return ppmOf(value - from, to - from);
}

function ageMs(index: u32, newest: u32): i64 {
  const age = <i64>(windowRow(newest).timeNs - windowRow(index).timeNs) / 1_000_000;
  return age < 0 ? 0 : age > OLDEST_MS ? OLDEST_MS : age;
}

/** Judge the window. */
export function fallbackDecide(out: Verdict): void {
  out.clear();
  out.abstained = 1;
  const rows = windowHead().count;
  if (rows < LEAST_ROWS) return;
  const newest = rows - 1;
  const managed = windowRow(newest).managedPages;
  if (managed === 0) return;
  const free = min(windowRow(newest).freePages, managed);
  out.abstained = 0;
  out.scarcityPpm = PPM - rise(ppmOf(free, managed), SCARCE_PPM, PLENTY_PPM);
  out.fragmentationPpm = min(windowRow(newest).fragmentationPpm, PPM);
  let failures: u64 = 0;
  for (let i = rows > FAILURE_ROWS ? rows - FAILURE_ROWS : 0; i < rows; i++) failures += windowRow(i).failures;
  out.failuresPpm = ppmOf(failures, failures + 2);
  const trendPpm = fitTrend(rows, free, out);
  const calm = ppmTimes(
    ppmTimes(PPM - trendPpm, PPM - <u32>ppmTimes(SCARCITY_WEIGHT_PPM, out.scarcityPpm)),
    PPM - <u32>ppmTimes(ppmTimes(FAILURE_WEIGHT_PPM, out.failuresPpm), out.scarcityPpm),
  );
  out.confidencePpm = PPM - <u32>calm;
  if (out.confidencePpm >= WARNING_PPM) out.advice = Advice.Reduce;
  else if (out.fragmentationPpm >= 500_000 && failures !== 0) out.advice = Advice.Compact;
  else if (out.confidencePpm >= ELEVATED_PPM) out.advice = Advice.Watch;
}

// Least squares over the newest rows: fills slope, exhaustion and time to exhaustion; returns what the trend counts, in ppm.
function fitTrend(rows: u32, free: u32, out: Verdict): u32 {
  const newest = rows - 1;
  const first = rows > FIT_ROWS ? rows - FIT_ROWS : 0;
  const count = <i64>(rows - first);
  let sumX: i64 = 0;
  let sumY: i64 = 0;
  for (let i = first; i < rows; i++) {
    sumX -= ageMs(i, newest);
    sumY += <i64>windowRow(i).freePages;
  }
  const meanX = sumX / count;
  const meanY = sumY / count;
  // |x| ≤ 2^16, |y| ≤ 2^32, 50 rows: xx < 2^38, |xy| < 2^54; yy is kept below 2^63 by halving y where pages are many.
  const halve = windowRow(newest).managedPages >> 28 !== 0 ? 8 : 0;
  let xx: u64 = 0;
  let xy: i64 = 0;
  let yy: u64 = 0;
  for (let i = first; i < rows; i++) {
    const x = -ageMs(i, newest) - meanX;
    const y = <i64>windowRow(i).freePages - meanY;
    xx += <u64>(x * x);
    xy += x * y;
    yy += <u64>((y >> halve) * (y >> halve));
  }
  if (xx === 0) return 0;
  out.slopePagesPerSecond = (xy * 1000) / <i64>xx;
  const recent = newest > RECENT_ROWS ? newest - RECENT_ROWS : 0;
  if (xy >= 0 || windowRow(newest).freePages >= windowRow(recent).freePages) return 0;
  const fall = <u64>-xy;
  // free < 2^32 and xx < 2^38 do not fit together: two bits go where they must.
  const milliseconds = free >> 26 !== 0 ? (<u64>free * (xx >> 12)) / max<u64>(fall >> 12, 1) : (<u64>free * xx) / fall;
  // R² = xy² ÷ (xx · yy): shift pairs of bits out of xx and yy, single ones out of xy, until the product fits.
  let p = fall >> halve;
  let q = xx;
  let r = yy;
  while (q >> 31 !== 0) {
    q >>= 2;
    p >>= 1;
  }
  while (r >> 31 !== 0) {
    r >>= 2;
    p >>= 1;
  }
  const whole = (q * r) / PPM;
  const explained = whole === 0 ? 0 : min<u64>((p * p) / whole, PPM);
  const trust = rise(<u32>explained, FIT_NONE_PPM, FIT_FULL_PPM);
  if (trust === 0) return 0;
  const horizon = <u64>windowHead().horizonMs;
  const urgent = ppmTimes(horizon, URGENT_PPM);
  if (milliseconds < 10 * horizon) out.timeToExhaustionMs = <i64>milliseconds;
  out.exhaustionPpm = <u32>ppmTimes(trust, min(ppmOf(horizon, horizon + milliseconds), PPM));
  return <u32>ppmTimes(trust, min(ppmOf(urgent, urgent + milliseconds), PPM));
}
