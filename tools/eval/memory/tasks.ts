// What a thread of the evaluation does with one task: make or take the episode, replay it, judge it.
import { type Episode, FIRST_SEED, type SetName, seededEpisode } from "../../episodes/index.js";
import type { Engine } from "../../sim/fast.js";
import type { Policy } from "../../sim/policies.js";
import { replay } from "../../sim/replay.js";
import { type CounterfactualResult, counterfactual } from "./counterfactual.js";
import { type HealthyResult, runHealthy } from "./healthy.js";
import { type EpisodeResult, judge } from "./judge.js";

export interface Task {
  index: number;
  /** … or the episode itself */
  seed?: number;
  episode?: Episode;
  kind: "judge" | "counterfactual" | "healthy";
}

export interface ThreadPlan {
  policies: { name: string; path: string }[];
}

/** The set that a seed belongs to: each set's seeds begin where the protocol says. */
export function setOfSeed(seed: number): SetName {
  if (seed >= FIRST_SEED.drawn) return "drawn";
  return seed >= FIRST_SEED.test ? "test" : seed >= FIRST_SEED.validation ? "validation" : "train";
}

export function episodeOf(task: Pick<Task, "seed" | "episode">): Episode {
  if (task.episode) return task.episode;
  const seed = task.seed as number;
  return seededEpisode(setOfSeed(seed), seed);
}

/** The first policy is the kernel's champion, too. */
export function runTask(task: Task, engine: Engine, policies: Policy[]): EpisodeResult | CounterfactualResult | HealthyResult {
  if (task.kind === "healthy") return runHealthy(engine, policies);
  const episode = episodeOf(task);
  if (task.kind === "counterfactual") return counterfactual(episode, engine, policies[0] as Policy);
  const result = replay(episode, { engine, champion: policies[0] as Policy, shadows: policies, keepConfidences: true });
  return judge(episode, result);
}
