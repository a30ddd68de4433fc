// How good the warnings of one episode, and of many, were. Pure: used for synthetic episodes and for the booted kernel alike.

/** One beat: when, and whether the confidence stood at or over the warning threshold. */
export interface Beat {
  timeMs: number;
  warned: boolean;
}

export interface EpisodeScore {
  ranOut: boolean;
  /** time from the warning that stood when memory ran out to that moment; undefined where none stood */
  leadMs: number | undefined;
  /** warnings that ended, or outlived the horizon, without an OOM inside it */
  falseWarnings: number;
}

export interface Summary {
  episodes: number;
  outOfMemory: number;
  /** share of the OOM episodes warned of at least LEAD_MS before */
  recall: number;
  /** OOM episodes warned of at least LEAD_MS before */
  caught: number;
  /** episodes with a false warning */
  falseEpisodes: number;
  falseWarnings: number;
  medianLeadMs: number | undefined;
}

export const LEAD_MS = 5_000;
/** A warning that pauses for less than this is one warning. */
const PAUSE_MS = 1_000;

/** Score one episode. */
export function scoreEpisode(beats: readonly Beat[], outOfMemoryMs: number | undefined, horizonMs: number): EpisodeScore {
  const spans: { from: number; to: number }[] = [];
  for (const beat of beats) {
    if (!beat.warned) continue;
    const last = spans.at(-1);
    if (last && beat.timeMs - last.to <= PAUSE_MS) last.to = beat.timeMs;
    else spans.push({ from: beat.timeMs, to: beat.timeMs });
  }
  let leadMs: number | undefined;
  let falseWarnings = 0;
  for (const span of spans) {
    const inside = outOfMemoryMs !== undefined && outOfMemoryMs - span.from <= horizonMs;
    if (!inside) falseWarnings++;
    if (outOfMemoryMs !== undefined && outOfMemoryMs - span.to <= PAUSE_MS) leadMs = Math.min(outOfMemoryMs - span.from, horizonMs);
  }
  return { ranOut: outOfMemoryMs !== undefined, leadMs, falseWarnings };
}

export function median(values: readonly number[]): number | undefined {
  if (values.length === 0) return undefined;
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : ((sorted[half - 1] as number) + (sorted[half] as number)) / 2;
}

export function summarize(scores: readonly EpisodeScore[]): Summary {
  const out = scores.filter((s) => s.ranOut);
  const leads = out.flatMap((s) => (s.leadMs === undefined ? [] : [s.leadMs]));
  const caught = leads.filter((lead) => lead >= LEAD_MS).length;
  return {
    episodes: scores.length,
    outOfMemory: out.length,
    recall: out.length === 0 ? 0 : caught / out.length,
    caught,
    falseEpisodes: scores.filter((s) => s.falseWarnings > 0).length,
    falseWarnings: scores.reduce((sum, s) => sum + s.falseWarnings, 0),
    medianLeadMs: median(leads),
  };
}
