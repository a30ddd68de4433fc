// What acting on the prediction is worth: the same episodes with actions off, with the ladder fired reactively (only when an allocation
// fails), and with the ladder fired by the prediction. Counted past the first OOM, to the end of the demand. Pure but for the replay.
import type { Episode } from "../../episodes/index.js";
import type { Engine } from "../../sim/fast.js";
import type { Policy } from "../../sim/policies.js";
import { type Replay, type ReplayOptions, replay } from "../../sim/replay.js";
import type { Block } from "../common/document.js";
import { bootstrap } from "../common/statistics.js";
import type { Difference } from "./summary.js";
import { differenceText } from "./text.js";

export const MODES = ["off", "reactive", "predicted"] as const;
export type Mode = (typeof MODES)[number];

export interface Outcome {
  kills: number;
  /** pages touched by processes that were killed */
  lostPages: number;
  writtenPages: number;
  /** when the demand was over; waits for memory make it later */
  endMs: number;
  compactions: number;
  faultP50Ns: number;
  faultP99Ns: number;
}

export interface CounterfactualResult {
  id: string;
  family: string;
  outcomes: Record<Mode, Outcome>;
}

const OPTIONS: Record<Mode, Pick<ReplayOptions, "auto" | "muted">> = {
  off: { auto: 0, muted: false },
  reactive: { auto: 1, muted: true },
  predicted: { auto: 1, muted: false },
};

/** Quantile of a histogram: the start of the bucket in which it lies. */
export function bucketQuantile(buckets: readonly (readonly [number, number])[], share: number): number {
  const total = buckets.reduce((sum, [, count]) => sum + count, 0);
  let seen = 0;
  for (const [ns, count] of buckets) {
    seen += count;
    if (seen >= total * share) return ns;
  }
  return 0;
}

function outcomeOf(run: Replay): Outcome {
  return {
    kills: run.kills.length,
    lostPages: run.pagesLost,
    writtenPages: run.pagesWritten,
    endMs: run.endMs,
    compactions: run.compactions,
    faultP50Ns: bucketQuantile(run.faultNs, 0.5),
    faultP99Ns: bucketQuantile(run.faultNs, 0.99),
  };
}

/** The champion is asked in each mode that it may act in. */
export function counterfactual(episode: Episode, engine: Engine, champion: Policy): CounterfactualResult {
  const outcomes = {} as Record<Mode, Outcome>;
  for (const mode of MODES) outcomes[mode] = outcomeOf(replay(episode, { engine, champion, beyondOom: true, ...OPTIONS[mode] }));
  return { id: episode.id, family: episode.family, outcomes };
}

// ---- of many

const FIELDS = {
  kills: { name: "OOM kills", show: (value: number) => value.toFixed(2) },
  lostPages: { name: "work lost, MiB", show: (value: number) => (value / 256).toFixed(1) },
  writtenPages: { name: "pages written, MiB", show: (value: number) => (value / 256).toFixed(1) },
  endMs: { name: "end, s", show: (value: number) => (value / 1000).toFixed(1) },
  faultP50Ns: { name: "fault p50, µs", show: (value: number) => (value / 1000).toFixed(2) },
  faultP99Ns: { name: "fault p99, µs", show: (value: number) => (value / 1000).toFixed(1) },
  compactions: { name: "compactions", show: (value: number) => value.toFixed(2) },
} as const;
type Field = keyof typeof FIELDS;

export interface CounterfactualSummary {
  episodes: number;
  kills: Record<Mode, number>;
  /** share of the kills with actions off that the mode avoided */
  avoided: Record<Mode, Difference>;
  means: Record<Mode, Record<Field, number>>;
  /** predicted − the other, per episode */
  against: Record<"off" | "reactive", Record<Field, Difference>>;
}

export function summarizeCounterfactual(results: readonly CounterfactualResult[]): CounterfactualSummary {
  // Episodes that run out with actions off, and the others, are drawn apart.
  const strata = [results.flatMap((r, i) => (r.outcomes.off.kills > 0 ? [i] : [])), results.flatMap((r, i) => (r.outcomes.off.kills > 0 ? [] : [i]))];
  const all = results.map((_, i) => i);
  const sum = (sample: readonly number[], mode: Mode, field: Field) => sample.reduce((total, i) => total + (results[i] as CounterfactualResult).outcomes[mode][field], 0);
  const difference = (statistic: (sample: readonly number[]) => number | undefined): Difference => ({ value: statistic(all), interval: bootstrap(strata, statistic, 2000) });
  const each = <K extends string, V>(keys: readonly K[], value: (key: K) => V) => Object.fromEntries(keys.map((key) => [key, value(key)])) as Record<K, V>;
  const fields = Object.keys(FIELDS) as Field[];
  return {
    episodes: results.length,
    kills: each(MODES, (mode) => sum(all, mode, "kills")),
    avoided: each(MODES, (mode) =>
      difference((sample) => {
        const off = sum(sample, "off", "kills");
        return off === 0 ? undefined : 1 - sum(sample, mode, "kills") / off;
      }),
    ),
    means: each(MODES, (mode) => each(fields, (field) => sum(all, mode, field) / Math.max(results.length, 1))),
    against: each(["off", "reactive"] as const, (mode) =>
      each(fields, (field) => difference((sample) => (sum(sample, "predicted", field) - sum(sample, mode, field)) / Math.max(sample.length, 1))),
    ),
  };
}

export const MODE_HEAD = ["ladder", "OOM kills", "kills avoided", ...Object.values(FIELDS).map((f) => `${f.name}, mean`)];
export function modeRows(s: CounterfactualSummary): string[][] {
  const percent = (value: number) => `${(value * 100).toFixed(1)} %`;
  return MODES.map((mode) => [
    mode,
    String(s.kills[mode]),
    mode === "off" ? "-" : differenceText(s.avoided[mode], percent),
    ...(Object.keys(FIELDS) as Field[]).map((field) => FIELDS[field].show(s.means[mode][field])),
  ]);
}

export const AGAINST_HEAD = ["predicted against", ...Object.values(FIELDS).map((f) => f.name)];
export function againstRows(s: CounterfactualSummary): string[][] {
  return (["off", "reactive"] as const).map((mode) => [mode, ...(Object.keys(FIELDS) as Field[]).map((field) => differenceText(s.against[mode][field], FIELDS[field].show))]);
}

export function counterfactualBlocks(s: CounterfactualSummary, policy: string): Block[] {
  return [
    { kind: "heading", text: "If the kernel acts" },
    {
      kind: "paragraph",
      text: `${s.episodes} of the same episodes, played three times to the end of their demand: actions off; the ladder fired only when an allocation fails; the ladder fired by ${policy} at WARNING, too. Work lost: pages touched by processes that were killed. Pages written: by all processes, so that what a slowed process did not get to shows; end: when the last of the demand was served. Fault times have waits in them, and are exact to an eighth.`,
    },
    { kind: "table", head: MODE_HEAD, rows: modeRows(s) },
    { kind: "table", head: AGAINST_HEAD, rows: againstRows(s), caption: "Means per episode: predicted minus the other, with 95 % paired bootstrap intervals." },
  ];
}
