// npm run train -- memory: plays episodes, learns, chooses the threshold on families left out one at a time, and writes the model. The
// learning is learn.ts, the files model.ts. The test families never come here.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { familyNames, seededEpisodes } from "../episodes/index.js";
import { type Progress, ROOT, ToolError } from "../lib/index.js";
import { Engine, Policy } from "../sim/index.js";
import { type Played, Player } from "./dataset.js";
import { learn, type Scaling, scaled, scalingOf } from "./learn.js";
import { writeManifestEntry } from "./manifest.js";
import { MANIFEST_FILE, MODEL_FILE, type Model, modelBytes, modelSource, SOURCE_FILE, sha256 } from "./model.js";
import { Network, type Shape, stacked } from "./network.js";
import { DEFAULT_STARTS, type TrainOptions } from "./options.js";
import { chooseThreshold, type Rates, ratesAt } from "./threshold.js";

const INPUTS = 76;
const LEAVE_ONE_OUT_FILE = "models/memory-leave-one-out.json";
/** Of one network; the policy's is as many of them side by side as there were starts. */
const MEMBER: Shape = { inputs: INPUTS, hidden1: 12, hidden2: 6 };
const SHAPE_OF = (members: number): Shape => ({ inputs: INPUTS, hidden1: members * MEMBER.hidden1, hidden2: members * MEMBER.hidden2 });
export const SHAPE = SHAPE_OF(DEFAULT_STARTS);
/** The features that the network reads (features.ts, in order): what is left, growth and how straight it is, growers, promises, and how much of what is left
 * five seconds take, by several measures. With all of them it told the training families apart, and did worse on families that it had not seen. */
const READ = [0, 2, 10, 11, 15, 17, 40, 43, 46, 47, 54, 56, 60, 69, 70, 71, 72, 73, 74, 75];
/** Five seconds' growth ÷ what is left, and the same by four other measures. Learning starts from the first: alone it is a good rule. */
const NEAR = [69, 70, 71, 72, 73];
/** Every which beat is learnt from where less, or more, than half is free: quiet hours teach little. */
const STRIDE_NEAR = 2;
const STRIDE_FAR = 8;
const THRESHOLDS = Array.from({ length: 141 }, (_, i) => -3 + i * 0.05);
/** Seconds to exhaustion that are tried for slope. */
const SLOPE_SECONDS = Array.from({ length: 60 }, (_, i) => 0.5 + i * 0.5);
/** Where by every measure five seconds take less than 0.4 of what is left, one beat in so many is learnt from. All are judged. */
const STRIDE_CALM = 8;
/** Novelty begins at this much more than the most distant training beat but one in a thousand. */
const NOVELTY_ROOM = 2;

/** What the network reads of the episodes, and of their scaling. */
function narrowed(episodes: readonly Played[]): Played[] {
  return episodes.map((played) => ({ ...played, features: played.features.filter((_, i) => READ.includes(i % INPUTS)) }));
}

/** Of narrowed episodes: every beat near the end of memory, and some of the others. */
function thinned(episodes: readonly Played[]): Played[] {
  const columns = READ.length;
  const near = NEAR.map((feature) => READ.indexOf(feature));
  return episodes.map((played) => {
    const kept: number[] = [];
    for (let beat = 0; beat < played.timeMs.length; beat++)
      if (beat % STRIDE_CALM === 0 || near.some((column) => (played.features[beat * columns + column] as number) > -0.999)) kept.push(beat);
    const features = new Float32Array(kept.length * columns);
    kept.forEach((beat, i) => {
      features.set(played.features.subarray(beat * columns, (beat + 1) * columns), i * columns);
    });
    const of = (values: Float64Array | Uint8Array | Float32Array) => kept.map((beat) => values[beat] as number);
    return {
      ...played,
      features,
      timeMs: Float64Array.from(of(played.timeMs)),
      committed: Uint8Array.from(of(played.committed)),
      freeShare: Float32Array.from(of(played.freeShare)),
    };
  });
}

/** The same network over all features, with nothing read from the others. */
function widened(network: Network): Network {
  const { hidden1, hidden2 } = network.shape;
  const wide = new Network({ inputs: INPUTS, hidden1, hidden2 });
  for (let o = 0; o < hidden1; o++)
    READ.forEach((feature, i) => {
      wide.parameters[o * INPUTS + feature] = network.parameters[o * READ.length + i] as number;
    });
  wide.parameters.set(network.parameters.subarray(network.places.b1), wide.places.b1);
  return wide;
}

export interface Trained {
  network: Network;
  scaling: Scaling;
}

/** Learn from narrowed episodes: the mean of several networks from other first weights. */
export function train(episodes: readonly Played[], options: TrainOptions, tell: (text: string) => void): Trained {
  const learnt = thinned(episodes);
  const scaling = scalingOf(learnt, READ.length);
  const members = Array.from({ length: options.starts }, (_, start) =>
    learn(learnt, scaling, {
      startFrom: READ.indexOf(NEAR[0] as number),
      shape: { inputs: READ.length, hidden1: MEMBER.hidden1, hidden2: MEMBER.hidden2 },
      epochs: options.epochs,
      seed: options.seed + start,
      onEpoch: (epoch, loss) => tell(`start ${start + 1} of ${options.starts}, epoch ${epoch + 1} of ${options.epochs}, loss ${loss.toFixed(4)}`),
    }),
  );
  const network = stacked(members);
  network.parameters.set(network.parameters.map(Math.fround)); // what the kernel computes with
  return { network, scaling };
}

export function scoresOf({ network, scaling }: Trained, episodes: readonly Played[]): Float64Array[] {
  const { inputs } = network.shape;
  return episodes.map((played) => {
    const x = scaled(played.features, scaling);
    return Float64Array.from(played.timeMs, (_, i) => network.forward(x, i * inputs));
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
  const leftOut = leaveOneOut(narrowed(families), narrowed(drawn), options, progress);
  console.log(leaveOneOutText(leftOut));
  const { overall } = leftOut;
  if (overall === undefined) throw new ToolError("no threshold keeps to the false positives allowed");
  if (options.leaveOut) return;
  progress.phase("learn from all families");
  const { network, scaling: learnt } = train(narrowed(all), options, (text) => progress.step(text));
  const scaling = scalingOf(all, INPUTS);
  for (let i = 0; i < INPUTS; i++) {
    const column = READ.indexOf(i);
    if (column >= 0) scaling.mean[i] = learnt.mean[column] as number;
    scaling.scale[i] = column >= 0 ? (learnt.scale[column] as number) : 0;
  }
  const model: Model = {
    shape: SHAPE_OF(options.starts),
    ...scaling,
    parameters: Float32Array.from(widened(network).parameters),
    noveltyLimit: NOVELTY_ROOM * distanceOf(all, scaling, 0.999),
    alarmLogit: overall.threshold,
  };
  const slope = chooseThreshold(
    validation,
    slopeScores(validation),
    SLOPE_SECONDS.map((seconds) => -seconds),
  );
  progress.done();
  console.log(`slope on the validation families: ${tell(slope)}`);
  if (options.dryRun) return;
  writeModel(model, options, leftOut, slope);
}

function writeModel(model: Model, options: TrainOptions, leftOut: LeftOut, slope: Rates | undefined): void {
  const bytes = modelBytes(model);
  const { inputs, hidden1, hidden2 } = model.shape;
  const command = `npm run train -- memory --seed ${options.seed} --episodes ${options.episodes} --validation ${options.validation}${options.drawn > 0 ? ` --drawn ${options.drawn}` : ""} --starts ${options.starts} --epochs ${options.epochs}`;
  writeManifestEntry({
    name: "memory-neural",
    file: MODEL_FILE,
    sha256: sha256(bytes),
    bytes: bytes.length,
    shape: `${inputs} features, dense ${hidden1}, softsign, dense ${hidden2}, softsign, dense 1; f32; ${options.starts} networks side by side`,
    parameters: model.parameters.length,
    licence: "as this repository",
    source: SOURCE_FILE,
    card: "models/memory-neural.md",
    command,
    seed: options.seed,
    training: [...familyNames("train"), ...familyNames("validation"), ...(options.drawn > 0 ? familyNames("drawn") : [])],
    leaveOneOut: leftOut.overall,
    slope: slope && { alarmSeconds: -slope.threshold, ...slope },
  });
  mkdirSync(join(ROOT, "models"), { recursive: true });
  writeFileSync(join(ROOT, MODEL_FILE), bytes);
  writeFileSync(join(ROOT, SOURCE_FILE), modelSource(model));
  writeFileSync(join(ROOT, LEAVE_ONE_OUT_FILE), `${JSON.stringify({ command, ...leftOut }, undefined, 2)}\n`);
  console.log(`wrote ${MODEL_FILE}, ${MANIFEST_FILE}, ${LEAVE_ONE_OUT_FILE} and ${SOURCE_FILE}`);
}

export interface LeftOut {
  /** the threshold that the model gets, and its rates: every episode judged by networks that never saw its family */
  overall: Rates | undefined;
  /** each family by networks, and a threshold, that never saw it */
  families: { family: string; rates: Rates | undefined }[];
}

/** @param always learnt from, whichever family is left out; not judged */
function leaveOneOut(episodes: readonly Played[], always: readonly Played[], options: TrainOptions, progress: Progress): LeftOut {
  const names = [...new Set(episodes.map((played) => played.family))];
  const scores: Float64Array[] = [];
  for (const [i, family] of names.entries()) {
    progress.phase(`learn without ${family}, ${i + 1} of ${names.length}`);
    const trained = train([...episodes.filter((played) => played.family !== family), ...always], options, (text) => progress.step(text));
    episodes.forEach((played, e) => {
      if (played.family === family) scores[e] = scoresOf(trained, [played])[0] as Float64Array;
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
