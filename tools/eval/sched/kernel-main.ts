// npm run eval -- sched --in kernel: the same lists with real processes in the booted kernel and in the simulator, policy by policy; who is better,
// whether the two agree, and what the kernel's own scheduler counted. Then the wake-up and the message test under each policy. The machine
// is the test image: the same objects, with every policy compiled in. Two machines run at once: their clocks are virtual.
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { TEST_IMAGE } from "../../build/index.js";
import { DEFAULT_PAGES, type Job, mixNamed } from "../../jobs/index.js";
import { type Progress, ROOT, UsageError } from "../../lib/index.js";
import { figuresOf, type Outcome, type PackedJobs, packJobs, runJobs, SchedPolicy } from "../../sim/sched/index.js";
import { bar } from "../common/progress-bar.js";
import { commitText, writeReport } from "../common/report-files.js";
import { agreementOf } from "./agreement.js";
import { benchInKernel, type KernelRun, MOST_LIVE, runInKernel } from "./kernel-run.js";
import { kernelDocument, kernelText } from "./kernel-text.js";
import { cellMean, KERNEL_SWITCH_NS, type KernelCell, type KernelEvaluation, type KernelList, type KernelResult } from "./kernel-types.js";
import { jobsOf } from "./lists.js";
import { parseSchedOptions, policyPath, resolvePolicies } from "./options.js";
import { ORACLE } from "./summary.js";
import type { ListSpec, PolicyFile } from "./types.js";

const IMAGE = join(ROOT, TEST_IMAGE);
const MOST_MACHINES = 2;
/** Not in the kernel where nobody asks for it: it is no rival, and each policy costs minutes. */
const UNASKED = "fifo";

/** What the booted kernel's run is to the figures that it shares with the simulator. */
function outcomeOf(run: KernelRun): Outcome {
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

async function runBoth(spec: ListSpec, list: readonly Job[], jobs: PackedJobs, file: PolicyFile): Promise<KernelResult> {
  const run = await runInKernel(list, { name: file.name, path: file.path }, { defaultPages: DEFAULT_PAGES, seed: Math.max(spec.seed, 1), kernel: IMAGE });
  const times = decisionTimes(run.latency);
  const simulated = (options: { decisionNs?: number; lateFootprints?: boolean }) =>
    figuresOf(jobs, runJobs({ policy: SchedPolicy.fromFile(file.name, file.path), jobs, switchNs: KERNEL_SWITCH_NS, places: MOST_LIVE, ...options }));
  return {
    policy: file.name,
    free: simulated({}),
    sim: simulated({ decisionNs: Math.round((times.sumMs * 1e6) / Math.max(run.decisions, 1)), lateFootprints: true }),
    kernel: figuresOf(jobs, outcomeOf(run)),
    late: run.late,
    lateMostMs: run.lateMostMs,
    ejections: run.ejections,
    voluntary: run.voluntary,
    involuntary: run.involuntary,
    preemptions: run.preemptions,
    otherMs: run.timeMs - run.idleMs - run.cpuMs.reduce((sum, ms) => sum + ms, 0),
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
    return { mix: spec.mix, kind: spec.file === undefined ? mixNamed(spec.mix).kind : "file", load: spec.load, lists: group, agreement: agreementOf(both) };
  });
}

/** Each task in its turn, a few at once; ends with the first that fails, when those under way have ended. */
async function inTurns<Task>(tasks: readonly Task[], run: (task: Task) => Promise<void>): Promise<void> {
  let next = 0;
  const failures: unknown[] = [];
  const worker = async () => {
    while (next < tasks.length && failures.length === 0) await run(tasks[next++] as Task).catch((error: unknown) => failures.push(error));
  };
  await Promise.all(Array.from({ length: Math.min(MOST_MACHINES, availableParallelism()) }, worker));
  if (failures.length > 0) throw failures[0];
}

/** Runs everything. */
export async function evaluateInKernel(specs: readonly ListSpec[], found: readonly PolicyFile[], progress: Progress): Promise<KernelEvaluation> {
  const began = performance.now();
  // The simulator alone can tell the oracle what it needs; weights that change are the learner's.
  const policies = found.filter(({ name, learning }) => !learning && name !== ORACLE);
  if (policies.length === 0) throw new UsageError("none of these policies can decide in the booted kernel", { hint: "--policy rr,mlfq,transformer" });
  progress.phase("booted kernel");
  const oracle = SchedPolicy.fromFile(ORACLE, policyPath(ORACLE));
  const lists: KernelList[] = [];
  const tasks: { name: string; run(): Promise<void> }[] = [];
  for (const spec of specs) {
    const list = await jobsOf(spec);
    const jobs = packJobs(list);
    const oracleMs = figuresOf(jobs, runJobs({ policy: oracle, jobs, switchNs: KERNEL_SWITCH_NS, places: MOST_LIVE })).meanResponseMs;
    const results = new Array<KernelResult>(policies.length);
    lists.push({ spec, results, oracleMs });
    for (const [i, file] of policies.entries())
      tasks.push({
        name: `${spec.mix} ${spec.load ?? ""} ${spec.seed} ${file.name}`,
        run: async () => {
          results[i] = await runBoth(spec, list, jobs, file);
        },
      });
  }
  const benches = new Array<KernelEvaluation["benches"][number]>(policies.length);
  for (const [i, { name, path }] of policies.entries())
    tasks.push({
      name: `wakebench, messagebench ${name}`,
      run: async () => {
        benches[i] = await benchInKernel({ name, path }, { kernel: IMAGE });
      },
    });
  let done = 0;
  const step = (name: string) => {
    const seconds = (performance.now() - began) / 1000;
    progress.step(`${bar(done, tasks.length)} ${name}${done > 0 ? `, about ${Math.ceil((seconds / done) * (tasks.length - done))} s left` : ""}`);
  };
  await inTurns(tasks, async ({ name, run }) => {
    step(name);
    await run();
    done++;
  });
  progress.done();
  return { cells: cellsOf(lists), benches, left: found.filter((file) => !policies.includes(file)).map(({ name }) => name), seconds: (performance.now() - began) / 1000 };
}

/** @param args as given, with --in kernel */
export async function main(args: readonly string[], progress: Progress): Promise<void> {
  const options = parseSchedOptions(args);
  const policies = resolvePolicies(options.policies).filter(({ name }) => options.policies !== undefined || name !== UNASKED);
  const evaluation = await evaluateInKernel(options.lists, policies, progress);
  if (options.report !== undefined) {
    writeReport(options.report, kernelDocument(evaluation, `npm run eval -- sched ${args.join(" ")}`, await commitText()), evaluation);
    progress.note(`report: ${options.report}/report.html`);
  }
  process.stdout.write(options.json ? `${JSON.stringify(evaluation)}\n` : `${kernelText(evaluation)}\n`);
}
