// The figures of the booted kernel's evaluation as rows of text, for the terminal and the report. Pure.

import { cellMean, gapInKernel, type KernelCell, type KernelEvaluation, type KernelResult, overheadMs, policiesOf, RR, toRr } from "./kernel-types.js";
import { type Estimate, subjectsOf } from "./summary.js";
import type { Target } from "./targets.js";
import { ms, percent, ratioText } from "./text.js";

const MEAN_TARGET = -0.15;
const OVERHEAD_TARGET = -0.2;

const us = (ns: number) => (Number.isFinite(ns) ? (ns / 1000).toFixed(1) : "–");
const whole = (value: number) => value.toFixed(0);
const signed = (value: number) => (Number.isFinite(value) ? `${value > 0 ? "+" : ""}${percent(value)}` : "–");
const estimated = (value: Estimate | undefined) => (value ? ratioText(value) : "–");
const meanMs = (result: KernelResult) => result.kernel.meanResponseMs;

export function kernelCellName({ mix, load }: Pick<KernelCell, "mix" | "load">): string {
  return load === undefined ? mix : `${mix} ${load}`;
}

export const CELL_HEAD = [
  "policy",
  "mean response",
  "to rr",
  "gap closed",
  "p99",
  "worst slowdown",
  "in the simulator",
  "kernel over it",
  "its own way",
  "switches",
  "simulator",
  "to rr",
  "decisions",
  "µs each",
  "p50",
  "p99",
  "no job's time",
  "late",
];

export function kernelCellRows(cell: KernelCell): string[][] {
  return policiesOf([cell]).map((policy) => {
    const of = (what: (result: KernelResult) => number) => cellMean(cell, policy, what);
    const [kernel, sim] = [of(meanMs), of((r) => r.sim.meanResponseMs)];
    return [
      policy,
      ms(kernel),
      signed(toRr([cell], policy, meanMs)?.value ?? Number.NaN),
      percent(gapInKernel([cell], policy)),
      ms(of((r) => r.kernel.p99ResponseMs)),
      of((r) => r.kernel.worstSlowdown).toFixed(1),
      ms(sim),
      signed(kernel / sim - 1),
      ms(of((r) => r.free.meanResponseMs)),
      whole(of((r) => r.kernel.switches)),
      whole(of((r) => r.sim.switches)),
      signed(toRr([cell], policy, overheadMs)?.value ?? Number.NaN),
      whole(of((r) => r.kernel.decisions)),
      us(of((r) => (r.decisionsMs * 1e6) / Math.max(r.kernel.decisions, 1))),
      us(of((r) => r.decisionP50Ns)),
      us(of((r) => r.decisionP99Ns)),
      percent(of((r) => r.otherMs / r.kernel.makespanMs)),
      of((r) => r.late).toFixed(1),
    ];
  });
}

export function agreementText({ agreement: a }: KernelCell): string {
  const order = a.sameOrder
    ? "the same order in both"
    : `not the same order: ${a.swapped.map((s) => `${s.better} before ${s.worse} by ${s.simPct.toFixed(1)} % in the simulator, behind by ${s.kernelPct.toFixed(1)} % in the kernel`).join("; ")}`;
  return `${order}; Kendall's tau ${a.tau.toFixed(3)}; the kernel's mean responses are ${signed(a.meanPct / 100)} of the simulator's in the mean, ${signed(a.mostPct / 100)} at most`;
}

export const OVERALL_HEAD = ["policy", "mean response to rr", "in the simulator", "gap closed", "switch overhead to rr", "with decisions", "µs of a decision"];

/** The cells of one kind, and what they are called; those of files are one kind. */
export function kindsOf(cells: readonly KernelCell[]): { kind: string; cells: KernelCell[] }[] {
  return [...new Set(cells.map(({ kind }) => kind))].map((kind) => ({ kind, cells: cells.filter((cell) => cell.kind === kind) }));
}

/** Over cells, a row for each policy but rr. */
export function overallKernelRows(cells: readonly KernelCell[]): string[][] {
  if (!policiesOf(cells).includes(RR)) return [];
  return policiesOf(cells)
    .filter((policy) => policy !== RR)
    .map((policy) => [
      policy,
      estimated(toRr(cells, policy, meanMs)),
      estimated(toRr(cells, policy, (r) => r.sim.meanResponseMs)),
      percent(gapInKernel(cells, policy)),
      estimated(toRr(cells, policy, overheadMs)),
      estimated(toRr(cells, policy, (r) => overheadMs(r) + r.decisionsMs)),
      us(cells.reduce((sum, cell) => sum + cellMean(cell, policy, (r) => (r.decisionsMs * 1e6) / Math.max(r.kernel.decisions, 1)), 0) / cells.length),
    ]);
}

/** What the booted kernel must reach on structured mixes (and files), for each policy that is judged; the order is all policies' on all mixes. */
export function kernelTargets(cells: readonly KernelCell[]): Target[] {
  const judged = cells.filter(({ kind }) => kind !== "structureless");
  const targets: Target[] = subjectsOf(policiesOf(judged)).flatMap((policy) => {
    const [mean, overhead] = [toRr(judged, policy, meanMs), toRr(judged, policy, overheadMs)];
    return [
      { policy, what: "mean completion against rr", target: `≤ ${percent(MEAN_TARGET)}`, found: estimated(mean), reached: mean !== undefined && mean.value <= MEAN_TARGET },
      {
        policy,
        what: "switches × cost against rr",
        target: `≤ ${percent(OVERHEAD_TARGET)}`,
        found: estimated(overhead),
        reached: overhead !== undefined && overhead.value <= OVERHEAD_TARGET,
      },
    ];
  });
  const alike = cells.filter((cell) => cell.agreement.sameOrder);
  const pairs = cells.reduce((sum, cell) => sum + (policiesOf([cell]).length * (policiesOf([cell]).length - 1)) / 2, 0);
  const swapped = cells.flatMap((cell) => cell.agreement.swapped);
  const widest = Math.max(0, ...swapped.map((s) => Math.min(s.simPct, s.kernelPct)));
  targets.push({
    policy: "all",
    what: "order of the policies in kernel and simulator",
    target: "the same",
    found: `${alike.length} of ${cells.length} mixes; ${pairs - swapped.length} of ${pairs} pairs${swapped.length > 0 ? `; those that differ lie at most ${widest.toFixed(1)} % apart in one of the two` : ""}`,
    reached: swapped.length === 0,
  });
  return targets;
}

export const BENCH_HEAD = ["policy", "wakes", "mean", "50 %", "99 %", "99.9 %", "most", "messages", "µs each", "switches"];

export function benchRows({ benches }: KernelEvaluation): string[][] {
  return benches.map(({ policy, wakes: w, messages: m }) => [
    policy,
    whole(w.wakes),
    // Where nobody is taken off the processor no wake is ever served.
    ...[w.meanNs, w.p50Ns, w.p99Ns, w.p999Ns, w.mostNs].map((ns) => (w.wakes > 0 ? ms(ns / 1e6) : "–")),
    ms(m.tookNs / 1e6),
    us(m.messageNs),
    whole(m.switches),
  ]);
}
