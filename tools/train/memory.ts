// npm run train -- memory: plays episodes, learns, chooses the thresholds on the validation families, and writes the model. The
// learning is learn.ts, the files model.ts. The test families never come here.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { familyNames, seededEpisodes } from "../episodes/index.js";
import { type Progress, ROOT } from "../lib/index.js";
import { Engine, Policy } from "../sim/index.js";
import { type Played, Player } from "./dataset.js";
import { learn, type Scaling, scaled, scalingOf } from "./learn.js";
import { MANIFEST_FILE, MODEL_FILE, type Model, modelBytes, modelSource, SOURCE_FILE, sha256 } from "./model.js";
import { Network, placesOf, type Shape } from "./network.js";
import type { TrainOptions } from "./options.js";
import { better, chooseThreshold, type Rates, ratesAt } from "./threshold.js";

const INPUTS = 69;
export const SHAPE: Shape = { inputs: INPUTS, hidden1: 8, hidden2: 5 };
/** The features that the network reads (features.ts, in order): what is left, growth, how straight it is, promises, the knee. With the others
 * (numbers of processes, the longer history) it told the training families apart, and did worse on the validation families. */
const READ = new Set([0, 1, 2, 6, 7, 8, 15, 16, 17, 18, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63]);
/** Every which beat is learnt from where less, or more, than half is free: quiet hours teach little. */
const STRIDE_NEAR = 3;
const STRIDE_FAR = 10;
const STRIDE_VALIDATION = 2;
const THRESHOLDS = Array.from({ length: 141 }, (_, i) => -3 + i * 0.05);
/** Seconds to exhaustion that are tried for slope. */
const SLOPE_SECONDS = Array.from({ length: 60 }, (_, i) => 0.5 + i * 0.5);
/** Novelty begins at this much more than the most distant training beat but one in a thousand. */
const NOVELTY_ROOM = 2;

export interface Trained {
  model: Model;
  rates: Rates | undefined;
}

/** Learn from some episodes and choose the threshold on others. */
export function train(training: readonly Played[], validation: readonly Played[], options: TrainOptions, progress: Progress): Trained {
  const scaling = scalingOf(training, INPUTS);
  for (let i = 0; i < INPUTS; i++) if (!READ.has(i)) scaling.scale[i] = 0;
  let best: { parameters: Float64Array; rates: Rates } | undefined;
  for (let start = 0; start < options.starts; start++) {
    learn(training, scaling, {
      shape: SHAPE,
      epochs: options.epochs,
      seed: options.seed + start,
      onEpoch: (epoch, loss, network) => {
        // What the kernel computes with: f32.
        const parameters = Float64Array.from(network.parameters, Math.fround);
        const found = chooseThreshold(validation, scoresOf(new Network(SHAPE, parameters), validation, scaling), THRESHOLDS);
        if (found && (!best || better(found, best.rates))) best = { parameters, rates: found };
        progress.step(`start ${start + 1} of ${options.starts}, epoch ${epoch + 1} of ${options.epochs}, loss ${loss.toFixed(4)}, ${best?.rates.hits ?? 0} hits`);
      },
    });
  }
  const rates = best?.rates;
  const model: Model = {
    shape: SHAPE,
    ...scaling,
    parameters: Float32Array.from(best?.parameters ?? new Float64Array(placesOf(SHAPE).count)),
    noveltyLimit: NOVELTY_ROOM * distanceOf(training, scaling, 0.999),
    alarmLogit: rates?.threshold ?? (THRESHOLDS.at(-1) as number),
  };
  return { model, rates };
}

export function scoresOf(network: Network, episodes: readonly Played[], scaling: Scaling): Float64Array[] {
  return episodes.map((played) => {
    const x = scaled(played.features, scaling);
    return Float64Array.from(played.timeMs, (_, i) => network.forward(x, i * INPUTS));
  });
}

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
  const play = (set: "train" | "validation", count: number, keep: (beat: number, free: number) => boolean) => {
    progress.phase(`replay ${count} episodes of ${familyNames(set).length} ${set} families`);
    const played: Played[] = [];
    for (const episode of seededEpisodes(set, count)) {
      played.push(player.play(episode, keep));
      progress.step(`${played.length} of ${count}`);
    }
    return played;
  };
  const training = play("train", options.episodes, (beat, free) => beat % (free < 0.5 ? STRIDE_NEAR : STRIDE_FAR) === 0);
  const validation = play("validation", options.validation, (beat) => beat % STRIDE_VALIDATION === 0);
  if (options.leaveOut.length > 0) {
    leaveOut(options, training, validation, progress);
    return;
  }
  progress.phase("learn");
  const { model, rates } = train(training, validation, options, progress);
  const slope = chooseThreshold(
    validation,
    slopeScores(validation),
    SLOPE_SECONDS.map((seconds) => -seconds),
  );
  progress.done();
  console.log(`neural on the validation families: ${tell(rates)}`);
  console.log(`slope on the validation families:  ${tell(slope)}`);
  if (options.dryRun) return;
  const bytes = modelBytes(model);
  const manifest = {
    models: [
      {
        name: "memory-neural",
        file: MODEL_FILE,
        sha256: sha256(bytes),
        bytes: bytes.length,
        shape: `${SHAPE.inputs} features, dense ${SHAPE.hidden1}, softsign, dense ${SHAPE.hidden2}, softsign, dense 1; f32`,
        parameters: model.parameters.length,
        licence: "as this repository",
        source: SOURCE_FILE,
        card: "models/memory-neural.md",
        command: `npm run train -- memory --seed ${options.seed} --episodes ${options.episodes} --validation ${options.validation} --starts ${options.starts} --epochs ${options.epochs}`,
        seed: options.seed,
        training: familyNames("train"),
        validation: { families: familyNames("validation"), ...rates },
        slope: slope && { alarmSeconds: -slope.threshold, ...slope },
      },
    ],
  };
  mkdirSync(join(ROOT, "models"), { recursive: true });
  writeFileSync(join(ROOT, MODEL_FILE), bytes);
  writeFileSync(join(ROOT, MANIFEST_FILE), `${JSON.stringify(manifest, undefined, 2)}\n`);
  writeFileSync(join(ROOT, SOURCE_FILE), modelSource(model));
  console.log(`wrote ${MODEL_FILE}, ${MANIFEST_FILE} and ${SOURCE_FILE}`);
}

// Each family is judged by a network, and a threshold, that never saw it.
function leaveOut(options: TrainOptions, training: readonly Played[], validation: readonly Played[], progress: Progress): void {
  for (const family of options.leaveOut) {
    progress.phase(`learn without ${family}`);
    const rest = (episodes: readonly Played[]) => episodes.filter((played) => played.family !== family);
    const { model, rates } = train(rest(training), rest(validation), options, progress);
    progress.done();
    const left = [...training, ...validation].filter((played) => played.family === family);
    const network = new Network(SHAPE, Float64Array.from(model.parameters));
    const judged = ratesAt(left, scoresOf(network, left, model), rates?.threshold ?? model.alarmLogit);
    console.log(`without ${family.padEnd(10)} ${tell(judged)}`);
  }
}

function tell(rates: Rates | undefined): string {
  if (rates === undefined) return "no threshold keeps to the false positives allowed";
  const share = (a: number, b: number) => `${a} of ${b} (${b === 0 ? "-" : ((100 * a) / b).toFixed(1)} %)`;
  return `threshold ${rates.threshold.toFixed(2)}, hits ${share(rates.hits, rates.foreseeable)}, false positives ${share(rates.falsePositives, rates.clear)}, median lead ${(rates.medianLeadMs / 1000).toFixed(1)} s, alarms in indistinguishable ${share(rates.excused, rates.indistinguishable)}`;
}
