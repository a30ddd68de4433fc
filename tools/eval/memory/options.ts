// The options of npm run eval -- memory, checked once.
import { existsSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { ABI_HASH } from "../../abi/index.js";
import { FIRST_SEED } from "../../episodes/index.js";
import { ROOT, UsageError } from "../../lib/index.js";
import { Policy } from "../../sim/policies.js";

/** Episodes of the test families when nothing is asked for: enough that both kinds number well over 200. */
const DEFAULT_EPISODES = 480;
/** Episodes that are played three times for the counterfactual: the first of those that are judged. */
const COUNTERFACTUAL_EPISODES = 120;
/** Policies that are compared where they exist; the first is the one that the report is about. */
const KNOWN = ["boosted", "neural", "slope", "linear"];

export const MEMORY_USAGE = `npm run eval -- memory [--episodes FILE.jsonl] [--seeds A..B] [--policy NAME|FILE.wasm] [--in sim|kernel] [--json] [--report DIR]
    [--counterfactual N | --no-counterfactual] [--no-healthy]
  replays episodes through the kernel's memory management and judges the policy and its rivals by docs/evidence/memory-protocol.md.
  --seeds     seeded episodes (docs/episodes.md); without it ${DEFAULT_EPISODES} of the test families, from ${FIRST_SEED.test}: a quick look
  --episodes  episodes of a file instead, one JSON a line
  --policy    the policy that is judged: a module of the build, or a file; the others are its rivals (default: boosted)
  --in kernel plays them in the booted kernel on the virtual clock instead, and says whether the two agree; --seeds or --episodes must be given
  --counterfactual how many episodes, from the first on, are played three times more: with actions off and with the ladder (default: ${COUNTERFACTUAL_EPISODES})
  --report    folder for the HTML report, its pictures and results.json`;

/** What a quick look is told: the ranges that the protocol judges by. */
export const JUDGED = `${DEFAULT_EPISODES} episodes are a quick look: their intervals are wide. What is judged, by docs/evidence/memory-protocol.md:
  npm run eval -- memory --seeds 5000001..5006000 --counterfactual 160    the predictions: 223 s on two processors
  npm run eval -- memory --seeds 7000001..7001200 --counterfactual 1200   the ladder: 291 s`;

export interface MemoryOptions {
  episodesFile: string | undefined;
  seeds: { first: number; last: number };
  /** neither seeds nor a file were asked for: a quick look, too few episodes to judge by */
  quick: boolean;
  /** as given; resolved after the build */
  policy: string | undefined;
  where: "sim" | "kernel";
  json: boolean;
  report: string | undefined;
  /** how many episodes */
  counterfactual: number;
  healthy: boolean;
}

function parseSeeds(text: string): MemoryOptions["seeds"] {
  const match = /^(\d{1,9})(?:\.\.(\d{1,9}))?$/.exec(text);
  const first = Number(match?.[1]);
  const last = Number(match?.[2] ?? match?.[1]);
  if (!match || first < 1 || last < first) throw new UsageError(`--seeds ${text} is no range`, { expected: "A..B with 1 ≤ A ≤ B", hint: "--seeds 2000001..2000400" });
  return { first, last };
}

const policyPath = (name: string) => join(ROOT, "build/policies", `${name}.wasm`);

export interface PolicyFile {
  name: string;
  path: string;
}

/** The policies that take part, the one that is judged first. After the build: a policy is a file of it. Throws UsageError. */
export function resolvePolicies(wanted: string | undefined): PolicyFile[] {
  const known = KNOWN.filter((name) => existsSync(policyPath(name))).map((name) => ({ name, path: policyPath(name) }));
  if (wanted === undefined) return known;
  const path = /[./]/.test(wanted) ? resolve(wanted) : policyPath(wanted);
  if (!existsSync(path))
    throw new UsageError(`there is no policy ${wanted}`, { expected: `one of ${known.map((p) => p.name).join(", ")}, or a .wasm file`, hint: "npm run build -- sim" });
  const name = basename(path, ".wasm");
  checkPolicy(name, path);
  return [{ name, path }, ...known.filter((p) => p.name !== name)];
}

// Opened once before anything runs, so that a file that is no policy has its own words.
function checkPolicy(name: string, path: string): void {
  try {
    const { exports } = Policy.fromFile(name, path);
    if (BigInt.asUintN(64, exports.policy_abi()) !== ABI_HASH) throw new Error("it was built for another interface");
  } catch (cause) {
    throw new UsageError(`${path} is no memory policy: ${(cause as Error).message}`, { expected: "a module with the exports of docs/abi.md, built for this interface", cause });
  }
}

/** Check the arguments. Throws UsageError. */
export function parseMemoryOptions(args: readonly string[]): MemoryOptions {
  const string = { type: "string" } as const;
  const boolean = { type: "boolean" } as const;
  let values: Record<string, string | boolean | undefined>;
  try {
    ({ values } = parseArgs({
      args: [...args],
      options: {
        counterfactual: string,
        episodes: string,
        seeds: string,
        policy: string,
        in: string,
        json: boolean,
        report: string,
        "no-counterfactual": boolean,
        "no-healthy": boolean,
      },
    }) as { values: Record<string, string | boolean | undefined> });
  } catch (error) {
    throw new UsageError((error as Error).message, { hint: "npm run eval -- --help" });
  }
  const where = values["in"] ?? "sim";
  if (where !== "sim" && where !== "kernel") throw new UsageError(`--in must be sim or kernel, not ${where}`);
  const given = (name: string) => values[name] as string | undefined;
  const seeds = given("seeds");
  if (seeds !== undefined && given("episodes") !== undefined) throw new UsageError("--seeds and --episodes exclude each other");
  if (where === "kernel" && seeds === undefined && given("episodes") === undefined)
    throw new UsageError("--in kernel boots a machine for each episode: say which", { hint: "--in kernel --seeds 2000001..2000012" });
  const played = given("counterfactual") ?? String(COUNTERFACTUAL_EPISODES);
  if (!/^\d{1,6}$/.test(played)) throw new UsageError(`--counterfactual ${played} is no number of episodes`, { expected: "a whole number, 0 for none" });
  return {
    episodesFile: given("episodes"),
    quick: seeds === undefined && given("episodes") === undefined,
    seeds: seeds === undefined ? { first: FIRST_SEED.test, last: FIRST_SEED.test + DEFAULT_EPISODES - 1 } : parseSeeds(seeds),
    policy: given("policy"),
    where,
    json: values["json"] === true,
    report: given("report"),
    counterfactual: values["no-counterfactual"] !== true && where === "sim" ? Number(played) : 0,
    healthy: values["no-healthy"] !== true && where === "sim",
  };
}
