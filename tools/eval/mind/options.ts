// The options of npm run eval -- mind, checked once.
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { UsageError } from "../../lib/index.js";

/** Of the second range of test (docs/evidence/mind-protocol.md). */
export const TEST_SEED = 20_261_205;
export const TEST_STATES = 134;
export const PER_STATE = 3;
const SET_UPS = 110;
const MOST = 10_000;

export const MIND_USAGE = `npm run eval -- mind [--queries FILE.jsonl] [--model NAME|FILE.gguf]… [--split test|validation] [--seed N] [--states N] [--per-state N]
    [--on hosted|v8] [--no-grammar] [--baselines-only] [--in kernel] [--set-ups N] [--json] [--report DIR] [--write FILE.jsonl]
  how often the mind helps, beside two baselines, judged by docs/evidence/mind-protocol.md; files of questions: docs/mind-evaluation.md.
  --queries         questions of yours instead of the held-out ones
  --model           a model of models/ or of yours (default: ops); more than one may be given
  --split, --seed, --states, --per-state   which held-out questions (default: test, ${TEST_SEED}, ${TEST_STATES}, ${PER_STATE})
  --on              the engine ahead of time, as a process (default), or under V8
  --no-grammar      each model once more without the grammar
  --baselines-only  no model
  --in kernel       set-ups in the booted kernel instead; accepted commands are run, and the state is looked at (--set-ups, default ${SET_UPS})
  --write           write the questions as a file and ask nobody
  --report          folder for the HTML and Markdown report, its pictures and results.json`;

export interface MindOptions {
  queries: string | undefined;
  models: string[];
  split: "test" | "validation";
  seed: number;
  states: number;
  perState: number;
  on: "hosted" | "v8";
  noGrammar: boolean;
  where: "simulated" | "kernel";
  setUps: number;
  json: boolean;
  report: string | undefined;
  write: string | undefined;
}

/** @throws UsageError */
export function parseMindOptions(args: string[]): MindOptions {
  let values: ReturnType<typeof parse>;
  try {
    values = parse(args);
  } catch (error) {
    throw new UsageError((error as Error).message, { hint: MIND_USAGE });
  }
  const number = (name: "seed" | "states" | "per-state" | "set-ups", least: number, most: number) => {
    const value = Number(values[name]);
    if (!Number.isSafeInteger(value) || value < least || value > most) throw new UsageError(`--${name} ${values[name]} makes no sense`, { expected: `${least} to ${most}` });
    return value;
  };
  const choice = <T extends string>(name: "split" | "on" | "in", among: readonly T[]): T => {
    const found = among.find((one) => one === values[name]);
    if (found === undefined) throw new UsageError(`--${name} ${values[name]} makes no sense`, { expected: among.join(" or ") });
    return found;
  };
  const where = choice("in", ["simulated", "kernel"] as const);
  if (where === "kernel" && values.queries !== undefined) throw new UsageError("--in kernel makes its own questions", { hint: "leave --queries or --in kernel out" });
  return {
    queries: values.queries === undefined ? undefined : resolve(values.queries),
    models: values["baselines-only"] ? [] : (values.model ?? ["ops"]),
    split: choice("split", ["test", "validation"] as const),
    seed: number("seed", 0, 0xffff_ffff),
    states: number("states", 1, MOST),
    perState: number("per-state", 1, 20),
    on: choice("on", ["hosted", "v8"] as const),
    noGrammar: values["no-grammar"],
    where,
    setUps: number("set-ups", 1, SET_UPS),
    json: values.json,
    report: values.report === undefined ? undefined : resolve(values.report),
    write: values.write === undefined ? undefined : resolve(values.write),
  };
}

function parse(args: string[]) {
  return parseArgs({
    args,
    options: {
      queries: { type: "string" },
      model: { type: "string", multiple: true },
      split: { type: "string", default: "test" },
      seed: { type: "string", default: String(TEST_SEED) },
      states: { type: "string", default: String(TEST_STATES) },
      "per-state": { type: "string", default: String(PER_STATE) },
      on: { type: "string", default: "hosted" },
      "no-grammar": { type: "boolean", default: false },
      "baselines-only": { type: "boolean", default: false },
      in: { type: "string", default: "simulated" },
      "set-ups": { type: "string", default: String(SET_UPS) },
      json: { type: "boolean", default: false },
      report: { type: "string" },
      write: { type: "string" },
    },
    allowPositionals: false,
  }).values;
}
