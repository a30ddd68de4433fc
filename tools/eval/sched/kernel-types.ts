// What an evaluation in the booted kernel passes on, and what is made of several lists. Pure.
import type { Figures } from "../../sim/sched/index.js";
import { meanOf } from "../common/statistics.js";
import type { Agreement } from "./agreement.js";
import type { KernelBenches } from "./kernel-run.js";
import { type Estimate, estimate, type Kind } from "./summary.js";
import type { ListSpec } from "./types.js";

/** Instructions of a yield and a switch between two processes under the kernel's own round robin, which asks no policy: npm run bench -- switch. */
export const KERNEL_SWITCH_NS = 1174;
export const RR = "rr";

/** One policy in one list. */
export interface KernelResult {
  policy: string;
  /** In the simulator, as in its own evaluation; and with footprints of processes, and decisions that take what they took in this run of the kernel. */
  free: Figures;
  sim: Figures;
  kernel: Figures;
  /** What the kernel counted, and the run's own circumstances. */
  late: number;
  lateMostMs: number;
  ejections: number;
  voluntary: number;
  involuntary: number;
  preemptions: number;
  /** The processor's time that no job had: starting and ending processes, the kernel's own work, decisions. */
  otherMs: number;
  /** Time of the decisions on the virtual clock: in sum (from the bins), and quantiles of one. */
  decisionsMs: number;
  decisionP50Ns: number;
  decisionP99Ns: number;
  wallMs: number;
}

export interface KernelList {
  spec: ListSpec;
  results: KernelResult[];
  /** oracle_srpt in the simulator: the bound */
  oracleMs: number;
}

/** A mix at a load: its seeds. */
export interface KernelCell {
  mix: string;
  kind: Kind;
  load: number | undefined;
  lists: KernelList[];
  agreement: Agreement;
}

export interface KernelEvaluation {
  cells: KernelCell[];
  benches: KernelBenches[];
  left: string[];
  seconds: number;
}

/** Of one policy in a cell: the mean over its lists. */
export function cellMean(cell: Pick<KernelCell, "lists">, policy: string, of: (result: KernelResult) => number): number {
  return meanOf(cell.lists.map((list) => of(list.results.find((result) => result.policy === policy) as KernelResult)));
}

export function policiesOf(cells: readonly KernelCell[]): string[] {
  return (cells[0]?.lists[0]?.results ?? []).map(({ policy }) => policy);
}

export const overheadMs = (result: KernelResult) => (result.kernel.switches * KERNEL_SWITCH_NS) / 1e6;

/**
 * A policy's figure over rr's, − 1: each seed's mean of the logarithms over the cells, then Student's t over the seeds. undefined where rr did not run.
 */
export function toRr(cells: readonly KernelCell[], policy: string, of: (result: KernelResult) => number): Estimate | undefined {
  const ratio = (list: KernelList) => {
    const [own, rr] = [policy, RR].map((name) => list.results.find((result) => result.policy === name));
    return own && rr ? Math.log(of(own) / of(rr)) : Number.NaN;
  };
  const seeds = cells[0]?.lists.map((_, seed) => meanOf(cells.map((cell) => ratio(cell.lists[seed] as KernelList)))) ?? [];
  if (seeds.length === 0 || seeds.some(Number.isNaN)) return undefined;
  const { value, interval } = estimate(seeds);
  return { value: Math.expm1(value), interval: interval && { low: Math.expm1(interval.low), high: Math.expm1(interval.high) } };
}

/** Share of the way from rr to the oracle that a policy goes in the booted kernel; the oracle's figure is the simulator's. */
export function gapInKernel(cells: readonly KernelCell[], policy: string): number {
  return meanOf(
    cells.map((cell) => {
      const mean = (name: string) => cellMean(cell, name, (r) => r.kernel.meanResponseMs);
      const rr = policiesOf([cell]).includes(RR) ? mean(RR) : Number.NaN;
      return (rr - mean(policy)) / (rr - meanOf(cell.lists.map(({ oracleMs }) => oracleMs)));
    }),
  );
}
