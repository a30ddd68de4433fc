// The evaluation's tables as rows of text, and the words that the report uses too. Pure.
import type { ShiftResult } from "./shift.js";
import {
  type Cell,
  type Comparison,
  decisionTimes,
  type Estimate,
  gapClosed,
  type Loss,
  meanFigure,
  meanOfMeasure,
  ORACLE,
  policiesOf,
  resultsOf,
  switchesToRr,
} from "./summary.js";

export const percent = (value: number) => `${(value * 100).toFixed(1)} %`;
const signed = (value: number) => (value > 0 ? "+" : "") + percent(value);

/** A ratio − 1 with its interval. */
export function ratioText({ value, interval }: Estimate): string {
  return signed(value) + (interval ? ` (${signed(interval.low)} … ${signed(interval.high)})` : "");
}

function shareText({ value, interval }: Estimate): string {
  return percent(value) + (interval ? ` (${percent(interval.low)} … ${percent(interval.high)})` : "");
}

/** Milliseconds with three digits or so. */
export function ms(value: number): string {
  return value >= 1000 ? `${(value / 1000).toFixed(2)} s` : value >= 100 ? `${value.toFixed(0)} ms` : value >= 10 ? `${value.toFixed(1)} ms` : `${value.toFixed(2)} ms`;
}

const micros = (ns: number) => `${(ns / 1000).toFixed(ns < 10_000 ? 2 : 1)} µs`;

export function cellName(cell: { mix: string; load: number }): string {
  return `${cell.mix} ${cell.load.toFixed(2).replace(/0$/, "")}`;
}

export const MEASURE_NAMES = { meanResponseMs: "mean response", p99ResponseMs: "p99 response", worstSlowdown: "worst slowdown", p999ToRr: "p99.9 of T ÷ T_rr" } as const;

export const CELL_HEAD = [
  "policy",
  "mean response",
  "p99",
  "mean slowdown",
  "p99",
  "worst",
  "Jain",
  "p99.9 T÷T_rr",
  "÷ oracle",
  "gap closed",
  "switches",
  "cost",
  "makespan",
  "rescues",
  "longest wait",
];

/** A row for each policy of a cell: means over the seeds. */
export function cellRows(cell: Cell): string[][] {
  const policies = policiesOf([cell]);
  const oracle = policies.includes(ORACLE) ? meanFigure(cell, ORACLE, "meanResponseMs") : undefined;
  return policies.map((policy) => {
    const mean = (figure: Parameters<typeof meanFigure>[2]) => meanFigure(cell, policy, figure);
    const gap = gapClosed([cell], policy);
    const toRr = meanOfMeasure(cell, policy, "p999ToRr");
    return [
      policy,
      ms(mean("meanResponseMs")),
      ms(mean("p99ResponseMs")),
      mean("meanSlowdown").toFixed(2),
      mean("p99Slowdown").toFixed(1),
      Math.max(...resultsOf(cell, policy).map((r) => r.figures.worstSlowdown)).toFixed(0),
      mean("fairness").toFixed(3),
      Number.isNaN(toRr) ? "-" : toRr.toFixed(2),
      oracle === undefined ? "-" : (mean("meanResponseMs") / oracle).toFixed(3),
      gap ? percent(gap.value) : "-",
      mean("switches").toFixed(0),
      percent(mean("switchShare")),
      `${(mean("makespanMs") / 1000).toFixed(1)} s`,
      mean("rescues").toFixed(0),
      ms(Math.max(...resultsOf(cell, policy).map((r) => r.figures.longestWaitMs))),
    ];
  });
}

export const OVERALL_HEAD = [
  "policy",
  "gap closed, structured",
  "gap closed, structureless",
  "switches to rr, structured",
  "decisions a run",
  "without asking",
  "p50 of a decision",
  "p99",
];

export function overallRows(cells: readonly Cell[]): string[][] {
  const of = (kind: Cell["kind"]) => cells.filter((cell) => cell.kind === kind);
  return policiesOf(cells).map((policy) => {
    const times = decisionTimes(cells, policy);
    const gap = (kind: Cell["kind"]) => {
      const found = gapClosed(of(kind), policy);
      return found ? shareText(found) : "-";
    };
    const switches = switchesToRr(of("structured"), policy);
    const mean = (figure: "decisions" | "single") => cells.reduce((sum, cell) => sum + meanFigure(cell, policy, figure), 0) / cells.length;
    return [
      policy,
      gap("structured"),
      gap("structureless"),
      switches ? ratioText(switches) : "-",
      mean("decisions").toFixed(0),
      mean("single").toFixed(0),
      times ? micros(times.p50) : "-",
      times ? micros(times.p99) : "-",
    ];
  });
}

export const COMPARISON_HEAD = ["policy", "against", "figure", "difference (95 %)", "verdict"];
export function comparisonRow(c: Comparison): string[] {
  return [c.policy, c.rival, MEASURE_NAMES[c.measure], ratioText(c.difference), c.verdict];
}

export const LOSS_HEAD = ["where", "against", "figure", "worse by (95 %)"];
export function lossRow(loss: Loss): string[] {
  return [cellName(loss), loss.rival, MEASURE_NAMES[loss.measure], ratioText(loss.difference)];
}

export const SHIFT_HEAD = ["policy", "recovered after", "worst over mlfq meanwhile", "first 500 jobs ÷ steady", "jobs 501–1000", "1001–1500", "1501–2000", "last 5000"];
export function shiftRow(s: ShiftResult): string[] {
  const over = (ratio: number | undefined) => (ratio === undefined ? "-" : signed(ratio - 1));
  const last = s.toSteady.slice(-10);
  return [
    s.policy,
    `${s.recoveryJobs} jobs`,
    s.worstOverMlfq === undefined ? "-" : signed(s.worstOverMlfq),
    ...s.toSteady.slice(0, 4).map(over),
    over(last.reduce((sum, ratio) => sum + ratio, 0) / last.length),
  ];
}

export const LEARNING_HEAD = ["mix", "steps a run", "published", "refused", "loss, nats", "loss of the first weights"];

/** What the learner did, a row a cell. */
export function learningRows(cells: readonly Cell[], policy: string): string[][] {
  return cells.flatMap((cell) => {
    const all = resultsOf(cell, policy).flatMap((r) => r.learning ?? []);
    if (all.length === 0) return [];
    const mean = (figure: keyof (typeof all)[number]) => all.reduce((sum, one) => sum + one[figure], 0) / all.length;
    return [[cellName(cell), mean("steps").toFixed(0), mean("published").toFixed(0), mean("refused").toFixed(0), mean("loss").toFixed(3), mean("baseLoss").toFixed(3)]];
  });
}

export const PROGRAM_HEAD = ["program", "jobs a run"];

/** Mean response of each program of a cell under each policy, means over the seeds. */
export function programRows(cell: Cell): { head: string[]; rows: string[][] } {
  const policies = policiesOf([cell]);
  const names = [...new Set(cell.runs.flatMap((run) => Object.keys(run.results[0]?.programs ?? {})))].sort();
  const rows = names.map((name) => {
    const of = (policy: string) => resultsOf(cell, policy).flatMap((r) => r.programs[name] ?? []);
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    return [name, mean(of(policies[0] as string).map((p) => p.jobs)).toFixed(0), ...policies.map((policy) => ms(mean(of(policy).map((p) => p.meanResponseMs))))];
  });
  return { head: [...PROGRAM_HEAD, ...policies], rows };
}
