// Turning points in the longer history: falls that came back, how deep they were, where the present fall began. Not the ten seconds'
// turns of shape.ts, which linear uses. Pure; reads the input buffer of exports.ts.
import { past } from "./exports";
import { least, most } from "./ramp";

/** A rise is a recovery from this share of the managed pages, and of the fall before it. */
const RECOVERY_OF_MANAGED: f64 = 0.01;
const RECOVERY_OF_FALL: f64 = 0.25;

@unmanaged
export class PastTurns {
  turns: f64;
  /** the deepest fall that came back, in pages */
  deepest: f64;
  /** free pages where the present fall began */
  peak: f64;
  /** at the last low that memory came back from */
  low: f64;
  /** least free of all rows */
  lowest: f64;
}

export function findPastTurns(pasts: i32, managed: f64, out: PastTurns): void {
  out.turns = 0.0;
  out.deepest = 0.0;
  out.peak = 0.0;
  out.low = 0.0;
  out.lowest = managed;
  if (pasts === 0) return;
  let peak = <f64>past(0).mostFreePages;
  let low = <f64>past(0).leastFreePages;
  out.lowest = low;
  for (let i = 1; i < pasts; i++) {
    const high = <f64>past(i).mostFreePages;
    const bottom = <f64>past(i).leastFreePages;
    out.lowest = least(out.lowest, bottom);
    if (peak - low >= RECOVERY_OF_MANAGED * managed && high - low >= most(RECOVERY_OF_MANAGED * managed, RECOVERY_OF_FALL * (peak - low))) {
      out.turns += 1.0;
      out.deepest = most(out.deepest, peak - low);
      out.low = low;
      peak = high;
      low = high;
    } else if (high > peak) {
      peak = high;
      low = high;
    }
    low = least(low, bottom);
  }
  out.peak = peak;
}
