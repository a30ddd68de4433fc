// npm run eval -- sched: the same lists of jobs through every policy, judged by the protocol; prints tables and writes a report.
import { performance } from "node:perf_hooks";
import type { Progress } from "../../lib/index.js";
import { histogramQuantile, packJobs, runJobs, SchedPolicy } from "../../sim/sched/index.js";
import { runAll } from "../common/pool.js";
import { bar } from "../common/progress-bar.js";
import { commitText, writeReport } from "../common/report-files.js";
import { table } from "../common/table.js";
import { jobsOf } from "./lists.js";
import { parseSchedOptions, resolvePolicies, type SchedOptions, unbuiltPolicies } from "./options.js";
import { documentOf, ranText } from "./report.js";
import { type ShiftResult, shiftOf } from "./shift.js";
import { type Cell, cellsOf, compare, type Loss, lossesOf, OTHERS, RIVALS, subjectsOf } from "./summary.js";
import { enough, type Target, targetsOf } from "./targets.js";
import { CELL_HEAD, COMPARISON_HEAD, cellName, cellRows, comparisonRow, LOSS_HEAD, lossRow, OVERALL_HEAD, overallRows, SHIFT_HEAD, shiftRow } from "./text.js";
import type { ListResult, ListSpec, PolicyFile, Runner } from "./types.js";

/** Losses that are printed; the report has more. */
const PRINTED_LOSSES = 20;
/** Jobs of the run that measures decisions for --charge-decisions. */
const MEASURED_JOBS = 3000;

export interface Evaluation {
  options: SchedOptions;
  policies: PolicyFile[];
  /** known policies that the build does not have */
  missing: string[];
  cells: Cell[];
  /** who is judged */
  subjects: string[];
  enough: boolean;
  targets: Target[];
  losses: Loss[];
  shift: ShiftResult[];
  seconds: number;
}

/** Runs lists in the simulator, on worker threads. */
export const simulator: Runner = (lists, policies, onDone) =>
  runAll<ListSpec, ListResult>(
    lists,
    { worker: new URL("./worker.ts", import.meta.url).href, data: policies },
    (spec) => `${spec.mix}, load ${spec.load ?? "of the file"}, seed ${spec.seed}`,
    onDone,
  );

// Each policy's median decision on the beginning of the first list.
async function withDecisionCosts(policies: readonly PolicyFile[], list: ListSpec): Promise<PolicyFile[]> {
  const jobs = packJobs((await jobsOf(list)).slice(0, MEASURED_JOBS));
  return policies.map((file) => {
    const { decideTimes } = runJobs({ policy: SchedPolicy.fromFile(file.name, file.path), jobs });
    return { ...file, decisionNs: Math.round((decideTimes && histogramQuantile(decideTimes, 0.5)) ?? 0) };
  });
}

/** Run and judge. */
export async function evaluate(options: SchedOptions, found: readonly PolicyFile[], runner: Runner, progress: Progress): Promise<Evaluation> {
  const started = performance.now();
  const policies = options.chargeDecisions ? await withDecisionCosts(found, options.lists[0] as ListSpec) : [...found];
  progress.phase("lists of jobs");
  const results = await runner(options.lists, policies, (done) => progress.step(bar(done, options.lists.length)));
  progress.phase("statistics");
  const cells = cellsOf(results);
  const names = policies.map((p) => p.name);
  const subjects = subjectsOf(names);
  const rivals = [...RIVALS, ...OTHERS].filter((name) => names.includes(name));
  const evaluation: Evaluation = {
    options,
    policies,
    missing: options.policies === undefined ? unbuiltPolicies() : [],
    cells,
    subjects,
    enough: enough(cells),
    targets: subjects.flatMap((subject) => targetsOf(cells, subject)),
    losses: subjects.flatMap((subject) => lossesOf(cells, subject, rivals)),
    shift: names.flatMap((name) => shiftOf(cells, name) ?? []),
    seconds: (performance.now() - started) / 1000,
  };
  progress.done();
  return evaluation;
}

function print(e: Evaluation): void {
  const say = (...lines: string[]) => process.stdout.write(`${lines.join("\n")}\n`);
  say(ranText(e), "");
  for (const cell of e.cells) say(`${cellName(cell)} (${cell.kind})`, table([CELL_HEAD, ...cellRows(cell)]), "");
  say(table([OVERALL_HEAD, ...overallRows(e.cells)]), "");
  const judged = e.cells.filter((cell) => cell.kind !== "shift");
  const kinds = [...new Set(judged.map((cell) => cell.kind))];
  const names = e.policies.map((p) => p.name);
  for (const kind of kinds) {
    const rows = e.subjects.flatMap((subject) =>
      [...RIVALS, ...OTHERS]
        .filter((rival) => names.includes(rival))
        .map((rival) =>
          comparisonRow(
            compare(
              judged.filter((cell) => cell.kind === kind),
              subject,
              rival,
              "meanResponseMs",
            ),
          ),
        ),
    );
    if (rows.length > 0) say(`${kind}: negative is better`, table([COMPARISON_HEAD, ...rows]), "");
  }
  for (const subject of e.subjects) {
    const losses = e.losses.filter((loss) => loss.policy === subject);
    say(`where ${subject} loses: ${losses.length} comparisons of a cell, a figure and a rival${losses.length > PRINTED_LOSSES ? `; the ${PRINTED_LOSSES} largest` : ""}`);
    if (losses.length > 0) say(table([LOSS_HEAD, ...losses.slice(0, PRINTED_LOSSES).map(lossRow)]));
    say("");
  }
  if (e.shift.length > 0) say("after the shift, over steady", table([SHIFT_HEAD, ...e.shift.map(shiftRow)]), "");
  if (e.targets.length > 0)
    say(table([["policy", "what", "target", "found", "reached"], ...e.targets.map((t) => [t.policy, t.what, t.target, t.found, t.reached ? "yes" : "NO"])]), "");
  if (e.targets.length > 0 && !e.enough) say("fewer seeds or jobs than the protocol asks for: no conclusion is to be drawn");
  say(`${e.seconds.toFixed(1)} s`);
}

/** Everything but the histograms, as plain numbers. */
export function jsonOf(e: Evaluation): object {
  return {
    ...e,
    policies: e.policies.map(({ path: _path, ...policy }) => policy),
    cells: e.cells.map((cell) => ({ ...cell, runs: cell.runs.map((run) => ({ ...run, results: run.results.map(({ decideTimes: _times, ...result }) => result) })) })),
  };
}

export async function main(args: readonly string[], progress: Progress, runner: Runner = simulator): Promise<void> {
  const options = parseSchedOptions(args);
  const evaluation = await evaluate(options, resolvePolicies(options.policies), runner, progress);
  if (options.report !== undefined) {
    const command = `npm run eval -- sched ${args.join(" ")}`.trim();
    writeReport(options.report, documentOf(evaluation, command, await commitText()), jsonOf(evaluation));
    progress.note(`report: ${options.report}/report.html`);
  }
  if (options.json) process.stdout.write(`${JSON.stringify(jsonOf(evaluation))}\n`);
  else print(evaluation);
}
