// An incremental build graph: a step runs when the content of its inputs or its command differs from the last run.
// Not a general build system: no rules, no globs, only steps that name their files.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { BUILD, lock, ROOT } from "../lib/index.js";

export interface Step {
  /** Shown as progress, and the name of the stamp. */
  name: string;
  /** Files read, relative to the repository. A step that makes one of them runs first. */
  inputs: string[];
  /** Files written, relative to the repository. */
  outputs: string[];
  /** Whatever else decides the outputs: flags, tool versions. */
  key: string;
  run(): Promise<void> | void;
}

/** Told what starts: `12/40 cc kernel.o`. */
export type OnProgress = (text: string) => void;

const STAMPS = join(BUILD, "stamps");
const LOCK = join(BUILD, "lock");
/** Longest wait for another build. A hang detector. */
const LOCK_DEADLINE_MS = 15 * 60_000;

/** Runs what is stale, at most `jobs` steps at a time; one build at a time. Returns the names of the steps that ran. */
export async function runGraph(steps: Step[], options: { jobs: number; onProgress?: OnProgress }): Promise<string[]> {
  const release = await lock(LOCK, LOCK_DEADLINE_MS, (holder) => options.onProgress?.(`waiting for the build of process ${holder ?? "?"}`));
  try {
    return await runLocked(steps, options);
  } finally {
    release();
  }
}

async function runLocked(steps: Step[], options: { jobs: number; onProgress?: OnProgress }): Promise<string[]> {
  const makers = new Map<string, Step>();
  for (const step of steps) for (const output of step.outputs) makers.set(output, step);
  const hashes = new Map<string, string>();
  const ran: string[] = [];
  const limit = semaphore(options.jobs);
  const started = new Map<Step, Promise<void>>();
  let done = 0;

  function hashFile(path: string): string {
    let hash = hashes.get(path);
    if (hash === undefined) {
      hash = createHash("sha1")
        .update(readFileSync(join(ROOT, path)))
        .digest("base64");
      hashes.set(path, hash);
    }
    return hash;
  }

  function visit(step: Step): Promise<void> {
    const running = started.get(step);
    if (running) return running;
    const promise = (async () => {
      const needed = new Set(step.inputs.flatMap((input) => makers.get(input) ?? []));
      await Promise.all([...needed].map(visit));
      const digest = createHash("sha1").update(`${step.key}\0${step.outputs.join("\0")}`);
      for (const input of step.inputs) digest.update(`\0${input}\0${hashFile(input)}`);
      const wanted = digest.digest("base64");
      const stamp = join(STAMPS, step.name.replaceAll(/[^\w.-]/g, "_"));
      const fresh = existsSync(stamp) && readFileSync(stamp, "utf8") === wanted && step.outputs.every((output) => existsSync(join(ROOT, output)));
      if (!fresh) {
        await limit(async () => {
          options.onProgress?.(`${done + 1}/${steps.length} ${step.name}`);
          rmSync(stamp, { force: true });
          for (const output of step.outputs) mkdirSync(dirname(join(ROOT, output)), { recursive: true });
          await step.run();
          mkdirSync(STAMPS, { recursive: true });
          writeFileSync(stamp, wanted);
        });
        ran.push(step.name);
      }
      done += 1;
    })();
    started.set(step, promise);
    return promise;
  }

  const results = await Promise.allSettled(steps.map(visit));
  const failed = results.find((result) => result.status === "rejected");
  if (failed) throw failed.reason;
  return ran;
}

function semaphore(slots: number): (work: () => Promise<void>) => Promise<void> {
  const waiting: (() => void)[] = [];
  let free = slots;
  return async (work) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free += 1;
    }
  };
}
