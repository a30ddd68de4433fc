// npm run eval -- sched --in kernel: the same lists as real processes of the booted kernel (kernel-run.ts plays one), told in the same figures as
// the simulator's, and held against it: whether both put the policies into the same order.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { policies as builtPolicies } from "../../build/index.js";
import { DEFAULT_PAGES } from "../../jobs/index.js";
import { BUILD } from "../../lib/index.js";
import { countTime } from "../../sim/sched/histogram.js";
import { emptyHistogram, type Outcome, packJobs, type TimeHistogram } from "../../sim/sched/index.js";
import { type KernelPolicy, type KernelRun, runInKernel } from "./kernel-run.js";
import { jobsOf, resultOf } from "./lists.js";
import { type Cell, meanFigure, ORACLE, policiesOf } from "./summary.js";
import { cellName, ms } from "./text.js";
import type { ListResult, PolicyFile, Runner } from "./types.js";

/** What a process of `jobs` holds where its line does not say. */
const KERNEL_PAGES = DEFAULT_PAGES;

/** Whether a policy can decide in the kernel: the oracle sees what no kernel can tell it, and who learns needs the service. */
export function runsInKernel({ name, learning }: PolicyFile): boolean {
  return name !== ORACLE && !learning;
}

function kernelPolicy({ name, path }: PolicyFile): KernelPolicy {
  const builtIn = builtPolicies().some((policy) => policy.name === name && policy.builtIn) && path === join(BUILD, "policies", `${name}.wasm`);
  return builtIn || !existsSync(path) ? { name } : { name, path };
}

function timesOf(run: KernelRun): TimeHistogram {
  const times = emptyHistogram();
  for (const { ns, count } of run.latency) for (let i = 0; i < count; i++) countTime(times, ns);
  return times;
}

function outcomeOf(run: KernelRun, switchNs: number): Outcome {
  return {
    policy: run.policy,
    endMs: run.endMs,
    switches: run.switches,
    switchNs,
    decisions: run.decisions,
    single: run.single,
    rescues: run.rescues,
    idleMs: run.idleMs,
    longestWaitMs: Number.NaN,
    outside: run.held,
    mostReady: Number.NaN,
    decideTimes: timesOf(run),
  };
}

/** Boots a machine for each list and policy, one at a time. */
export const kernelRunner: Runner = async (lists, files, onDone) => {
  const results: ListResult[] = [];
  for (const spec of lists) {
    const list = await jobsOf(spec);
    const outcomes = [];
    for (const file of files.filter(runsInKernel)) {
      const run = await runInKernel(list, kernelPolicy(file), { defaultPages: KERNEL_PAGES });
      outcomes.push({ outcome: outcomeOf(run, spec.switchNs), name: file.name });
    }
    results.push(resultOf(spec, list, packJobs(list), outcomes));
    onDone(results.length);
  }
  return results;
};

export const AGREEMENT_HEAD = ["mix", "in the kernel, best first", "in the simulator", "pairs in the same order"];

/** Pairs of policies that both put into the same order by mean response, and how many there are. */
export function sameOrder(kernel: Cell, sim: Cell): { same: number; pairs: number } {
  const policies = policiesOf([kernel]);
  let same = 0;
  let pairs = 0;
  policies.forEach((a, i) => {
    for (const b of policies.slice(i + 1)) {
      const order = (cell: Cell) => Math.sign(meanFigure(cell, a, "meanResponseMs") - meanFigure(cell, b, "meanResponseMs"));
      pairs++;
      if (order(kernel) === order(sim)) same++;
    }
  });
  return { same, pairs };
}

/** A row a cell: the order of the policies in both. */
export function agreementRows(kernel: readonly Cell[], sim: readonly Cell[]): string[][] {
  return kernel.map((cell, i) => {
    const other = sim[i] as Cell;
    const order = (of: Cell) =>
      policiesOf([cell])
        .map((policy) => ({ policy, mean: meanFigure(of, policy, "meanResponseMs") }))
        .sort((a, b) => a.mean - b.mean)
        .map(({ policy, mean }) => `${policy} ${ms(mean)}`)
        .join(", ");
    const { same, pairs } = sameOrder(cell, other);
    return [cellName(cell), order(cell), order(other), `${same} of ${pairs}`];
  });
}

export const AGAINST_RR_HEAD = ["mix", "policy", "mean response against rr", "switches against rr"];

/** What a policy gains over rr in the kernel: mean response, and switches (their cost is the same for all). */
export function againstRrRows(cells: readonly Cell[]): string[][] {
  return cells.flatMap((cell) => {
    const policies = policiesOf([cell]);
    if (!policies.includes("rr")) return [];
    const change = (policy: string, figure: "meanResponseMs" | "switches") => `${((meanFigure(cell, policy, figure) / meanFigure(cell, "rr", figure) - 1) * 100).toFixed(1)} %`;
    return policies.filter((policy) => policy !== "rr").map((policy) => [cellName(cell), policy, change(policy, "meanResponseMs"), change(policy, "switches")]);
  });
}
