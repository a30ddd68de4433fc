// What `npm run train -- ops` takes. Parsed before anything is built.
import { parseArgs } from "node:util";
import { UsageError } from "../lib/index.js";

export const OPS_USAGE = `npm run train -- ops [--minutes 35 | --steps N] [--seed 1] [--resume] [--dry-run] [--examples 12] [--rate 0.001] [--width 128] [--layers 6] [--heads 4] [--kv-heads 2] [--hidden 256] [--vocabulary 2048]
  trains the language model \`ops\` from questions about simulated states: its vocabulary, then its weights, on two cores. Writes models/ops.gguf, its card,
  log and curve, and its entry in models/manifest.json. The same seed and steps, the same bytes.
  --minutes   how long the training may take: the number of steps is worked out from the first ones, and told, so that it can be repeated with --steps
  --resume    go on where the last training stopped: it keeps a checkpoint every minute, under build/train
  --dry-run   write nothing in models/
  --examples  states in each step, each with its questions`;

export interface OpsOptions {
  seed: number;
  /** 0: as many as `minutes` allow. */
  steps: number;
  minutes: number;
  resume: boolean;
  dryRun: boolean;
  examples: number;
  rate: number;
  width: number;
  layers: number;
  heads: number;
  kvHeads: number;
  hidden: number;
  vocabulary: number;
}

/** Option → default, least, most. */
const NUMBERS = {
  seed: [1, 1, 300],
  steps: [0, 0, 1_000_000],
  minutes: [35, 0.1, 600],
  examples: [12, 2, 512],
  rate: [0.001, 0.000001, 0.1],
  width: [128, 32, 1024],
  layers: [6, 1, 32],
  heads: [4, 1, 32],
  "kv-heads": [2, 1, 32],
  hidden: [256, 32, 4096],
  vocabulary: [2048, 300, 16384],
} as const;
const FRACTIONS = new Set(["minutes", "rate"]);

/** Check the arguments. Throws UsageError. */
export function parseOpsOptions(args: string[]): OpsOptions {
  let values: Record<string, string | boolean | undefined>;
  const expected = OPS_USAGE.split("\n", 1)[0];
  try {
    const numbers = Object.fromEntries(Object.keys(NUMBERS).map((name) => [name, { type: "string" } as const]));
    ({ values } = parseArgs({ args, options: { ...numbers, resume: { type: "boolean" }, "dry-run": { type: "boolean" } } }));
  } catch (error) {
    throw new UsageError((error as Error).message, { expected });
  }
  const number = (name: keyof typeof NUMBERS) => {
    const [fallback, least, most] = NUMBERS[name];
    const value = values[name] === undefined ? fallback : Number(values[name]);
    if (!(value >= least && value <= most) || !(FRACTIONS.has(name) || Number.isInteger(value)))
      throw new UsageError(`--${name} ${String(values[name])}`, { expected: `a ${FRACTIONS.has(name) ? "" : "whole "}number, ${least} to ${most}` });
    return value;
  };
  if (values["steps"] !== undefined && values["minutes"] !== undefined) throw new UsageError("--steps and --minutes both say how long", { hint: "give one of them" });
  const options: OpsOptions = {
    seed: number("seed"),
    steps: number("steps"),
    minutes: number("minutes"),
    resume: values["resume"] === true,
    dryRun: values["dry-run"] === true,
    examples: number("examples"),
    rate: number("rate"),
    width: number("width"),
    layers: number("layers"),
    heads: number("heads"),
    kvHeads: number("kv-heads"),
    hidden: number("hidden"),
    vocabulary: number("vocabulary"),
  };
  if (options.width % (4 * options.heads) !== 0)
    throw new UsageError(`--width ${options.width} with --heads ${options.heads}`, { expected: "a width that is a multiple of 4 × heads" });
  if (options.heads % options.kvHeads !== 0)
    throw new UsageError(`--heads ${options.heads} with --kv-heads ${options.kvHeads}`, { expected: "heads that are a multiple of kv-heads" });
  if (options.width % 32 !== 0 || options.hidden % 32 !== 0) throw new UsageError("--width and --hidden", { expected: "multiples of 32, the block of Q8_0" });
  return options;
}
