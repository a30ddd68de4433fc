// What `npm run train -- memory` takes. Parsed before anything is built.
import { parseArgs } from "node:util";
import { UsageError } from "../lib/index.js";

export const USAGE = `npm run train -- memory [--learner boosted|neural] [--seed 1] [--episodes 8000] [--validation 2000] [--drawn 0] [--starts 3] [--epochs 12]
    [--leave-out all] [--dry-run]
  trains a memory policy, \`boosted\` (trees, the default) or \`neural\` (networks), on seeded episodes replayed through the kernel's own
  memory management, chooses the alarm threshold on families that are left out one at a time, and writes models/memory-LEARNER.f32,
  models/memory-LEARNER-left-out.json, models/manifest.json and the policy's source. --drawn N adds N episodes of kinds that are drawn at
  random to what every one learns from; --starts and --epochs are the networks'. --leave-out all ends after the families left out, and
  --dry-run after everything; both write nothing.`;

/** What a policy can be trained as. */
export const LEARNERS = ["boosted", "neural"] as const;

/** The committed model has as many networks. */
export const DEFAULT_STARTS = 3;

export interface TrainOptions {
  learner: (typeof LEARNERS)[number];
  seed: number;
  episodes: number;
  validation: number;
  /** Episodes of random kinds that are learnt from besides, whichever family is left out. */
  drawn: number;
  /** Networks that are trained from other first weights; their mean is the policy's. */
  starts: number;
  epochs: number;
  /** Only judge each family by networks that never saw it. */
  leaveOut: boolean;
  dryRun: boolean;
}

export function parseTrainOptions(args: string[]): TrainOptions {
  let values: Record<string, string | boolean | undefined>;
  try {
    ({ values } = parseArgs({
      args,
      options: {
        learner: { type: "string", default: LEARNERS[0] },
        seed: { type: "string", default: "1" },
        episodes: { type: "string", default: "8000" },
        validation: { type: "string", default: "2000" },
        drawn: { type: "string", default: "0" },
        starts: { type: "string", default: String(DEFAULT_STARTS) },
        epochs: { type: "string", default: "12" },
        "leave-out": { type: "string" },
        "dry-run": { type: "boolean", default: false },
      },
    }));
  } catch (error) {
    throw new UsageError((error as Error).message, { expected: USAGE.split("\n", 1)[0] });
  }
  const whole = (name: string, least: number) => {
    const value = Number(values[name]);
    if (!Number.isInteger(value) || value < least) throw new UsageError(`--${name} ${String(values[name])}`, { expected: `a whole number from ${least} on` });
    return value;
  };
  const left = values["leave-out"] as string | undefined;
  if (left !== undefined && left !== "all") throw new UsageError(`--leave-out ${left}`, { expected: "all" });
  const learner = LEARNERS.find((name) => name === values.learner);
  if (learner === undefined) throw new UsageError(`--learner ${String(values.learner)}`, { expected: LEARNERS.join(" or ") });
  return {
    learner,
    seed: whole("seed", 0),
    episodes: whole("episodes", 44),
    validation: whole("validation", 12),
    drawn: whole("drawn", 0),
    starts: whole("starts", 1),
    epochs: whole("epochs", 1),
    leaveOut: left === "all",
    dryRun: values["dry-run"] === true,
  };
}
