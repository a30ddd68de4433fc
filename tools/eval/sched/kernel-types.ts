// What an evaluation in the booted kernel passes on, and means over it. Pure.
import type { Figures } from "../../sim/sched/index.js";
import type { Agreement } from "./agreement.js";
import type { KernelBenches } from "./kernel-run.js";
import type { ListSpec } from "./types.js";

/** Instructions of a yield and a switch between two processes under the kernel's own round robin, which asks no policy: npm run bench -- switch. */
export const KERNEL_SWITCH_NS = 1222;
/** One policy in one list. */
export interface KernelResult {
  policy: string;
  sim: Figures;
  kernel: Figures;
  /** What the kernel counted, and the run's own circumstances. */
  late: number;
  lateMostMs: number;
  ejections: number;
  voluntary: number;
  involuntary: number;
  preemptions: number;
  /** Time of the decisions on the virtual clock: in sum (from the bins), and quantiles of one. */
  decisionsMs: number;
  decisionP50Ns: number;
  decisionP99Ns: number;
  wallMs: number;
}

export interface KernelList {
  spec: ListSpec;
  results: KernelResult[];
}

/** A mix at a load: means over its seeds. */
export interface KernelCell {
  mix: string;
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

export const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Of one policy in a cell: the mean over its lists. */
export function cellMean(cell: Pick<KernelCell, "lists">, policy: string, of: (result: KernelResult) => number): number {
  return mean(cell.lists.map((list) => of(list.results.find((result) => result.policy === policy) as KernelResult)));
}
