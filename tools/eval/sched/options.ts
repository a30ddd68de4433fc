// The options of npm run eval -- sched, checked once.
import { existsSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { FIRST_SEED, MIXES, mixNamed } from "../../jobs/index.js";
import { BUILD, UsageError } from "../../lib/index.js";
import { DEFAULT_SWITCH_NS, SchedPolicy } from "../../sim/sched/index.js";
import type { ListSpec, PolicyFile } from "./types.js";

/** Policies that take part where they exist, in the order of the tables. `+learning`: the same module, and it learns as it goes. */
const KNOWN = ["fifo", "rr", "mlfq", "las", "eevdf", "sjf_history", "gittins", "transformer", "transformer+learning", "oracle_srpt"];
const LEARNING = "+learning";
const DEFAULT_LOADS = [0.7, 0.8, 0.9];
const DEFAULT_SEEDS = 10;
const DEFAULT_JOBS = 20_000;
/** In the booted kernel, where each list is a machine of its own. */
const KERNEL_LOADS = [0.8];
const KERNEL_SEEDS = 3;
const KERNEL_JOBS = 600;
/** Load of the shift experiment. */
const SHIFT_LOAD = 0.8;
const SHIFT_MIXES = ["shift", "settled"];
const MOST_JOBS = 1_000_000;
const MOST_SEEDS = 1000;

export const SCHED_USAGE = `npm run eval -- sched [--mix a,b,…] [--load .7,.8,.9] [--seeds A..B] [--jobs-per-run N] [--policy a,b,…] [--in sim|kernel]
    [--jobs FILE.jsonl] [--switch-ns N] [--charge-decisions] [--no-shift] [--json] [--report DIR]
  the same lists of jobs through every scheduling policy, judged by docs/evidence/sched-protocol.md; the format of lists: docs/jobs.md.
  --mix            mixes (default: the seven of the test); training: ${MIXES.filter((m) => m.set === "train")
    .map((m) => m.name)
    .join(", ")}
  --load           processor time asked for ÷ time (default: ${DEFAULT_LOADS.join(",")})
  --seeds          (default: ${FIRST_SEED.test}..${FIRST_SEED.test + DEFAULT_SEEDS - 1}); the protocol says which are for what
  --jobs-per-run   (default: ${DEFAULT_JOBS})
  --policy         modules of the build, or .wasm files; NAME${LEARNING} learns as it goes (default: ${KNOWN.join(",")}, those that were built)
  --in kernel      real processes in the booted kernel on the virtual clock; its defaults: load ${KERNEL_LOADS.join(",")}, ${KERNEL_SEEDS} seeds, ${KERNEL_JOBS} jobs a run, no shift, not fifo
  --jobs           a list from a file instead, as it is
  --switch-ns      what a switch to another task costs (default: ${DEFAULT_SWITCH_NS})
  --charge-decisions  each decision takes the policy's measured median on the virtual clock, too: figures differ from run to run
  --no-shift       without the experiment of a mix that shifts half-way
  --report         folder for the HTML and Markdown report, its pictures and results.json`;

export interface SchedOptions {
  lists: ListSpec[];
  /** as given; resolved after the build */
  policies: string[] | undefined;
  where: "sim" | "kernel";
  chargeDecisions: boolean;
  json: boolean;
  report: string | undefined;
}

function numbers(text: string, name: string, wanted: string, good: (value: number) => boolean): number[] {
  const values = text.split(",").map((part) => Number(part.trim() || "x"));
  if (values.some((value) => !good(value))) throw new UsageError(`--${name} ${text} makes no sense`, { expected: wanted });
  return [...new Set(values)];
}

function seedRange(text: string): { first: number; last: number } {
  const match = /^(\d{1,9})(?:\.\.(\d{1,9}))?$/.exec(text);
  const first = Number(match?.[1]);
  const last = Number(match?.[2] ?? match?.[1]);
  if (!match || first < 1 || last < first || last - first >= MOST_SEEDS)
    throw new UsageError(`--seeds ${text} is no range`, {
      expected: `A..B with 1 ≤ A ≤ B, at most ${MOST_SEEDS} seeds`,
      hint: `--seeds ${FIRST_SEED.test}..${FIRST_SEED.test + 9}`,
    });
  return { first, last };
}

/** Check the arguments. Throws UsageError. */
export function parseSchedOptions(args: readonly string[]): SchedOptions {
  const string = { type: "string" } as const;
  const boolean = { type: "boolean" } as const;
  let values: Record<string, string | boolean | undefined>;
  try {
    ({ values } = parseArgs({
      args: [...args],
      options: {
        jobs: string,
        policy: string,
        in: string,
        load: string,
        seeds: string,
        "jobs-per-run": string,
        mix: string,
        "switch-ns": string,
        "charge-decisions": boolean,
        "no-shift": boolean,
        json: boolean,
        report: string,
      },
    }) as { values: Record<string, string | boolean | undefined> });
  } catch (error) {
    throw new UsageError((error as Error).message, { hint: "npm run eval -- --help" });
  }
  const given = (name: string) => values[name] as string | undefined;
  const where = given("in") ?? "sim";
  if (where !== "sim" && where !== "kernel") throw new UsageError(`--in must be sim or kernel, not ${where}`);
  const switchNs = numbers(
    given("switch-ns") ?? String(DEFAULT_SWITCH_NS),
    "switch-ns",
    "nanoseconds, 0 to 1000000",
    (n) => Number.isInteger(n) && n >= 0 && n <= 1e6,
  )[0] as number;
  const policies = given("policy")
    ?.split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
  if (policies && (policies.length === 0 || new Set(policies).size < policies.length)) throw new UsageError("--policy names none, or one twice");
  const common = { policies, where, chargeDecisions: values["charge-decisions"] === true, json: values["json"] === true, report: given("report") } as const;
  const file = given("jobs");
  if (file !== undefined) {
    for (const name of ["mix", "load", "seeds", "jobs-per-run"])
      if (given(name) !== undefined) throw new UsageError(`--jobs and --${name} exclude each other: a file is run as it is`);
    return { ...common, lists: [{ mix: basename(file), load: undefined, seed: 0, jobs: 0, file: resolve(file), switchNs }] };
  }
  const kernel = where === "kernel";
  const loads = numbers(
    given("load") ?? (kernel ? KERNEL_LOADS : DEFAULT_LOADS).join(","),
    "load",
    "numbers above 0, at most 2, such as .7,.8,.9",
    (load) => load > 0 && load <= 2,
  );
  const seeds = seedRange(given("seeds") ?? `${FIRST_SEED.test}..${FIRST_SEED.test + (kernel ? KERNEL_SEEDS : DEFAULT_SEEDS) - 1}`);
  const jobs = numbers(
    given("jobs-per-run") ?? String(kernel ? KERNEL_JOBS : DEFAULT_JOBS),
    "jobs-per-run",
    `2 to ${MOST_JOBS}`,
    (n) => Number.isInteger(n) && n >= 2 && n <= MOST_JOBS,
  )[0] as number;
  const asked = given("mix")
    ?.split(",")
    .map((name) => mixNamed(name.trim()).name);
  const mixes = asked ?? MIXES.filter((mix) => mix.set === "test" && mix.kind !== "shift").map((mix) => mix.name);
  const lists: ListSpec[] = [];
  const add = (mix: string, load: number) => {
    for (let seed = seeds.first; seed <= seeds.last; seed++) lists.push({ mix, load, seed, jobs, switchNs });
  };
  for (const mix of mixes) for (const load of loads) add(mix, load);
  if (asked === undefined && !kernel && values["no-shift"] !== true) for (const mix of SHIFT_MIXES) add(mix, SHIFT_LOAD);
  return { ...common, lists };
}

export const policyPath = (name: string) => join(BUILD, "policies", `${name}.wasm`);

/** Known policies that the build does not have. */
export function unbuiltPolicies(): string[] {
  return KNOWN.filter((name) => !name.endsWith(LEARNING) && !existsSync(policyPath(name)));
}

/** The policies that take part. After the build: a policy is a file of it. Throws UsageError, NoSchedPolicy. */
export function resolvePolicies(wanted: readonly string[] | undefined): PolicyFile[] {
  const files = (wanted ?? KNOWN).flatMap((name): PolicyFile[] => {
    const learning = name.endsWith(LEARNING);
    const base = learning ? name.slice(0, -LEARNING.length) : name;
    const path = /[./]/.test(base) ? resolve(base) : policyPath(base);
    if (!existsSync(path)) {
      if (wanted === undefined) return [];
      throw new UsageError(`there is no policy ${base}`, {
        expected: `one of ${KNOWN.filter((known) => existsSync(policyPath(known))).join(", ")}, or a .wasm file`,
        hint: "npm run build -- sim",
      });
    }
    return [{ name: basename(base, ".wasm") + (learning ? LEARNING : ""), path, learning, decisionNs: 0 }];
  });
  for (const { name, path, learning } of files) {
    const policy = SchedPolicy.fromFile(name, path);
    if (learning && policy.weights() === undefined) throw new UsageError(`${name} cannot learn: the module has no weights that could be replaced`);
  }
  if (files.length === 0) throw new UsageError("no scheduling policy was built", { hint: "npm run build -- sim" });
  return files;
}
