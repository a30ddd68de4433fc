// npm run eval -- memory: replays episodes, judges the policy and its rivals by the protocol, prints tables and writes a report.
import { performance } from "node:perf_hooks";
import { readEpisodes } from "../../episodes/index.js";
import type { Progress } from "../../lib/index.js";
import { agree, agreementBlocks, agreementText } from "./agree.js";
import type { Block } from "./document.js";
import type { EpisodeResult } from "./judge.js";
import { type MemoryOptions, type PolicyFile, parseMemoryOptions, resolvePolicies } from "./options.js";
import { runAll, type Task } from "./pool.js";
import { bar } from "./progress-bar.js";
import { commitText, documentOf, writeReport } from "./report.js";
import { RULES } from "./rivals.js";
import { type Comparison, type Counts, compare, countsOf, type FamilySummary, type PolicySummary, summarize } from "./summary.js";
import { episodeOf } from "./tasks.js";
import {
  CEILING_HEAD,
  COMPARISON_HEAD,
  ceilingRow,
  comparisonRow,
  countsText,
  FAMILY_HEAD,
  familyRow,
  POLICY_HEAD,
  policyRow,
  type Target,
  TOO_FEW,
  table,
  targetsOf,
} from "./text.js";

export interface Evaluation {
  options: MemoryOptions;
  results: EpisodeResult[];
  counts: Counts;
  summaries: PolicySummary[];
  comparisons: Comparison[];
  targets: Target[];
  byFamily: FamilySummary[];
  seconds: number;
}

async function tasksOf(options: MemoryOptions): Promise<Task[]> {
  if (options.episodesFile !== undefined) return (await readEpisodes(options.episodesFile)).map((episode, index) => ({ index, episode, kind: "off" }));
  const { first, last } = options.seeds;
  return Array.from({ length: last - first + 1 }, (_, index) => ({ index, seed: first + index, kind: "off" }));
}

export async function evaluate(options: MemoryOptions, policies: PolicyFile[], progress: Progress): Promise<Evaluation> {
  const started = performance.now();
  const tasks = await tasksOf(options);
  progress.phase("episodes, actions off");
  const results = await runAll<EpisodeResult>(tasks, { policies }, (done) => progress.step(bar(done, tasks.length)));
  progress.phase("statistics");
  const names = [...policies.map((p) => p.name), ...Object.keys(RULES)];
  const policy = names[0] as string;
  const counts = countsOf(results);
  const summaries = names.map((name) => summarize(results, name));
  const comparisons = compare(results, policy, names.slice(1));
  const families = [...new Set(results.map((r) => r.family))].sort();
  progress.done();
  return {
    options,
    results,
    counts,
    summaries,
    comparisons,
    targets: targetsOf(counts, summaries[0] as PolicySummary, comparisons),
    byFamily: families.map((family) => {
      const of = results.filter((r) => r.family === family);
      return { family, counts: countsOf(of), summary: summarize(of, policy) };
    }),
    seconds: (performance.now() - started) / 1000,
  };
}

function print(e: Evaluation): void {
  const say = (...lines: string[]) => process.stdout.write(`${lines.join("\n")}\n`);
  say(countsText(e.counts), "", table([POLICY_HEAD, ...e.summaries.map(policyRow)]), "");
  say("The ceilings: what is in no rate above", table([CEILING_HEAD, ...e.summaries.map(ceilingRow)]), "");
  say(`${e.summaries[0]?.name} against its rivals, on the same episodes`, table([COMPARISON_HEAD, ...e.comparisons.map(comparisonRow)]), "");
  say(table([FAMILY_HEAD, ...e.byFamily.map(familyRow)]), "");
  if (e.targets.length === 0) say(TOO_FEW);
  else say(table([["target", "wanted", "found", "reached"], ...e.targets.map((t) => [t.what, t.target, t.found, t.reached ? "yes" : "NO"])]));
  for (const s of e.summaries) if (s.faults > 0) say(`${s.name}: in ${s.faults} episodes the kernel would have refused an answer`);
  say("", `${e.seconds.toFixed(1)} s`);
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
    writeReport(options.report, documentOf(evaluation, command, await commitText(), []), jsonOf(evaluation));
    progress.note(`report: ${options.report}/report.html`);
  }
  if (options.json) process.stdout.write(`${JSON.stringify(jsonOf(evaluation))}\n`);
  else print(evaluation);
}
