// What `npm run train -- sched` takes. Parsed before anything is built.
import { parseArgs } from "node:util";
import { UsageError } from "../lib/index.js";

export const SCHED_USAGE = `npm run train -- sched [--seed 1] [--lists 300] [--rounds 2] [--epochs 4] [--jobs 3000] [--dry-run]
  trains the weights of the scheduling policy \`transformer\`: seeded lists of jobs from the training mixes run in the simulator, every so many-th
  decision is kept with what its tasks turned out to need, and the learner's own gradients do the rest. Writes models/sched-transformer.f32,
  its entry in models/manifest.json and kernel-as/policy/sched/transformer-model.ts. The same options, the same bytes. --dry-run writes nothing.
  --lists    lists of jobs a round: the first under the classical policies, later ones mostly under what was learnt so far
  --epochs   passes over the decisions of all rounds so far, after each round
  --jobs     most jobs of a list; lists have a third of it and more`;

export interface SchedTrainOptions {
  seed: number;
  lists: number;
  rounds: number;
  epochs: number;
  jobs: number;
  dryRun: boolean;
}

/** The options of the committed weights. */
export const SCHED_DEFAULTS = { seed: 1, lists: 300, rounds: 2, epochs: 4, jobs: 3000 } as const;

const MOST = { seed: 300, lists: 4000, rounds: 10, epochs: 100, jobs: 100_000 } as const;
const LEAST = { seed: 1, lists: 1, rounds: 1, epochs: 1, jobs: 30 } as const;

/** Check the arguments. Throws UsageError. */
export function parseSchedTrainOptions(args: string[]): SchedTrainOptions {
  let values: Record<string, string | boolean | undefined>;
  try {
    const string = { type: "string" } as const;
    ({ values } = parseArgs({ args, options: { seed: string, lists: string, rounds: string, epochs: string, jobs: string, "dry-run": { type: "boolean" } } }));
  } catch (error) {
    throw new UsageError((error as Error).message, { expected: SCHED_USAGE.split("\n", 1)[0] });
  }
  const whole = (name: keyof typeof SCHED_DEFAULTS) => {
    const value = values[name] === undefined ? SCHED_DEFAULTS[name] : Number(values[name]);
    if (!Number.isInteger(value) || value < LEAST[name] || value > MOST[name])
      throw new UsageError(`--${name} ${String(values[name])}`, { expected: `a whole number, ${LEAST[name]} to ${MOST[name]}` });
    return value;
  };
  return { seed: whole("seed"), lists: whole("lists"), rounds: whole("rounds"), epochs: whole("epochs"), jobs: whole("jobs"), dryRun: values["dry-run"] === true };
}
