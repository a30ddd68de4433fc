// npm run record: writes an episode of what processes of this Linux machine do with memory. It reads /proc and changes nothing. `states`: states/main.ts.
import { existsSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import { writeEpisodes } from "../episodes/index.js";
import { ExitCode, Progress, runCommand, ToolError, UsageError } from "../lib/index.js";
import { availablePages, readProcess, watched } from "./proc.js";
import { Recording } from "./recording.js";
import { recordStates, STATES_USAGE } from "./states/main.js";

const PROC = "/proc";
const LEAST_MS = 10;

const USAGE = `npm run record -- --pid N|--all --seconds S [--beat MS] [--out FILE.jsonl]
  writes one episode (docs/episodes.md) of what a process and all that it starts, or every process, does with memory.
  --beat  time between two looks (default 100); --out default recorded.jsonl. Ctrl-C ends it early and keeps what there is.
${STATES_USAGE}`;

await runCommand(async () => {
  if (process.argv[2] === "states" && !process.argv.includes("--help")) {
    await recordStates(process.argv.slice(3), new Progress());
    return ExitCode.Ok;
  }
  const string = { type: "string" } as const;
  let values: Record<string, string | boolean | undefined>;
  try {
    const options = { pid: string, all: { type: "boolean" }, seconds: string, beat: string, out: string, help: { type: "boolean" } } as const;
    values = parseArgs({ args: process.argv.slice(2), options }).values;
  } catch (error) {
    throw new UsageError((error as Error).message, { hint: "npm run record -- --help" });
  }
  if (values["help"]) {
    console.log(USAGE);
    return ExitCode.Ok;
  }
  const number = (name: string, otherwise?: number): number => {
    const value = values[name] === undefined ? otherwise : Number(values[name]);
    if (value === undefined || !Number.isFinite(value) || value <= 0) throw new UsageError(`--${name} must be a number above 0`, { hint: "npm run record -- --help" });
    return value;
  };
  if (!existsSync(`${PROC}/self/status`)) throw new ToolError("there is no /proc here", { expected: "Linux" });
  if ((values["pid"] === undefined) === !values["all"]) throw new UsageError("say either --pid N or --all", { hint: "npm run record -- --pid 1234 --seconds 60" });
  const pid = values["all"] ? undefined : number("pid");
  if (pid !== undefined && !readProcess(PROC, pid)) throw new UsageError(`there is no process ${pid}`, { hint: "ps" });
  const seconds = number("seconds");
  const beatMs = Math.max(Math.round(number("beat", 100)), LEAST_MS);
  const out = typeof values["out"] === "string" ? values["out"] : "recorded.jsonl";

  const recording = new Recording();
  const progress = new Progress();
  let stopped = false;
  process.once("SIGINT", () => {
    stopped = true;
  });
  progress.phase("recording");
  const started = performance.now();
  for (let beat = 0; !stopped && beat * beatMs <= seconds * 1000; beat++) {
    const waitMs = started + beat * beatMs - performance.now();
    if (waitMs > 0) await delay(waitMs);
    const processes = watched(PROC, pid);
    recording.sample(Math.round(performance.now() - started), processes, availablePages(PROC));
    if (pid !== undefined && processes.length === 0) break;
    progress.step(`${((performance.now() - started) / 1000).toFixed(0)} of ${seconds} s, ${processes.length} processes`);
  }
  progress.done();
  const episode = recording.episode(`recorded-${new Date().toISOString().slice(0, 19)}`, beatMs);
  if (!episode) throw new ToolError("none of the processes held any memory of its own that could be seen", { hint: "as root, or another --pid" });
  await writeEpisodes(out, [episode]);
  console.log(
    `${out}: ${episode.processes.length} processes, ${episode.processes.reduce((sum, p) => sum + p.ops.length, 0)} operations, machine of ${Math.round(episode.totalPages / 256)} MiB`,
  );
  return ExitCode.Ok;
});
