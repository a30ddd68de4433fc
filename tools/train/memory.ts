// npm run train -- memory: plays episodes, learns, chooses the threshold on families left out one at a time, and writes the model. The
// learning is learners.ts, the files memory-files.ts. The test families never come here.
import { join } from "node:path";
import { seededEpisodes } from "../episodes/index.js";
import { type Progress, ROOT, ToolError } from "../lib/index.js";
import { Engine, Policy } from "../sim/index.js";
import { type Played, Player } from "./dataset.js";
import { type Scaling, scaled, scalingOf } from "./learn.js";
import { growForest, INPUTS, type Learner, type Learnt, learnNetworks, shapeOf, widened } from "./learners.js";
import { type LeftOut, writeForest, writeNetwork } from "./memory-files.js";
import type { Seen } from "./model.js";
import type { TrainOptions } from "./options.js";
import { chooseThreshold, type Rates, ratesAt } from "./threshold.js";

/** Every which beat is learnt from where less, or more, than half is free: quiet hours teach little. */
const STRIDE_NEAR = 2;
const STRIDE_FAR = 8;
const THRESHOLDS = Array.from({ length: 281 }, (_, i) => -3 + i * 0.025);
/** Seconds to exhaustion that are tried for slope. */
const SLOPE_SECONDS = Array.from({ length: 60 }, (_, i) => 0.5 + i * 0.5);
/** Novelty begins at this much more than the most distant training beat but one in a thousand. */
const NOVELTY_ROOM = 2;

/** The squared distance from the mean, in standard deviations, that this share of the beats stays below. */
function distanceOf(episodes: readonly Played[], scaling: Scaling, share: number): number {
  const distances: number[] = [];
  for (const played of episodes) {
    const x = scaled(played.features, scaling);
    for (let at = 0; at < x.length; at += INPUTS) {
      let sum = 0;
      for (let i = 0; i < INPUTS; i++) sum += (x[at + i] as number) ** 2;
      distances.push(sum);
    }
  }
  distances.sort((a, b) => a - b);
  return distances[Math.floor(share * (distances.length - 1))] as number;
}

/** Time to exhaustion as slope.ts has it is not among the features: free ÷ the rate of five seconds stands for it. Scores rise as it falls. */
function slopeScores(episodes: readonly Played[]): Float64Array[] {
  const FIVE_SECONDS = 6;
  return episodes.map((played) =>
    Float64Array.from(played.timeMs, (_, i) => {
      const share = played.features[i * INPUTS + FIVE_SECONDS] as number; // 10 r ÷ (10 r + free)
      return share > 0 ? -(10 * (1 - share)) / share : Number.NEGATIVE_INFINITY;
    }),
  );
}

export async function trainMemory(options: TrainOptions, progress: Progress): Promise<void> {
  const policy = (name: string, path: string) => Policy.fromFile(name, join(ROOT, path));
  const player = new Player(new Engine(ROOT), policy("slope", "build/policies/slope.wasm"), policy("neural", "build/wasm/policy-neural.wasm"), INPUTS);
  const play = (set: "train" | "validation" | "drawn", count: number) => {
    progress.phase(`replay ${count} ${set} episodes`);
    const played: Played[] = [];
    for (const episode of seededEpisodes(set, count)) {
      played.push(player.play(episode, (beat, free) => beat % (free < 0.5 ? STRIDE_NEAR : STRIDE_FAR) === 0));
      progress.step(`${played.length} of ${count}`);
    }
    return played;
  };
  const training = play("train", options.episodes);
  const validation = play("validation", options.validation);
  const drawn = options.drawn > 0 ? play("drawn", options.drawn) : [];
  const families = [...training, ...validation];
  const all = [...families, ...drawn];
  if (options.learner === "boosted") {
    const { leftOut, learnt, alarm } = await judgedAndLearnt(growForest, families, drawn, options, progress);
    if (learnt === undefined) return;
    if (!options.dryRun) writeForest({ ...seenBy(learnt, all), forest: learnt.forest, alarmAnswer: alarm }, options, leftOut);
    return;
  }
  const { leftOut, learnt, alarm } = await judgedAndLearnt(learnNetworks, families, drawn, options, progress);
  if (learnt === undefined || options.dryRun) return;
  const seen = seenBy(learnt, all);
  learnt.reads.forEach((feature, column) => {
    seen.mean[feature] = learnt.scaling.mean[column] as number;
    seen.scale[feature] = learnt.scaling.scale[column] as number;
  });
  writeNetwork(
    { ...seen, shape: shapeOf(options.starts), parameters: Float32Array.from(widened(learnt.network, learnt.reads).parameters), alarmLogit: alarm },
    options,
    leftOut,
    slopeRates(validation),
  );
}

/** The threshold from families left out, and what is learnt from all of them; undefined where only the first is asked for. */
async function judgedAndLearnt<L extends Learnt>(
  learner: Learner<L>,
  families: readonly Played[],
  drawn: readonly Played[],
  options: TrainOptions,
  progress: Progress,
): Promise<{ leftOut: LeftOut; learnt: L | undefined; alarm: number }> {
  const leftOut = leaveOneOut(learner, families, drawn, options, progress);
  console.log(leaveOneOutText(leftOut));
  const { overall } = leftOut;
  if (overall === undefined) throw new ToolError("no threshold keeps to the false positives allowed");
  if (options.leaveOut) return { leftOut, learnt: undefined, alarm: overall.threshold };
  progress.phase("learn from all families");
  const learnt = learner([...families, ...drawn], options, (text) => progress.step(text));
  progress.done();
  return { leftOut, learnt, alarm: overall.threshold };
}

/** What training saw of each feature; what is not read counts in the range only. */
function seenBy({ reads }: Learnt, episodes: readonly Played[]): Seen {
  const scaling = scalingOf(episodes, INPUTS);
  scaling.scale.forEach((_, i) => {
    if (!reads.includes(i)) scaling.scale[i] = 0;
  });
  return { ...scaling, noveltyLimit: NOVELTY_ROOM * distanceOf(episodes, scaling, 0.999) };
}

function slopeRates(validation: readonly Played[]): Rates | undefined {
  const rates = chooseThreshold(
    validation,
    slopeScores(validation),
    SLOPE_SECONDS.map((seconds) => -seconds),
  );
  console.log(`slope on the validation families: ${tell(rates)}`);
  return rates;
}

/** @param always learnt from, whichever family is left out; not judged */
function leaveOneOut(learner: Learner, episodes: readonly Played[], always: readonly Played[], options: TrainOptions, progress: Progress): LeftOut {
  const names = [...new Set(episodes.map((played) => played.family))];
  const scores: Float64Array[] = [];
  for (const [i, family] of names.entries()) {
    progress.phase(`learn without ${family}, ${i + 1} of ${names.length}`);
    const learnt = learner([...episodes.filter((played) => played.family !== family), ...always], options, (text) => progress.step(text));
    episodes.forEach((played, e) => {
      if (played.family === family) scores[e] = learnt.scores([played])[0] as Float64Array;
    });
  }
  progress.phase("thresholds");
  const families = names.map((family) => {
    const of = (inside: boolean) => episodes.flatMap((played, e) => ((played.family === family) === inside ? e : []));
    const pick = (places: readonly number[]): [Played[], Float64Array[]] => [places.map((e) => episodes[e] as Played), places.map((e) => scores[e] as Float64Array)];
    const threshold = chooseThreshold(...pick(of(false)), THRESHOLDS)?.threshold;
    return { family, rates: threshold === undefined ? undefined : ratesAt(...pick(of(true)), threshold) };
  });
  const overall = chooseThreshold(episodes, scores, THRESHOLDS);
  progress.done();
  return { overall, families };
}

function leaveOneOutText({ overall, families }: LeftOut): string {
  return [...families.map(({ family, rates }) => `without ${family.padEnd(10)} ${tell(rates)}`), `each family unseen: ${tell(overall)}`].join("\n");
}

function tell(rates: Rates | undefined): string {
  if (rates === undefined) return "no threshold keeps to the false positives allowed";
  const share = (a: number, b: number) => `${a} of ${b} (${b === 0 ? "-" : ((100 * a) / b).toFixed(1)} %)`;
  return `threshold ${rates.threshold.toFixed(2)}, hits ${share(rates.hits, rates.foreseeable)}, false positives ${share(rates.falsePositives, rates.clear)}, median lead ${(rates.medianLeadMs / 1000).toFixed(1)} s, alarms in indistinguishable ${share(rates.excused, rates.indistinguishable)}`;
}
