// What `npm run train -- memory` takes. Parsed before anything is built.
import { parseArgs } from "node:util";
import { familyNames } from "../episodes/index.js";
import { UsageError } from "../lib/index.js";

export const USAGE = `npm run train -- memory [--seed 1] [--episodes 792] [--validation 480] [--starts 3] [--epochs 6] [--leave-out FAMILY|all] [--dry-run]
  trains the memory policy \`neural\` on seeded episodes replayed through the kernel's own memory management, chooses the alarm
  threshold on the validation families, and writes models/memory-neural.f32, models/manifest.json and the policy's source.
  --leave-out trains without a family and judges that one (all: each in turn) and writes nothing; --dry-run writes nothing.`;

export interface TrainOptions {
  seed: number;
  episodes: number;
  validation: number;
  /** Networks that are trained from other first weights; the best on the validation families is kept. */
  starts: number;
  epochs: number;
  /** Families to leave out, one after another; empty: train the model. */
  leaveOut: string[];
  dryRun: boolean;
}

export function parseTrainOptions(args: string[]): TrainOptions {
  let values: Record<string, string | boolean | undefined>;
  try {
    ({ values } = parseArgs({
      args,
      options: {
        seed: { type: "string", default: "1" },
        episodes: { type: "string", default: "792" },
        validation: { type: "string", default: "480" },
        starts: { type: "string", default: "3" },
        epochs: { type: "string", default: "6" },
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
  const known = [...familyNames("train"), ...familyNames("validation")];
  const left = values["leave-out"] as string | undefined;
  if (left !== undefined && left !== "all" && !known.includes(left)) throw new UsageError(`--leave-out ${left}`, { expected: `all, or one of ${known.join(", ")}` });
  return {
    seed: whole("seed", 0),
    episodes: whole("episodes", 44),
    validation: whole("validation", 12),
    starts: whole("starts", 1),
    epochs: whole("epochs", 1),
    leaveOut: left === undefined ? [] : left === "all" ? known : [left],
    dryRun: values["dry-run"] === true,
  };
}
