// Seeded episodes by set: the same seed gives the same episode, byte for byte. The sets and their seeds are the protocol's.
import { ToolError } from "../../lib/index.js";
import { BEAT_MS } from "../protocol.js";
import type { Episode } from "../types.js";
import { Draw } from "./draw.js";
import { DRAWN } from "./drawn.js";
import { closePlan, drawPlan, type Family, type Intent } from "./plan.js";
import { TEST } from "./test.js";
import { TRAIN } from "./train.js";
import { VALIDATION } from "./validation.js";

export const SETS = { train: TRAIN, validation: VALIDATION, test: TEST, drawn: DRAWN } as const satisfies Record<string, Record<string, Family>>;
export type SetName = keyof typeof SETS;

/** First seed of each set. */
export const FIRST_SEED: Record<SetName, number> = { train: 1, validation: 1_000_001, test: 2_000_001, drawn: 10_000_001 };

const INTENTS: readonly Intent[] = ["over", "over", "plain", "hard"];

export function familyNames(set: SetName): string[] {
  return Object.keys(SETS[set]);
}

/** The episode that a seed stands for in a set of families. */
export function seededEpisode(set: SetName, seed: number): Episode {
  const names = familyNames(set);
  const family = names[seed % names.length] as string;
  return familyEpisode(family, seed, INTENTS[Math.floor(seed / names.length) % INTENTS.length] as Intent);
}

/** An episode of one family. */
export function familyEpisode(family: string, seed: number, intent: Intent): Episode {
  const make = Object.values(SETS)
    .map((set: Record<string, Family>) => set[family])
    .find((found) => found !== undefined);
  if (make === undefined) throw new ToolError(`no family ${family}`, { hint: Object.values(SETS).flatMap(Object.keys).join(", ") });
  const plan = drawPlan(new Draw(seed), intent);
  make(plan);
  return closePlan(plan, `${family}-${seed}`, family, seed, BEAT_MS);
}

/** `count` episodes of a set, from a seed on. */
export function* seededEpisodes(set: SetName, count: number, firstSeed = FIRST_SEED[set]): Generator<Episode, void> {
  for (let i = 0; i < count; i++) yield seededEpisode(set, firstSeed + i);
}
