// The alarm threshold: the one with the most hits on the validation families among those with at most FALSE_SHARE false positives
// there. The same rule for the network and for slope; the protocol has it. Pure.
import { judgeAlarm } from "../episodes/index.js";
import type { Played } from "./dataset.js";

export const FALSE_SHARE = 0.055;

/** Rates of one threshold on a set of episodes. */
export interface Rates {
  threshold: number;
  foreseeable: number;
  hits: number;
  /** non-OOM episodes that are not indistinguishable */
  clear: number;
  falsePositives: number;
  medianLeadMs: number;
  /** alarms among the indistinguishable, and how many there are */
  excused: number;
  indistinguishable: number;
}

/** The first beat whose score is at least `threshold`; −1: none. */
function firstFrom(scores: Float64Array, threshold: number): number {
  for (let beat = 0; beat < scores.length; beat++) if ((scores[beat] as number) >= threshold) return beat;
  return -1;
}

/** Judge a threshold on what each beat's score says: an alarm is the first score at or above it. */
export function ratesAt(episodes: readonly Played[], scores: readonly Float64Array[], threshold: number): Rates {
  const rates: Rates = { threshold, foreseeable: 0, hits: 0, clear: 0, falsePositives: 0, medianLeadMs: 0, excused: 0, indistinguishable: 0 };
  const leads: number[] = [];
  episodes.forEach((played, e) => {
    const beat = firstFrom(scores[e] as Float64Array, threshold);
    const alarmMs = beat < 0 ? undefined : (played.timeMs[beat] as number);
    const verdict = judgeAlarm(alarmMs, played.oomMs, played.committed[beat] === 1);
    if (played.oomMs !== undefined) {
      if (!played.foreseeable) return;
      rates.foreseeable++;
      if (verdict !== "hit") return;
      rates.hits++;
      leads.push(played.oomMs - (alarmMs as number));
    } else if (played.indistinguishableMs !== undefined) {
      rates.indistinguishable++;
      if (verdict === "false") rates.excused++;
    } else {
      rates.clear++;
      if (verdict === "false") rates.falsePositives++;
    }
  });
  leads.sort((a, b) => a - b);
  rates.medianLeadMs = leads[leads.length >> 1] ?? 0;
  return rates;
}

/** The best of `thresholds`; undefined where none keeps to FALSE_SHARE. */
export function chooseThreshold(episodes: readonly Played[], scores: readonly Float64Array[], thresholds: readonly number[]): Rates | undefined {
  let best: Rates | undefined;
  for (const threshold of thresholds) {
    const rates = ratesAt(episodes, scores, threshold);
    if (rates.falsePositives > FALSE_SHARE * rates.clear) continue;
    if (best === undefined || better(rates, best)) best = rates;
  }
  return best;
}

/** More hits, then fewer false positives, then more lead. */
export function better(a: Rates, b: Rates): boolean {
  if (a.hits !== b.hits) return a.hits > b.hits;
  if (a.falsePositives !== b.falsePositives) return a.falsePositives < b.falsePositives;
  return a.medianLeadMs > b.medianLeadMs;
}
