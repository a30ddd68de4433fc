// What a straight line cannot tell: whether the fall still goes on, and whether the window has seen it turn round before.
// Pure; reads the input buffer of exports.ts.
import { sample } from "./exports";
import { least, most, ramp } from "./ramp";
import { ageSeconds } from "./trend";

// A rise of free memory counts as a recovery from this share of the managed pages, and of the fall before it.
const RECOVERY_OF_MANAGED: f64 = 0.01;
const RECOVERY_OF_FALL: f64 = 0.25;
// How far below a low that memory came back from a new fall must be before it counts in full, as a share of the fall.
const NEW_GROUND_OF_FALL: f64 = 0.25;
// How much deeper than the deepest fall before the present one may go: no two are alike.
const DEEPER_OF_FALL: f64 = 0.3;
// What a fall over known ground still counts.
const KNOWN_GROUND: f64 = 0.25;
// A fall that is expected to turn below this share of the managed pages will not turn in time.
const EXHAUSTED_OF_MANAGED: f64 = 0.02;
// This many separate steps down make a trend; one step alone is a program that started.
const STEPS_NONE: f64 = 0.5;
const STEPS_FULL: f64 = 4.0;

/**
 * How surely the fall is still going on, 0…1: steps to a new low seen among rows first…newest, and the silence since the last
 * one compared with the usual time between them.
 * @param slope pages per second, negative
 */
export function goingOn(first: i32, newest: i32, slope: f64): f64 {
  const span = ageSeconds(first, newest);
  const step = most((0.25 * -slope * span) / <f64>(newest - first), 1.0);
  let low = <f64>sample(first).freePages;
  let steps: f64 = 0.0;
  let firstAge: f64 = span;
  let lastAge: f64 = span;
  for (let i = first + 1; i <= newest; i++) {
    const free = <f64>sample(i).freePages;
    if (free <= low - step) {
      low = free;
      lastAge = ageSeconds(i, newest);
      if (steps === 0.0) firstAge = lastAge;
      steps += 1.0;
    } else if (free > low + 8.0 * step) {
      low = free; // memory came back: lows start anew
    }
  }
  const beat = span / <f64>(newest - first);
  const gap = steps > 1.0 ? most((firstAge - lastAge) / (steps - 1.0), beat) : span;
  const alive = 1.0 - ramp(lastAge, 2.0 * gap + beat, 4.0 * gap + 3.0 * beat);
  return alive * ramp(steps, STEPS_NONE, STEPS_FULL);
}

/** What the window shows of falls that turned round. */
@unmanaged
export class Turns {
  /** how much of the present fall to believe, KNOWN_GROUND…1 */
  belief: f64;
  /** pages per second by which the lows sink; 0 where they do not, or fewer than two are seen */
  sinking: f64;
  /** free pages at the last low, and how long ago that was in seconds */
  low: f64;
  lowAge: f64;
}

/**
 * Find the turning points of the window (a collector's sawtooth has them) and say how much of the present fall to believe:
 * little while memory is above the low that it is expected to turn at, all of it below. That low is the last one, lowered by as
 * much as it lay below the one before.
 */
export function findTurns(newest: i32, managed: f64, out: Turns): void {
  let peak = <f64>sample(0).freePages;
  let low = peak;
  let lowRow = 0;
  let turns = 0;
  let turnRow = 0;
  let turnRowBefore = 0;
  let fall: f64 = 0.0; // the deepest that came back
  for (let i = 1; i <= newest; i++) {
    const free = <f64>sample(i).freePages;
    if (free < low) {
      low = free;
      lowRow = i;
    }
    if (peak - low >= RECOVERY_OF_MANAGED * managed && free - low >= most(RECOVERY_OF_MANAGED * managed, RECOVERY_OF_FALL * (peak - low))) {
      turnRowBefore = turnRow;
      turnRow = lowRow;
      fall = most(fall, peak - low);
      turns++;
      peak = free;
      low = free;
      lowRow = i;
    } else if (free > peak) {
      peak = free;
      low = free;
      lowRow = i;
    }
  }
  out.belief = 1.0;
  out.sinking = 0.0;
  out.low = 0.0;
  out.lowAge = 0.0;
  if (turns === 0) return;
  out.low = <f64>sample(turnRow).freePages;
  out.lowAge = ageSeconds(turnRow, newest);
  let expected = out.low;
  if (turns > 1) {
    const sunk = most(<f64>sample(turnRowBefore).freePages - out.low, 0.0);
    const seconds = ageSeconds(turnRowBefore, newest) - out.lowAge;
    expected -= sunk;
    if (seconds > 0.0) out.sinking = sunk / seconds;
  }
  // Where this fall began tells sooner than the lows where it will end.
  expected = least(expected, peak - fall);
  if (expected - DEEPER_OF_FALL * fall <= EXHAUSTED_OF_MANAGED * managed) return;
  const below = ramp(<f64>sample(newest).freePages, expected, expected - NEW_GROUND_OF_FALL * fall);
  out.belief = least(KNOWN_GROUND + (1.0 - KNOWN_GROUND) * below, 1.0);
}
