// npm run eval -- memory: replays episodes, judges the policy and its rivals by the protocol, prints tables and writes a report.
import { performance } from "node:perf_hooks";
import { readEpisodes } from "../../episodes/index.js";
import type { Progress } from "../../lib/index.js";
import type { Block } from "../common/document.js";
import { runAll } from "../common/pool.js";
import { bar } from "../common/progress-bar.js";
import { commitText, writeReport } from "../common/report-files.js";
import { table } from "../common/table.js";
import { agree, agreementBlocks, agreementText } from "./agree.js";
import { AHEAD_HEAD, type Ahead, aheadBlocks, aheadOf, aheadRows, aheadText } from "./ahead.js";
import {
  AGAINST_HEAD,
  againstRows,
  type CounterfactualResult,
  type CounterfactualSummary,
  counterfactualBlocks,
  MODE_HEAD,
  modeRows,
  summarizeCounterfactual,
  WHEN_HEAD,
  whenRows,
} from "./counterfactual.js";
import { HEALTHY_HEAD, type HealthyResult, healthyBlocks, healthyRows, healthyText } from "./healthy.js";
import type { EpisodeResult } from "./judge.js";
import { leaveOneOutBlocks } from "./leave-one-out.js";
import { JUDGED, type MemoryOptions, type PolicyFile, parseMemoryOptions, resolvePolicies } from "./options.js";
import { documentOf } from "./report.js";
import { RULES } from "./rivals.js";
import { type Comparison, type Counts, compare, countsOf, type FamilySummary, type PolicySummary, summarize } from "./summary.js";
import { episodeOf, type Task } from "./tasks.js";
import { CEILING_HEAD, COMPARISON_HEAD, ceilingRow, comparisonRow, countsText, FAMILY_HEAD, familyRow, POLICY_HEAD, policyRow, type Target, TOO_FEW, targetsOf } from "./text.js";

export interface Evaluation {
  options: MemoryOptions;
  results: EpisodeResult[];
  counts: Counts;
  summaries: PolicySummary[];
  comparisons: Comparison[];
  targets: Target[];
  byFamily: FamilySummary[];
  ahead: Ahead;
  counterfactual: CounterfactualSummary | undefined;
  healthy: HealthyResult | undefined;
  seconds: number;
  /** of all threads together */
  processorSeconds: number;
}

async function tasksOf(options: MemoryOptions): Promise<Task[]> {
  if (options.episodesFile !== undefined) return (await readEpisodes(options.episodesFile)).map((episode, index) => ({ index, episode, kind: "judge" as const }));
  const { first, last } = options.seeds;
  return Array.from({ length: last - first + 1 }, (_, index) => ({ index, seed: first + index, kind: "judge" as const }));
}

export async function evaluate(options: MemoryOptions, policies: PolicyFile[], progress: Progress): Promise<Evaluation> {
  const started = performance.now();
  const processor = process.cpuUsage();
  const tasks = await tasksOf(options);
  progress.phase("episodes");
  // The long ones first: two threads end at about the same time.
  const more: Task[] = [];
  if (options.healthy) more.push({ index: more.length, kind: "healthy" });
  if (options.counterfactual > 0) for (const task of tasks.slice(0, options.counterfactual)) more.push({ ...task, index: more.length, kind: "counterfactual" });
  const all = [...more, ...tasks.map((task) => ({ ...task, index: more.length + task.index }))];
  const answers = await runAll<Task, EpisodeResult | CounterfactualResult | HealthyResult>(
    all,
    { worker: new URL("./worker.ts", import.meta.url).href, data: { policies } },
    (task) => `${task.episode?.id ?? `seed ${task.seed}`} cannot be replayed`,
    (done) => progress.step(bar(done, all.length)),
  );
  const results = answers.slice(more.length) as EpisodeResult[];
  const healthy = options.healthy ? (answers[0] as HealthyResult) : undefined;
  const played = answers.slice(options.healthy ? 1 : 0, more.length) as CounterfactualResult[];
  progress.phase("statistics");
  const names = [...policies.map((p) => p.name), ...Object.keys(RULES)];
  const policy = names[0] as string;
  const counts = countsOf(results);
  const summaries = names.map((name) => summarize(results, name));
  const comparisons = compare(results, policy, names.slice(1));
  const effects = options.counterfactual > 0 ? summarizeCounterfactual(played) : undefined;
  const families = [...new Set(results.map((r) => r.family))].sort();
  progress.done();
  const { user, system } = process.cpuUsage(processor);
  return {
    options,
    results,
    counts,
    summaries,
    comparisons,
    targets: targetsOf(counts, summaries[0] as PolicySummary, comparisons, effects, healthy),
    byFamily: families.map((family) => {
      const of = results.filter((r) => r.family === family);
      return { family, counts: countsOf(of), summary: summarize(of, policy) };
    }),
    ahead: aheadOf(results),
    counterfactual: effects,
    healthy,
    seconds: (performance.now() - started) / 1000,
    processorSeconds: (user + system) / 1e6,
  };
}

function print(e: Evaluation): void {
  const say = (...lines: string[]) => process.stdout.write(`${lines.join("\n")}\n`);
  say(countsText(e.counts), "", table([POLICY_HEAD, ...e.summaries.map(policyRow)]), "");
  say("The ceilings: recall under both, and what is in no rate above", table([CEILING_HEAD, ...e.summaries.map(ceilingRow)]), "");
  say(`${e.summaries[0]?.name} against its rivals, on the same episodes`, table([COMPARISON_HEAD, ...e.comparisons.map(comparisonRow)]), "");
  say(aheadText(e.ahead), table([AHEAD_HEAD, ...aheadRows(e.ahead)]), "");
  say(table([FAMILY_HEAD, ...e.byFamily.map(familyRow)]), "");
  const c = e.counterfactual;
  if (c)
    say(
      `${c.episodes} episodes with and without the ladder`,
      table([MODE_HEAD, ...modeRows(c)]),
      "",
      table([AGAINST_HEAD, ...againstRows(c)]),
      "",
      table([WHEN_HEAD, ...whenRows(c)]),
      "",
    );
  if (e.healthy) say(healthyText(e.healthy), table([HEALTHY_HEAD, ...healthyRows(e.healthy)]), "");
  if (e.targets.length === 0) say(TOO_FEW);
  else say(table([["target", "wanted", "found", "reached"], ...e.targets.map((t) => [t.what, t.target, t.found, t.reached ? "yes" : "NO"])]));
  for (const s of e.summaries) if (s.faults > 0) say(`${s.name}: in ${s.faults} episodes the kernel would have refused an answer`);
  if (e.options.quick) say("", JUDGED);
  say("", `${e.seconds.toFixed(1)} s, ${e.processorSeconds.toFixed(1)} s of processor time`);
}

function jsonOf(e: Evaluation): object {
  const { results, ...rest } = e;
  return { ...rest, episodes: results.map(({ picture: _picture, ...result }) => result) };
}

export async function main(args: readonly string[], progress: Progress): Promise<void> {
  const options = parseMemoryOptions(args);
  const policies = resolvePolicies(options.policy);
  const command = `npm run eval -- memory ${args.join(" ")}`.trim();
  if (options.where === "kernel") {
    const policy = policies[0] as PolicyFile;
    const results = await agree((await tasksOf(options)).map(episodeOf), policy, progress);
    process.stdout.write(`${options.json ? JSON.stringify({ policy: policy.name, results }) : agreementText(results, policy.name)}\n`);
    if (options.report !== undefined) {
      const blocks: Block[] = [{ kind: "paragraph", text: `Commit ${await commitText()}. Command: ${command}.` }, ...agreementBlocks(results, policy.name)];
      writeReport(options.report, { title: `Memory predictor ${policy.name}: booted kernel and simulator`, blocks }, { policy: policy.name, results });
    }
    return;
  }
  const evaluation = await evaluate(options, policies, progress);
  if (options.report !== undefined) {
    const extra = [
      ...aheadBlocks(evaluation.ahead),
      ...leaveOneOutBlocks(policies[0]?.name ?? ""),
      ...(evaluation.counterfactual ? counterfactualBlocks(evaluation.counterfactual, policies[0]?.name ?? "") : []),
      ...(evaluation.healthy ? healthyBlocks(evaluation.healthy) : []),
    ];
    writeReport(options.report, documentOf(evaluation, command, await commitText(), extra), jsonOf(evaluation));
    progress.note(`report: ${options.report}/report.html`);
  }
  if (options.json) process.stdout.write(`${JSON.stringify(jsonOf(evaluation))}\n`);
  else print(evaluation);
}
