// The evaluation's tables as text, and the words that the report uses too. Pure.

import type { Interval } from "../common/statistics.js";
import type { CounterfactualSummary } from "./counterfactual.js";
import type { HealthyResult } from "./healthy.js";
import type { Comparison, Counts, Difference, FamilySummary, PolicySummary, Share } from "./summary.js";

export const FAMILY_HEAD = ["family", "OOM", "foreseeable", "non-OOM", "indistinguishable", "recall of foreseeable OOMs", "false positives", "median lead"];
export function familyRow({ family, counts, summary }: FamilySummary): string[] {
  return [family, String(counts.oom), String(counts.foreseeable), String(counts.nonOom), String(counts.indistinguishable), ...policyRow(summary).slice(1, 4)];
}

/** Least episodes of each kind for a conclusion. */
export const LEAST_EPISODES = 200;
const RECALL_TARGET = 0.8;
const FALSE_TARGET = 0.1;
const LEAD_TARGET_MS = 10_000;

export const percent = (value: number) => `${(value * 100).toFixed(1)} %`;
export const seconds = (ms: number | undefined) => (ms === undefined ? "-" : `${(ms / 1000).toFixed(1)} s`);
export const shareText = (s: Share) => (s.of === 0 ? "none" : `${s.hits}/${s.of} = ${percent(s.hits / s.of)} (${percent(s.low)} … ${percent(s.high)})`);
const pText = (p: number) => (p < 0.0001 ? "< 0.0001" : p.toFixed(4));

export function differenceText(d: Difference, show: (value: number) => string): string {
  if (d.value === undefined) return "-";
  const sign = (value: number) => (value > 0 ? "+" : "") + show(value);
  const interval = (i: Interval) => ` (${sign(i.low)} … ${sign(i.high)})`;
  return sign(d.value) + (d.interval ? interval(d.interval) : "");
}

export const POLICY_HEAD = ["policy", "recall of foreseeable OOMs", "false positives", "median lead", "late", "missed", "early"];
export function policyRow(s: PolicySummary): string[] {
  return [s.name, shareText(s.recall), shareText(s.falsePositives), seconds(s.medianLeadMs), String(s.verdicts.late), String(s.verdicts.missed), String(s.verdicts.early)];
}

export const CEILING_HEAD = [
  "policy",
  "recall of foreseeable OOMs",
  "recall, stricter ceiling (1 s)",
  "hits among the unforeseeable",
  "alarms among the indistinguishable",
  "recall, nothing taken out",
  "false positives, nothing taken out",
];
export function ceilingRow(s: PolicySummary): string[] {
  return [
    s.name,
    shareText(s.recall),
    shareText(s.recallStrict),
    shareText(s.unforeseeableHits),
    shareText(s.indistinguishableAlarms),
    shareText(s.recallOfAll),
    shareText(s.falsePositivesOfAll),
  ];
}

export const COMPARISON_HEAD = ["against", "only it right", "only the rival", "p (McNemar)", "p (Holm)", "recall", "false positives", "median lead", "better"];
export function comparisonRow(c: Comparison): string[] {
  return [
    c.rival,
    String(c.onlyPolicy),
    String(c.onlyRival),
    pText(c.p),
    pText(c.pHolm),
    differenceText(c.recall, percent),
    differenceText(c.falsePositives, percent),
    differenceText(c.medianLeadMs, (ms) => seconds(ms)),
    c.better ? "yes" : "not shown",
  ];
}

export function countsText(c: Counts): string {
  return `${c.episodes} episodes: ${c.oom} ran out of memory (${c.foreseeable} of them foreseeable 5 s before, ${c.foreseeableStrictly} by the stricter ceiling), ${c.nonOom} did not (${c.indistinguishable} of them not to be told from one that does)`;
}

export interface Target {
  what: string;
  target: string;
  found: string;
  reached: boolean;
}

/** The protocol's targets; none where there are too few episodes to conclude. */
export function targetsOf(counts: Counts, s: PolicySummary, comparisons: readonly Comparison[], effects?: CounterfactualSummary, healthy?: HealthyResult): Target[] {
  if (counts.oom < LEAST_EPISODES || counts.nonOom < LEAST_EPISODES) return [];
  const unbeaten = comparisons.filter((c) => !c.better).map((c) => c.rival);
  return [
    { what: "recall of foreseeable OOMs, lower bound", target: `≥ ${percent(RECALL_TARGET)}`, found: percent(s.recall.low), reached: s.recall.low >= RECALL_TARGET },
    { what: "false-positive share, upper bound", target: `≤ ${percent(FALSE_TARGET)}`, found: percent(s.falsePositives.high), reached: s.falsePositives.high <= FALSE_TARGET },
    { what: "median lead of the hits", target: `≥ ${seconds(LEAD_TARGET_MS)}`, found: seconds(s.medianLeadMs), reached: (s.medianLeadMs ?? 0) >= LEAD_TARGET_MS },
    {
      what: "better than every rival (McNemar, Holm)",
      target: "each",
      found: unbeaten.length === 0 ? "each" : `not shown: ${unbeaten.join(", ")}`,
      reached: unbeaten.length === 0,
    },
    ...(effects ? effectTargets(effects) : []),
    ...(healthy ? [healthyTarget(healthy)] : []),
  ];
}

function effectTargets(c: CounterfactualSummary): Target[] {
  const avoided = c.avoided.predicted.value ?? 0;
  const lost = c.against.reactive.lostPages;
  return [
    { what: "OOM kills that the predicted ladder avoids", target: "≥ 50.0 %", found: percent(avoided), reached: avoided >= 0.5 },
    {
      what: "work lost, predicted less than reactive, MiB an episode",
      target: "less",
      found: differenceText(lost, (pages) => (pages / 256).toFixed(2)),
      reached: (lost.interval?.high ?? 0) < 0,
    },
  ];
}

function healthyTarget(r: HealthyResult): Target {
  const found = r.policies[0]?.perHour ?? 0;
  return { what: "false alarms an hour of a healthy day", target: "≤ 1", found: r.ranOut ? "void" : found.toFixed(2), reached: !r.ranOut && found <= 1 };
}

export const TOO_FEW = `fewer than ${LEAST_EPISODES} episodes of each kind: no conclusion is drawn`;
