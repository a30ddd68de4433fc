// What acting on the prediction is worth: the same episodes with actions off, with the ladder fired reactively (only when an allocation
// fails), and with the ladder fired by the prediction. Counted past the first OOM, to the end of the demand. Pure but for the replay.
import { type Episode, episodeEndMs } from "../../episodes/index.js";
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
  firstKillMs: number | undefined;
  /** pages touched by processes that were killed */
  lostPages: number;
  writtenPages: number;
  /** when the demand was over; waits for memory make it later */
  endMs: number;
  compactions: number;
  /** somebody waited for memory, and nobody ran */
  stalledMs: number;
  faultP50Ns: number;
  faultP99Ns: number;
}

export interface CounterfactualResult {
  id: string;
  family: string;
  /** when the last operation of the episode is due: whoever is still there ends then */
  demandEndMs: number;
  outcomes: Record<Mode, Outcome>;
}

/** How each mode is played. */
export const OPTIONS: Record<Mode, Pick<ReplayOptions, "auto" | "muted">> = {
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

/** What a replay came to. */
export function outcomeOf(run: Replay): Outcome {
  return {
    kills: run.kills.length,
    firstKillMs: run.kills[0]?.timeMs,
    lostPages: run.pagesLost,
    writtenPages: run.pagesWritten,
    endMs: run.endMs,
    compactions: run.compactions,
    stalledMs: run.beats.stalledMs.reduce((sum, ms) => sum + ms, 0),
    faultP50Ns: bucketQuantile(run.faultNs, 0.5),
    faultP99Ns: bucketQuantile(run.faultNs, 0.99),
  };
}

/** Played in each mode. Where the champion, looking on, never warns in the reactive run, the predicted one is the same to the last page, and is not played. */
export function counterfactual(episode: Episode, engine: Engine, champion: Policy): CounterfactualResult {
  const play = (mode: Mode, shadows: Policy[] = []) => replay(episode, { engine, champion, shadows, beyondOom: true, ...OPTIONS[mode] });
  const reactive = play("reactive", [champion]);
  const warned = reactive.tracks.some((track) => track.warnedBeats > 0);
  const outcomes = { off: outcomeOf(play("off")), reactive: outcomeOf(reactive), predicted: outcomeOf(warned ? play("predicted") : reactive) };
  return { id: episode.id, family: episode.family, demandEndMs: episodeEndMs(episode), outcomes };
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
  stalledMs: { name: "nobody ran, s", show: (value: number) => (value / 1000).toFixed(2) },
} as const;
type Field = keyof typeof FIELDS;

/** A throttle may outlast what is left of an episode that has no more than this; then everybody ends, and gives back. */
const NEAR_END_MS = 60_000;
/** When the reactive ladder kills for the first time. */
const WHEN = {
  near: `in the last ${NEAR_END_MS / 1000} s of the demand`,
  before: "before",
  never: "never",
} as const;
type When = keyof typeof WHEN;

function whenOf({ demandEndMs, outcomes }: CounterfactualResult): When {
  const { firstKillMs } = outcomes.reactive;
  if (firstKillMs === undefined) return "never";
  return firstKillMs >= demandEndMs - NEAR_END_MS ? "near" : "before";
}

export interface CounterfactualSummary {
  episodes: number;
  kills: Record<Mode, number>;
  /** share of the kills with actions off that the mode avoided */
  avoided: Record<Mode, Difference>;
  means: Record<Mode, Record<Field, number>>;
  /** predicted − the other, per episode */
  against: Record<"off" | "reactive", Record<Field, Difference>>;
  /** by when the reactive ladder first kills: episodes, kills, and pages lost, predicted − reactive, per episode of all */
  when: Record<When, { episodes: number; reactive: number; predicted: number; lostPages: Difference }>;
}

export function summarizeCounterfactual(results: readonly CounterfactualResult[]): CounterfactualSummary {
  // Episodes that run out with actions off, and the others, are drawn apart.
  const strata = [results.flatMap((r, i) => (r.outcomes.off.kills > 0 ? [i] : [])), results.flatMap((r, i) => (r.outcomes.off.kills > 0 ? [] : [i]))];
  const all = results.map((_, i) => i);
  const sum = (sample: readonly number[], mode: Mode, field: Field) => sample.reduce((total, i) => total + (results[i] as CounterfactualResult).outcomes[mode][field], 0);
  const difference = (statistic: (sample: readonly number[]) => number | undefined): Difference => ({ value: statistic(all), interval: bootstrap(strata, statistic, 2000) });
  const each = <K extends string, V>(keys: readonly K[], value: (key: K) => V) => Object.fromEntries(keys.map((key) => [key, value(key)])) as Record<K, V>;
  const fields = Object.keys(FIELDS) as Field[];
  const part = (when: When) => {
    const inside = new Set(all.filter((i) => whenOf(results[i] as CounterfactualResult) === when));
    const of = (sample: readonly number[]) => sample.filter((i) => inside.has(i));
    const lost = (sample: readonly number[]) => (sum(of(sample), "predicted", "lostPages") - sum(of(sample), "reactive", "lostPages")) / Math.max(sample.length, 1);
    return { episodes: inside.size, reactive: sum([...inside], "reactive", "kills"), predicted: sum([...inside], "predicted", "kills"), lostPages: difference(lost) };
  };
  return {
    episodes: results.length,
    when: each(Object.keys(WHEN) as When[], part),
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

export const WHEN_HEAD = ["the reactive ladder first kills", "episodes", "its kills", "kills, predicted", "work lost, MiB"];
export function whenRows(s: CounterfactualSummary): string[][] {
  return (Object.keys(WHEN) as When[]).map((when) => {
    const { episodes, reactive, predicted, lostPages } = s.when[when];
    return [WHEN[when], String(episodes), String(reactive), String(predicted), differenceText(lostPages, FIELDS.lostPages.show)];
  });
}

export function counterfactualBlocks(s: CounterfactualSummary, policy: string): Block[] {
  return [
    { kind: "heading", text: "If the kernel acts" },
    {
      kind: "paragraph",
      text: `${s.episodes} of the same episodes, played three times to the end of their demand: actions off; the ladder fired only when an allocation fails; the ladder fired by ${policy} at WARNING, too. Work lost: pages touched by processes that were killed. Pages written: by all processes, so that what a slowed process did not get to shows; end: when the last of the demand was served. Nobody ran: time in which a process waited for memory, a slowed one, too, and no other had anything to do. Fault times have waits in them, and are exact to an eighth.`,
    },
    { kind: "table", head: MODE_HEAD, rows: modeRows(s) },
    { kind: "table", head: AGAINST_HEAD, rows: againstRows(s), caption: "Means per episode: predicted minus the other, with 95 % paired bootstrap intervals." },
    {
      kind: "table",
      head: WHEN_HEAD,
      rows: whenRows(s),
      caption:
        "Where the difference to the reactive ladder is from. Every process of an episode ends with its demand, so who is slowed down shortly before gets what the others give back. Work lost: predicted minus reactive, shared out over all episodes.",
    },
  ];
}
