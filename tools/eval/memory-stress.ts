// npm run eval -- memory-stress: seeded stress runs in the booted kernel on the virtual clock, one machine each, with auto off.
// Prints how good the crash predictor's warnings were. Every number comes out of the booted kernel's own shell.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { BUILD, UsageError } from "../lib/index.js";
import { Machine } from "../machine/index.js";
import { EPISODE_KINDS } from "./memory-episodes.js";
import { type EpisodeScore, LEAD_MS, type Summary, scoreEpisode, summarize } from "./memory-score.js";
import { planAll, type StressRun } from "./stress-plan.js";

/** Hang detector for one run of a few virtual minutes. */
const RUN_DEADLINE_MS = 300_000;
export const HORIZON_MS = 60_000;

const prediction = z.looseObject({
  timeNs: z.number(),
  beats: z.number(),
  confidencePpm: z.number(),
  risk: z.enum(["NORMAL", "ELEVATED", "WARNING", "CRITICAL"]),
  freePages: z.number(),
  largestFreePages: z.number(),
  fragmentationPpm: z.number(),
  recentFailures: z.number(),
  moduleId: z.number(),
});
export type Prediction = z.output<typeof prediction>;
const memoryRow = z.looseObject({ managedPages: z.number(), outOfMemory: z.number() });
const modulesRow = z.looseObject({ modules: z.array(z.looseObject({ name: z.string(), state: z.string(), engine: z.string() })) });

export interface StressResult {
  run: StressRun;
  managedPages: number;
  policy: string;
  beats: Prediction[];
  outOfMemoryMs: number | undefined;
  score: EpisodeScore;
}

export interface StressOptions {
  runs: number;
  seed: number;
  policyEngine?: "aot" | "wasm3";
  /** Where the beats of each run are kept, for later tuning. */
  keep?: string;
}

const watched = z.looseObject({ run: z.number(), output: z.string() });

/** Beats out of the lines that `watch --json … crashctl status --json` printed; a beat seen twice counts once. */
export function readBeats(output: string): Prediction[] {
  const beats = new Map<number, Prediction>();
  for (const line of output.split("\n")) {
    if (!line.startsWith('{"run"')) continue;
    const row = prediction.parse(JSON.parse(watched.parse(JSON.parse(line)).output));
    beats.set(row.beats, row);
  }
  if (beats.size === 0) throw new Error(`the run printed no beat: ${output.slice(0, 200)}`);
  return [...beats.values()].sort((a, b) => a.beats - b.beats);
}

/** Time of the first OOM in the kernel's log, in milliseconds. */
export function readOutOfMemory(log: string): number | undefined {
  const match = /^\[\s*(\d+\.\d+)\] out of memory:/m.exec(log);
  return match ? Number(match[1]) * 1000 : undefined;
}

/** Boot a machine, put it under this pressure, and score what was predicted. */
export async function runStress(run: StressRun, options: StressOptions): Promise<StressResult> {
  // The lines lie on the kernel's command line, so that nothing of the host's speed reaches the guest.
  const script = ["memctl status --json", "modctl list --json", run.line, "dmesg"];
  const machine = await Machine.boot({
    accel: "tcg",
    clock: "virtual",
    mem: run.mem,
    seed: run.seed,
    append: "auto=0",
    script,
    bootDeadlineMs: RUN_DEADLINE_MS,
    ...(options.policyEngine ? { policyEngine: options.policyEngine } : {}),
  });
  try {
    const [memory, modules, output, log] = machine.scriptResults.map((result) => result.output) as [string, string, string, string];
    const { managedPages } = memoryRow.parse(JSON.parse(memory));
    const active = modulesRow.parse(JSON.parse(modules)).modules.find((module) => module.state === "active");
    const outOfMemoryMs = readOutOfMemory(log);
    const seen = readBeats(output);
    const beats = seen.filter((beat) => outOfMemoryMs === undefined || beat.timeNs / 1e6 <= outOfMemoryMs);
    const score = scoreEpisode(
      beats.map((beat) => ({ timeMs: beat.timeNs / 1e6, warned: beat.risk === "WARNING" || beat.risk === "CRITICAL" })),
      outOfMemoryMs,
      HORIZON_MS,
    );
    const policy = `${active?.name ?? "?"} on ${active?.engine ?? "?"}`;
    if (options.keep) {
      mkdirSync(options.keep, { recursive: true });
      const kept = beats.map((b) => [Math.round(b.timeNs / 1e4) / 100, b.freePages, b.largestFreePages, b.fragmentationPpm, b.recentFailures, b.confidencePpm]);
      writeFileSync(join(options.keep, `${run.kind}-${run.seed}.json`), JSON.stringify({ run, managedPages, policy, outOfMemoryMs, beats: kept }));
    }
    return { run, managedPages, policy, beats, outOfMemoryMs, score };
  } finally {
    await machine.close();
  }
}

const seconds = (ms: number | undefined) => (ms === undefined ? "-" : (ms / 1000).toFixed(1));

function summaryLine(name: string, s: Summary): string {
  const cells = [name.padEnd(9), String(s.episodes).padStart(5), String(s.outOfMemory).padStart(5), `${s.caught}/${s.outOfMemory}`.padStart(7), s.recall.toFixed(3).padStart(7)];
  return [...cells, String(s.falseEpisodes).padStart(9), String(s.falseWarnings).padStart(9), seconds(s.medianLeadMs).padStart(9)].join(" ");
}

/** All runs, one machine after the other; prints a line each as it goes where `say` is given. */
export async function memoryStress(options: StressOptions, say: (line: string) => void): Promise<StressResult[]> {
  const perKind = Math.ceil(options.runs / EPISODE_KINDS.length);
  const results: StressResult[] = [];
  for (const run of planAll(perKind, options.seed)) {
    const result = await runStress(run, options);
    results.push(result);
    const end = result.outOfMemoryMs === undefined ? "no OOM" : `OOM at ${seconds(result.outOfMemoryMs)} s, lead ${seconds(result.score.leadMs)} s`;
    say(`${run.kind.padEnd(9)} seed ${run.seed}, ${run.mem}: ${end}, ${result.score.falseWarnings} false warnings`);
  }
  return results;
}

/** The table at the end. */
export function stressTable(results: readonly StressResult[]): string {
  const head = "kind       runs   OOM  caught  recall  false ep false wrn  med lead";
  const rows = EPISODE_KINDS.map((kind) => summaryLine(kind, summarize(results.filter((r) => r.run.kind === kind).map((r) => r.score))));
  return [head, ...rows, summaryLine("all", summarize(results.map((r) => r.score)))].join("\n");
}

/** The JSON answer. */
export function stressJson(results: readonly StressResult[], options: StressOptions): object {
  const of = (name: string) => summarize(results.filter((r) => name === "all" || r.run.kind === name).map((r) => r.score));
  return {
    seed: options.seed,
    policy: results[0]?.policy,
    leadMs: LEAD_MS,
    summary: Object.fromEntries([...EPISODE_KINDS, "all"].map((name) => [name, of(name)])),
    runs: results.map((r) => ({ ...r.run, outOfMemoryMs: r.outOfMemoryMs, ...r.score })),
  };
}

/** The command: parses its options, runs, prints. */
export async function main(args: readonly string[]): Promise<void> {
  const value = (name: string) => {
    const at = args.indexOf(name);
    return at < 0 ? undefined : args[at + 1];
  };
  const number = (name: string, otherwise: number, least: number) => {
    const text = value(name);
    const parsed = text === undefined ? otherwise : Number(text);
    if (!Number.isSafeInteger(parsed) || parsed < least) throw new UsageError(`${name} must be an integer ≥ ${least}, not ${text}`, {});
    return parsed;
  };
  const engine = value("--policy-engine");
  if (engine !== undefined && engine !== "aot" && engine !== "wasm3") throw new UsageError(`--policy-engine must be aot or wasm3, not ${engine}`, {});
  const options: StressOptions = { runs: number("--runs", 40, 1), seed: number("--seed", 100_000, 0), ...(engine ? { policyEngine: engine } : {}) };
  if (args.includes("--keep")) options.keep = join(BUILD, "eval", `memory-stress-${options.seed}`);
  const json = args.includes("--json");
  const results = await memoryStress(options, (line) => (json ? process.stderr : process.stdout).write(`${line}\n`));
  console.log(
    json ? JSON.stringify(stressJson(results, options)) : `\n${results[0]?.policy}, seed ${options.seed}, lead counted from ${LEAD_MS / 1000} s\n${stressTable(results)}`,
  );
}
