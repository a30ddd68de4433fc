// What `npm run train -- memory` takes. Parsed before anything is built.
import { parseArgs } from "node:util";
import { familyNames } from "../episodes/index.js";
import { UsageError } from "../lib/index.js";

export const USAGE = `npm run train -- memory [--seed 1] [--episodes 528] [--validation 240] [--epochs 24] [--leave-out FAMILY|all] [--dry-run]
  trains the memory policy \`neural\` on seeded episodes replayed through the kernel's own memory management, chooses the alarm
  threshold on the validation families, and writes models/memory-neural.f32, models/manifest.json and the policy's source.
  --leave-out trains without a family and judges that one (all: each in turn) and writes nothing; --dry-run writes nothing.`;

export interface TrainOptions {
  seed: number;
  episodes: number;
  validation: number;
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
        episodes: { type: "string", default: "528" },
        validation: { type: "string", default: "240" },
        epochs: { type: "string", default: "24" },
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
    epochs: whole("epochs", 1),
    leaveOut: left === undefined ? [] : left === "all" ? known : [left],
    dryRun: values["dry-run"] === true,
  };
}
