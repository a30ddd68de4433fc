// Figures of many runs and comparisons between policies, as docs/evidence/sched-protocol.md defines them. Pure.
import { mixNamed } from "../../jobs/index.js";
import { addHistogram, emptyHistogram, type Figures, histogramQuantile } from "../../sim/sched/index.js";
import { type Interval, meanOf, studentInterval } from "../common/statistics.js";
import type { ListResult, PolicyResult } from "./types.js";

export const ORACLE = "oracle_srpt";
/** Rivals that the targets name, and those that are compared beside them. */
export const RIVALS = ["mlfq", "las", "eevdf", "sjf_history"];
export const OTHERS = ["gittins", "rr", "fifo"];

export type Kind = "structured" | "structureless" | "shift" | "file";

/** The runs of a mix at a load: one list a seed, in the order of the seeds. */
export interface Cell {
  mix: string;
  load: number;
  kind: Kind;
  runs: ListResult[];
}

/** A figure that policies are compared by; less is better. */
export type Measure = "meanResponseMs" | "p99ResponseMs" | "worstSlowdown" | "p999ToRr";
export const MEASURES: readonly Measure[] = ["meanResponseMs", "p99ResponseMs", "worstSlowdown", "p999ToRr"];

/** A mean over the seeds, and its interval where there is more than one. */
export interface Estimate {
  value: number;
  interval: Interval | undefined;
}

export type Verdict = "better" | "worse" | "not shown";

export interface Comparison {
  policy: string;
  rival: string;
  measure: Measure;
  /** policy ÷ rival − 1 */
  difference: Estimate;
  verdict: Verdict;
}

/** Group results by mix and load, in the order of the lists. */
export function cellsOf(results: readonly ListResult[]): Cell[] {
  const cells: Cell[] = [];
  for (const result of results) {
    const { mix, file } = result.spec;
    const load = result.spec.load ?? result.load;
    let cell = cells.find((c) => c.mix === mix && c.load === load);
    if (!cell) {
      cell = { mix, load, kind: file === undefined ? mixNamed(mix).kind : "file", runs: [] };
      cells.push(cell);
    }
    cell.runs.push(result);
  }
  return cells;
}

export function policiesOf(cells: readonly Cell[]): string[] {
  return cells[0]?.runs[0]?.results.map((r) => r.policy) ?? [];
}

export function has(cell: Cell, policy: string): boolean {
  return cell.runs.every((run) => run.results.some((r) => r.policy === policy));
}

export function resultsOf(cell: Cell, policy: string): PolicyResult[] {
  return cell.runs.map((run) => {
    const found = run.results.find((r) => r.policy === policy);
    if (!found) throw new Error(`${policy} was not run on ${cell.mix}`);
    return found;
  });
}

function measured(result: PolicyResult, measure: Measure): number {
  return measure === "p999ToRr" ? (result.p999ToRr ?? Number.NaN) : result.figures[measure];
}

export function estimate(values: readonly number[]): Estimate {
  return { value: meanOf(values), interval: studentInterval(values) };
}

/** Mean over the runs of one of the figures. */
export function meanFigure(cell: Cell, policy: string, figure: Exclude<keyof Figures, "slowdowns">): number {
  return meanOf(resultsOf(cell, policy).map((r) => r.figures[figure]));
}

export function meanOfMeasure(cell: Cell, policy: string, measure: Measure): number {
  return meanOf(resultsOf(cell, policy).map((r) => measured(r, measure)));
}

// Seed by seed: the mean over the cells.
function perSeed(cells: readonly Cell[], of: (cell: Cell) => number[]): number[] {
  const all = cells.map(of);
  return (all[0] ?? []).map((_, seed) => meanOf(all.map((values) => values[seed] as number)));
}

/** Share of the way from rr to the oracle in mean response, over the cells; undefined where one of them did not run. */
export function gapClosed(cells: readonly Cell[], policy: string): Estimate | undefined {
  if (cells.length === 0 || cells.some((cell) => !has(cell, "rr") || !has(cell, ORACLE))) return undefined;
  const means = (cell: Cell, who: string) => resultsOf(cell, who).map((r) => r.figures.meanResponseMs);
  return estimate(
    perSeed(cells, (cell) => {
      const [rr, oracle] = [means(cell, "rr"), means(cell, ORACLE)];
      return means(cell, policy).map((mean, i) => ((rr[i] as number) - mean) / ((rr[i] as number) - (oracle[i] as number)));
    }),
  );
}

// A policy over a rival, seed by seed: differences of logarithms over the cells, as a ratio − 1.
function difference(cells: readonly Cell[], policy: string, rival: string, of: (result: PolicyResult) => number): Estimate {
  const logs = perSeed(cells, (cell) => {
    const theirs = resultsOf(cell, rival);
    return resultsOf(cell, policy).map((r, i) => Math.log(of(r) / of(theirs[i] as PolicyResult)));
  });
  const { value, interval } = estimate(logs);
  return { value: Math.expm1(value), interval: interval && { low: Math.expm1(interval.low), high: Math.expm1(interval.high) } };
}

/** Switches over those of `rr`, over the cells; undefined where one of them did not run `rr`. */
export function switchesToRr(cells: readonly Cell[], policy: string): Estimate | undefined {
  if (cells.length === 0 || cells.some((cell) => !has(cell, "rr"))) return undefined;
  return difference(cells, policy, "rr", (result) => result.figures.switches);
}

/** A policy against a rival over cells, seed by seed: differences of logarithms, shown as a ratio − 1. */
export function compare(cells: readonly Cell[], policy: string, rival: string, measure: Measure): Comparison {
  const found = difference(cells, policy, rival, (result) => measured(result, measure));
  const { interval } = found;
  const verdict = interval === undefined ? "not shown" : interval.high < 0 ? "better" : interval.low > 0 ? "worse" : "not shown";
  return { policy, rival, measure, difference: found, verdict };
}

/** A cell and figure in which a policy is worse than another that is no oracle. */
export interface Loss extends Comparison {
  mix: string;
  load: number;
}

/** Every loss of a policy, the largest first. */
export function lossesOf(cells: readonly Cell[], policy: string, rivals: readonly string[]): Loss[] {
  return cells
    .filter((cell) => cell.kind !== "shift")
    .flatMap((cell) =>
      rivals
        .filter((rival) => rival !== policy && rival !== ORACLE)
        .flatMap((rival) =>
          MEASURES.filter((measure) => measure !== "p999ToRr" || (rival !== "rr" && has(cell, "rr"))).map((measure) => ({
            ...compare([cell], policy, rival, measure),
            mix: cell.mix,
            load: cell.load,
          })),
        ),
    )
    .filter((c) => c.verdict === "worse")
    .sort((a, b) => b.difference.value - a.difference.value);
}

/** The policy that is no oracle with the least mean response in a cell. */
export function bestRival(cell: Cell, rivals: readonly string[]): string {
  const means = rivals.map((rival) => ({ rival, mean: meanFigure(cell, rival, "meanResponseMs") }));
  return means.reduce((best, one) => (one.mean < best.mean ? one : best)).rival;
}

/** p50 and p99 of a policy's decisions over all runs, ns; undefined where they were not measured. */
export function decisionTimes(cells: readonly Cell[], policy: string): { p50: number; p99: number } | undefined {
  const all = emptyHistogram();
  for (const cell of cells) for (const { decideTimes } of resultsOf(cell, policy)) if (decideTimes) addHistogram(all, decideTimes);
  const [p50, p99] = [histogramQuantile(all, 0.5), histogramQuantile(all, 0.99)];
  return p50 === undefined || p99 === undefined ? undefined : { p50, p99 };
}

/** Who is judged: what is neither a rival nor the oracle. */
export function subjectsOf(policies: readonly string[]): string[] {
  return policies.filter((policy) => ![...RIVALS, ...OTHERS, ORACLE].includes(policy));
}
