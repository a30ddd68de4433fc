// A family in which every episode is of a kind of its own: what its processes do is drawn from the grammar of track.ts, and so is how many
// there are, what they have in common and how they reserve. For training only.
import { BEAT_MS } from "../protocol.js";
import { Actor, type Reservation } from "./actor.js";
import type { Family, Plan } from "./plan.js";
import { drawTrack, MOST_BEATS } from "./track.js";

/** The steepest growth of all together over a second that is kept, pages: 64 MB/s and half as much again. */
const STEEPEST_PAGES = 96 * 256;

/** One process to be: its levels from a beat on. */
interface Part {
  firstBeat: number;
  levels: number[];
  /** It ends with its levels; else it keeps the last one. */
  ends: boolean;
}

/** Processes that do the same, more or less: at once, one after another, or at times of their own. */
function drawGroup(plan: Plan, count: number, share: number): Part[] {
  const { draw } = plan;
  const spacing = draw.pick(["together", "staggered", "sequence", "anywhere"] as const);
  const gapMs = draw.log(100, 12_000);
  const unlike = draw.chance(0.4);
  const ends = draw.chance(spacing === "sequence" ? 0.8 : 0.3);
  const of = () =>
    drawTrack(draw, {
      peak: (plan.peakPages * share) / count,
      rate: ((plan.rate * share) / count) * draw.log(0.6, 1.6),
      holdMs: plan.holdMs,
    });
  const model = of();
  const parts: Part[] = [];
  let beat = draw.chance(0.5) ? 0 : Math.round(draw.log(300, 20_000) / BEAT_MS);
  for (let i = 0; i < count; i++) {
    const levels = unlike && i > 0 ? of() : model;
    const size = i === 0 ? 1 : draw.between(0.6, 1.4);
    parts.push({ firstBeat: beat, levels: levels.map((level) => level * size), ends });
    const gap = draw.between(0.6, 1.4) * (gapMs / BEAT_MS);
    if (spacing === "staggered") beat += Math.round(gap);
    else if (spacing === "sequence") beat += levels.length + Math.round(gap);
    else if (spacing === "anywhere") beat = Math.round(draw.between(0, 2 * gap * count));
    else beat += draw.whole(0, 5);
  }
  return parts.filter((part) => part.firstBeat < MOST_BEATS);
}

function drawParts(plan: Plan): Part[] {
  const { draw } = plan;
  let left = draw.chance(0.4) ? draw.whole(1, 3) : plan.processes;
  const groups = Math.min(draw.whole(1, 3), left);
  const weights = Array.from({ length: groups }, () => draw.log(0.2, 1));
  const whole = weights.reduce((a, b) => a + b, 0);
  return weights.flatMap((weight, i) => {
    const count = i === groups - 1 ? left : draw.whole(1, left - (groups - 1 - i));
    left -= count;
    return drawGroup(plan, count, weight / whole);
  });
}

/** What all parts want together, a beat each. */
function sumOf(parts: readonly Part[]): Float64Array {
  const beats = Math.min(Math.max(...parts.map((part) => part.firstBeat + part.levels.length)), MOST_BEATS);
  const sum = new Float64Array(beats);
  for (const { firstBeat, levels, ends } of parts)
    for (let beat = firstBeat; beat < beats; beat++) {
      const level = levels[beat - firstBeat] ?? (ends ? 0 : (levels.at(-1) as number));
      sum[beat] = (sum[beat] as number) + level;
    }
  return sum;
}

function steepestOf(sum: Float64Array): number {
  const back = 1_000 / BEAT_MS;
  let most = sum[0] as number;
  for (let beat = 1; beat < sum.length; beat++) most = Math.max(most, (sum[beat] as number) - (beat < back ? 0 : (sum[beat - back] as number)));
  return most;
}

export const drawn: Family = (plan) => {
  const { draw } = plan;
  let parts: Part[] = [];
  let scale = 0;
  // Drawn anew where it would be steeper than any ramp may be; the last draw stands.
  for (let attempt = 0; attempt < 8; attempt++) {
    parts = drawParts(plan);
    const sum = sumOf(parts);
    scale = plan.peakPages / Math.max(...sum, 1);
    if (steepestOf(sum) * scale <= STEEPEST_PAGES) break;
  }
  const endBeat = sumOf(parts).length;
  const own = draw.chance(0.5);
  for (const { firstBeat, levels, ends } of parts) {
    const reservation: Reservation = own ? draw.pick(["grows", "chunks", "start"] as const) : plan.reservation;
    const peak = Math.max(...levels) * scale;
    const actor = new Actor(draw, { startMs: plan.startMs + firstBeat * BEAT_MS, reservation, promisedPages: peak * draw.between(1, 1.5), noise: plan.noise });
    plan.actors.push(actor);
    const beats = Math.min(levels.length, endBeat - firstBeat);
    actor.follow(beats * BEAT_MS, (ms) => scale * (levels[Math.min(Math.floor(ms / BEAT_MS), beats - 1)] as number));
    if (ends) actor.exit();
  }
  const last = Math.max(...plan.actors.map((actor) => actor.nowMs));
  for (const [i, actor] of plan.actors.slice(-parts.length).entries()) {
    if (parts[i]?.ends) continue;
    actor.waitUntil(last);
    if (plan.releases && plan.intent !== "over") actor.set(actor.touched * draw.between(0.1, 0.9));
    actor.hold(plan.holdMs * 0.5);
  }
};

export const DRAWN: Record<string, Family> = { drawn };
