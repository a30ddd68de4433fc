// Rates and comparisons of many judged episodes, as the protocol defines them. Pure.

import { bootstrap, holm, type Interval, mcnemar, median, quantile, wilson } from "../common/statistics.js";
import type { EpisodeResult, Judged } from "./judge.js";

export interface Share extends Interval {
  hits: number;
  of: number;
}

export interface PolicySummary {
  name: string;
  /** hits among the foreseeable OOMs */
  recall: Share;
  /** the same under the stricter ceiling */
  recallStrict: Share;
  /** alarms in non-OOM episodes that can be told from OOMs */
  falsePositives: Share;
  /** the same with nothing taken out */
  recallOfAll: Share;
  falsePositivesOfAll: Share;
  /** beside the rates: hits among the unforeseeable, alarms among the indistinguishable */
  unforeseeableHits: Share;
  indistinguishableAlarms: Share;
  medianLeadMs: number | undefined;
  verdicts: Record<Judged["verdict"], number>;
  /** leads of the hits among the foreseeable */
  leadsMs: number[];
  /** episodes in which an answer was refused */
  faults: number;
}

export interface Comparison {
  rival: string;
  /** episodes right for the one and wrong for the other */
  onlyPolicy: number;
  onlyRival: number;
  p: number;
  /** after Holm's correction over the rivals */
  pHolm: number;
  better: boolean;
  /** policy − rival, 95 % */
  recall: Difference;
  falsePositives: Difference;
  medianLeadMs: Difference;
}

export interface Difference {
  value: number | undefined;
  interval: Interval | undefined;
}

export interface FamilySummary {
  family: string;
  counts: Counts;
  summary: PolicySummary;
}

export interface Counts {
  episodes: number;
  oom: number;
  foreseeable: number;
  foreseeableStrictly: number;
  nonOom: number;
  indistinguishable: number;
}

export function countsOf(results: readonly EpisodeResult[]): Counts {
  const oom = results.filter((r) => r.oomMs !== undefined);
  const non = results.filter((r) => r.oomMs === undefined);
  return {
    episodes: results.length,
    oom: oom.length,
    foreseeable: oom.filter((r) => r.foreseeable).length,
    foreseeableStrictly: oom.filter((r) => r.foreseeableStrictly).length,
    nonOom: non.length,
    indistinguishable: non.filter((r) => r.indistinguishableMs !== undefined).length,
  };
}

export function share(hits: number, of: number): Share {
  return { hits, of, ...wilson(hits, of) };
}

export function judgedOf(result: EpisodeResult, name: string): Judged {
  const found = result.judged.find((j) => j.name === name);
  if (!found) throw new Error(`${result.id} was not judged for ${name}`);
  return found;
}

const isForeseeable = (r: EpisodeResult) => r.oomMs !== undefined && r.foreseeable === true;
const isTellable = (r: EpisodeResult) => r.oomMs === undefined && r.indistinguishableMs === undefined;

export function summarize(results: readonly EpisodeResult[], name: string): PolicySummary {
  const verdicts: PolicySummary["verdicts"] = { hit: 0, early: 0, late: 0, missed: 0, quiet: 0, false: 0 };
  for (const r of results) verdicts[judgedOf(r, name).verdict]++;
  const count = (of: readonly EpisodeResult[], verdict: Judged["verdict"]) => share(of.filter((r) => judgedOf(r, name).verdict === verdict).length, of.length);
  const seen = results.filter(isForeseeable);
  const leads = seen.flatMap((r) => judgedOf(r, name).leadMs ?? []);
  return {
    name,
    recall: count(seen, "hit"),
    recallStrict: count(
      results.filter((r) => r.oomMs !== undefined && r.foreseeableStrictly === true),
      "hit",
    ),
    falsePositives: count(results.filter(isTellable), "false"),
    recallOfAll: count(
      results.filter((r) => r.oomMs !== undefined),
      "hit",
    ),
    falsePositivesOfAll: count(
      results.filter((r) => r.oomMs === undefined),
      "false",
    ),
    unforeseeableHits: count(
      results.filter((r) => r.oomMs !== undefined && r.foreseeable === false),
      "hit",
    ),
    indistinguishableAlarms: count(
      results.filter((r) => r.oomMs === undefined && r.indistinguishableMs !== undefined),
      "false",
    ),
    medianLeadMs: median(leads),
    verdicts,
    leadsMs: leads,
    faults: results.filter((r) => judgedOf(r, name).fault !== undefined).length,
  };
}

/** Compare a policy with its rivals on the episodes that the rates are about. */
export function compare(results: readonly EpisodeResult[], name: string, rivals: readonly string[], resamples = 10_000): Comparison[] {
  const oom = results.filter(isForeseeable);
  const non = results.filter(isTellable);
  const units = [...oom, ...non];
  const strata = [oom.map((_, i) => i), non.map((_, i) => oom.length + i)];
  const right = (who: string) => units.map((r) => Number(["hit", "quiet"].includes(judgedOf(r, who).verdict)));
  const alarmed = (who: string) => units.map((r) => Number(judgedOf(r, who).verdict === "false"));
  const leads = (who: string) => units.map((r) => judgedOf(r, who).leadMs);
  const [mine, myAlarms, myLeads] = [right(name), alarmed(name), leads(name)];
  const raw = rivals.map((rival) => {
    const [theirs, theirAlarms, theirLeads] = [right(rival), alarmed(rival), leads(rival)];
    const onlyPolicy = mine.filter((value, i) => value > (theirs[i] as number)).length;
    const onlyRival = mine.filter((value, i) => value < (theirs[i] as number)).length;
    const difference = (statistic: (sample: readonly number[]) => number | undefined): Difference => ({
      value: statistic(units.map((_, i) => i)),
      interval: bootstrap(strata, statistic, resamples),
    });
    const mean = (of: number, from: number, to: number, a: readonly number[], b: readonly number[]) => (sample: readonly number[]) => {
      let sum = 0;
      for (let i = from; i < to; i++) sum += (a[sample[i] as number] as number) - (b[sample[i] as number] as number);
      return of === 0 ? undefined : sum / of;
    };
    const medianLead = (sample: readonly number[]) => {
      const a = medianOf(sample, myLeads, oom.length);
      const b = medianOf(sample, theirLeads, oom.length);
      return a === undefined || b === undefined ? undefined : a - b;
    };
    return {
      rival,
      onlyPolicy,
      onlyRival,
      p: mcnemar(onlyPolicy, onlyRival),
      recall: difference(mean(oom.length, 0, oom.length, mine, theirs)),
      falsePositives: difference(mean(non.length, oom.length, units.length, myAlarms, theirAlarms)),
      medianLeadMs: difference(medianLead),
    };
  });
  const adjusted = holm(raw.map((c) => c.p));
  return raw.map((c, i) => ({ ...c, pHolm: adjusted[i] as number, better: c.onlyPolicy > c.onlyRival && (adjusted[i] as number) < 0.05 }));
}

// Of the leads of the first `count` units of a sample.
function medianOf(sample: readonly number[], leads: readonly (number | undefined)[], count: number): number | undefined {
  const values: number[] = [];
  for (let i = 0; i < count; i++) {
    const lead = leads[sample[i] as number];
    if (lead !== undefined) values.push(lead);
  }
  return quantile(values, 0.5);
}
