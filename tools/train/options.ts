// What `npm run train -- memory` takes. Parsed before anything is built.
import { parseArgs } from "node:util";
import { UsageError } from "../lib/index.js";

export const USAGE = `npm run train -- memory [--seed 1] [--episodes 3200] [--validation 600] [--drawn 0] [--starts 3] [--epochs 12] [--leave-out all] [--dry-run]
  trains the memory policy \`neural\` on seeded episodes replayed through the kernel's own memory management, chooses the alarm
  threshold on families that are left out one at a time, and writes models/memory-neural.f32, models/manifest.json,
  models/memory-leave-one-out.json and the policy's source. --drawn N adds N episodes
  of kinds that are drawn at random to what every network learns from. --leave-out all ends after the families left out, and --dry-run
  after everything; both write nothing.`;

/** The committed model has as many networks. */
export const DEFAULT_STARTS = 3;

export interface TrainOptions {
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
        seed: { type: "string", default: "1" },
        episodes: { type: "string", default: "3200" },
        validation: { type: "string", default: "600" },
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
  return {
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
