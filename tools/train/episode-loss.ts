// What a learner of memory policies is to get right. An episode is right or wrong by its first alarm, so the loss is one of episodes: the
// highest answers inside the window in which an alarm is a hit are pushed up, once more in the part of it that is ten seconds ahead, the
// highest ones where an alarm would be wrong are pushed down. Shared by the network (learn.ts) and the trees (boost.ts). Pure.
import { HORIZON_MS, LEAD_MS } from "../episodes/index.js";
import type { Played } from "./dataset.js";

/** Beats [from, to) of an episode by what an alarm at them would be; empty where there are none. */
export interface Spans {
  /** an alarm is a hit */
  hit: [number, number];
  /** a hit ten seconds ahead */
  better: [number, number];
  /** an alarm is wrong */
  wrong: [number, number];
}

export interface Loss {
  /** Beats are pushed in proportion to exp(sharpness × answer): near to the highest one alone. */
  sharpness: number;
  /** What a hit ten seconds ahead weighs besides, and a wrong alarm; a hit weighs 1. */
  better: number;
  wrong: number;
}

/** An alarm in time must come a little before it is due; a better one comes ten seconds before. */
const IN_TIME_MS = LEAD_MS + 200;
const BETTER_MS = 10_500;
/** Before an episode becomes indistinguishable, nothing is learnt from it for so long: its twin is to be warned of there. */
const EXCUSED_MS = 12_000;
/** Answers that are right and wrong are to lie this far from 0. */
const MARGIN = 1;

/** Where alarms of an episode are hits, and where they are wrong. undefined: its alarms are in no rate, there is nothing to learn. */
export function spansOf({ timeMs, oomMs, indistinguishableMs, committed, foreseeable }: Played): Spans | undefined {
  const before = (ms: number) => {
    const i = timeMs.findIndex((t) => t >= ms);
    return i < 0 ? timeMs.length : i;
  };
  if (oomMs === undefined) return { hit: [0, 0], better: [0, 0], wrong: [0, indistinguishableMs === undefined ? timeMs.length : before(indistinguishableMs - EXCUSED_MS)] };
  if (!foreseeable) return undefined;
  let from = before(oomMs - HORIZON_MS);
  // Committed demand may be warned of at any time.
  while (from > 0 && committed[from - 1] === 1) from--;
  return { hit: [from, before(oomMs - IN_TIME_MS)], better: [from, before(oomMs - BETTER_MS)], wrong: [0, from] };
}

const softplus = (x: number) => (x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x)));
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

/**
 * An episode's loss.
 * @param answers of the beats, the episode's first one at `at`
 * @param push gets each pushed beat: what the loss gains as its answer rises, the beat's share of its term times the term's weight, and the term's curvature
 */
export function episodeLoss(answers: Float64Array, at: number, spans: Spans, loss: Loss, push: (beat: number, slope: number, share: number, curvature: number) => void): number {
  let total = 0;
  // The highest of [from, to) up (sign −1) or down (+1): a weighted mean whose weights count as constants.
  const one = ([first, last]: [number, number], sign: number, weight: number) => {
    if (last <= first) return;
    const from = at + first;
    const to = at + last;
    let top = Number.NEGATIVE_INFINITY;
    for (let i = from; i < to; i++) top = Math.max(top, answers[i] as number);
    let sum = 0;
    let mean = 0;
    for (let i = from; i < to; i++) {
      const w = Math.exp(loss.sharpness * ((answers[i] as number) - top));
      sum += w;
      mean += w * (answers[i] as number);
    }
    mean /= sum;
    const wrongness = sigmoid(MARGIN + sign * mean);
    total += weight * softplus(MARGIN + sign * mean);
    for (let i = from; i < to; i++) {
      const share = Math.exp(loss.sharpness * ((answers[i] as number) - top)) / sum;
      push(i, share * weight * sign * wrongness, share * weight, wrongness * (1 - wrongness));
    }
  };
  one(spans.hit, -1, 1);
  one(spans.better, -1, loss.better);
  one(spans.wrong, 1, loss.wrong);
  return total;
}
