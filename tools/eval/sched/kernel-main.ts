// npm run eval -- sched --in kernel: the same lists with real processes in the booted kernel and in the simulator, policy by policy; who is better,
// whether the two agree, and what the kernel's own scheduler counted. Then the wake-up and the message test under each policy.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DEFAULT_PAGES, type Job, jobsOfMix, readJobs } from "../../jobs/index.js";
import { type Progress, UsageError } from "../../lib/index.js";
import { figuresOf, type Outcome, packJobs, runJobs, SchedPolicy } from "../../sim/sched/index.js";
import { bar } from "../common/progress-bar.js";
import { commitText } from "../common/report-files.js";
import { agreementOf } from "./agreement.js";
import { benchInKernel, type KernelBenches, type KernelRun, runInKernel } from "./kernel-run.js";
import { kernelText } from "./kernel-text.js";
import { cellMean, KERNEL_SWITCH_NS, type KernelCell, type KernelEvaluation, type KernelList, type KernelResult } from "./kernel-types.js";
import { parseSchedOptions, resolvePolicies } from "./options.js";
import type { ListSpec, PolicyFile } from "./types.js";

/** The simulator alone can tell it what it needs. */
const SIMULATOR_ONLY = ["oracle_srpt"];

/** What the booted kernel's run is to the figures that it shares with the simulator. */
export function outcomeOf(run: KernelRun): Outcome {
  return {
    policy: run.policy,
    endMs: run.endMs,
    switches: run.switches,
    switchNs: KERNEL_SWITCH_NS,
    decisions: run.decisions,
    single: run.single,
    rescues: run.rescues,
    idleMs: run.idleMs,
    longestWaitMs: Number.NaN,
    outside: run.late,
    mostReady: Number.NaN,
    decideTimes: undefined,
  };
}

const BIN_MIDDLE = 2 ** (1 / 8);

/** Time of decisions from their bins: their sum in ms, and a quantile of one in ns. */
export function decisionTimes(latency: KernelRun["latency"]): { sumMs: number; quantileNs(share: number): number } {
  const total = latency.reduce((sum, { count }) => sum + count, 0);
  return {
    sumMs: latency.reduce((sum, { ns, count }) => sum + ns * BIN_MIDDLE * count, 0) / 1e6,
    quantileNs: (share) => {
      let left = Math.max(Math.ceil(total * share), 1);
      for (const { ns, count } of latency) {
        left -= count;
        if (left <= 0) return ns * BIN_MIDDLE;
      }
      return Number.NaN;
    },
  };
}

async function runBoth(spec: ListSpec, list: readonly Job[], file: PolicyFile): Promise<KernelResult> {
  const jobs = packJobs(list);
  const sim = runJobs({ policy: SchedPolicy.fromFile(file.name, file.path), jobs, switchNs: KERNEL_SWITCH_NS });
  const run = await runInKernel(list, { name: file.name, path: file.path }, { defaultPages: DEFAULT_PAGES, seed: Math.max(spec.seed, 1) });
  const times = decisionTimes(run.latency);
  return {
    policy: file.name,
    sim: figuresOf(jobs, sim),
    kernel: figuresOf(jobs, outcomeOf(run)),
    late: run.late,
    lateMostMs: run.lateMostMs,
    ejections: run.ejections,
    voluntary: run.voluntary,
    involuntary: run.involuntary,
    preemptions: run.preemptions,
    decisionsMs: times.sumMs,
    decisionP50Ns: times.quantileNs(0.5),
    decisionP99Ns: times.quantileNs(0.99),
    wallMs: run.wallMs,
  };
}

function cellsOf(lists: readonly KernelList[]): KernelCell[] {
  const groups = new Map<string, KernelList[]>();
  for (const list of lists) {
    const key = `${list.spec.mix} ${list.spec.load ?? ""}`;
    groups.set(key, [...(groups.get(key) ?? []), list]);
  }
  return [...groups.values()].map((group) => {
    const { spec, results } = group[0] as KernelList;
    const both = results.map(({ policy }) => ({
      policy,
      simMs: cellMean({ lists: group }, policy, (result) => result.sim.meanResponseMs),
      kernelMs: cellMean({ lists: group }, policy, (result) => result.kernel.meanResponseMs),
    }));
    return { mix: spec.mix, load: spec.load, lists: group, agreement: agreementOf(both) };
  });
}

/** Runs everything. */
export async function evaluateInKernel(specs: readonly ListSpec[], found: readonly PolicyFile[], progress: Progress): Promise<KernelEvaluation> {
  const began = performance.now();
  const policies = found.filter(({ name, learning }) => !learning && !SIMULATOR_ONLY.includes(name));
  if (policies.length === 0) throw new UsageError("none of these policies can decide in the booted kernel", { hint: "--policy rr,mlfq,transformer" });
  progress.phase("booted kernel");
  const lists: KernelList[] = [];
  const total = specs.length * policies.length + policies.length;
  let done = 0;
  for (const spec of specs) {
    const list = spec.file === undefined ? jobsOfMix(spec.mix, { load: spec.load as number, seed: spec.seed, jobs: spec.jobs }) : await readJobs(spec.file);
    const results: KernelResult[] = [];
    for (const file of policies) {
      progress.step(`${bar(done++, total)} ${spec.mix} ${spec.load ?? ""} ${spec.seed} ${file.name}`);
      results.push(await runBoth(spec, list, file));
    }
    lists.push({ spec, results });
  }
  const benches: KernelBenches[] = [];
  for (const { name, path } of policies) {
    progress.step(`${bar(done++, total)} wakebench, messagebench ${name}`);
    benches.push(await benchInKernel({ name, path }));
  }
  progress.done();
  return { cells: cellsOf(lists), benches, left: found.filter((file) => !policies.includes(file)).map(({ name }) => name), seconds: (performance.now() - began) / 1000 };
}

/** @param args as given, with --in kernel */
export async function main(args: readonly string[], progress: Progress): Promise<void> {
  const options = parseSchedOptions(args);
  const evaluation = await evaluateInKernel(options.lists, resolvePolicies(options.policies), progress);
  const text = kernelText(evaluation);
  if (options.report !== undefined) {
    mkdirSync(options.report, { recursive: true });
    const command = `npm run eval -- sched ${args.join(" ")}`;
    writeFileSync(join(options.report, "results.json"), `${JSON.stringify({ command, commit: await commitText(), ...evaluation }, null, 1)}\n`);
    writeFileSync(
      join(options.report, "report.md"),
      `# Schedulers in the booted kernel\n\nMade by \`${command}\` ${await commitText()}. What is measured: [scheduling evaluation](../../scheduling-evaluation.md).\n\n\`\`\`\n${text}\n\`\`\`\n`,
    );
    progress.note(`report: ${options.report}/report.md`);
  }
  process.stdout.write(options.json ? `${JSON.stringify(evaluation)}\n` : `${text}\n`);
}
