// How the network learns. An episode is right or wrong by its first alarm, so the loss is one of episodes: the network's highest
// answers inside the window in which an alarm is a hit are pushed up, once more in the part of it that is ten seconds ahead, its highest ones
// where an alarm would be wrong are pushed down. Seeded: the same data and seed give the same bits on one engine.
import { Draw, HORIZON_MS, LEAD_MS } from "../episodes/index.js";
import type { Played } from "./dataset.js";
import { Adam, Network, type Shape } from "./network.js";

export interface LearnOptions {
  shape: Shape;
  epochs: number;
  seed: number;
  /** A feature that alone is a good rule, the higher the nearer: learning starts from it and corrects it. */
  startFrom?: number;
  /** Called after each epoch with its mean loss. */
  onEpoch?: (epoch: number, loss: number, network: Network) => void;
}

/** Beats are pushed in proportion to exp(SHARPNESS × logit): near to the highest one alone. */
const SHARPNESS = 5;
/** An alarm in time must come a little before it is due; a better one comes ten seconds before. */
const IN_TIME_MS = LEAD_MS + 200;
const BETTER_MS = 10_500;
const BETTER_WEIGHT = 0.7;
/** What a wrong alarm weighs, a hit being 1. */
const WRONG_WEIGHT = 1.3;
/** Before an episode becomes indistinguishable, nothing is learnt from it for so long: its twin is to be warned of there. */
const EXCUSED_MS = 12_000;
/** Logits of right and wrong are to lie this far from 0. */
const MARGIN = 1;
const BATCH = 8;
const RATE = 0.02;
const DECAY = 0.01;

export interface Scaling {
  mean: Float32Array;
  scale: Float32Array;
  least: Float32Array;
  most: Float32Array;
}

/** Mean, spread and range of each feature over all beats. One that never moves gets scale 0. */
export function scalingOf(episodes: readonly Played[], inputs: number): Scaling {
  const sum = new Float64Array(inputs);
  const square = new Float64Array(inputs);
  const least = new Float32Array(inputs).fill(Number.POSITIVE_INFINITY);
  const most = new Float32Array(inputs).fill(Number.NEGATIVE_INFINITY);
  let count = 0;
  for (const { features } of episodes)
    for (let at = 0; at < features.length; at += inputs, count++)
      for (let i = 0; i < inputs; i++) {
        const x = features[at + i] as number;
        sum[i] = (sum[i] as number) + x;
        square[i] = (square[i] as number) + x * x;
        if (x < (least[i] as number)) least[i] = x;
        if (x > (most[i] as number)) most[i] = x;
      }
  const mean = Float32Array.from(sum, (s) => s / count);
  const scale = Float32Array.from(square, (s, i) => {
    const variance = s / count - (mean[i] as number) ** 2;
    return variance > 1e-8 ? 1 / Math.sqrt(variance) : 0;
  });
  return { mean, scale, least, most };
}

export function scaled(features: Float32Array, { mean, scale }: Scaling): Float32Array {
  const inputs = mean.length;
  return features.map((x, i) => (x - (mean[i % inputs] as number)) * (scale[i % inputs] as number));
}

/** The beats of an episode by what an alarm at them would be. */
interface Task {
  x: Float32Array;
  /** [from, to) of the beats at which an alarm is a hit; the same for a better hit; empty where there is none */
  hit: [number, number];
  better: [number, number];
  /** Beats at which an alarm is wrong. */
  wrong: [number, number];
}

function taskOf(played: Played, scaling: Scaling): Task | undefined {
  const { timeMs, oomMs, indistinguishableMs, committed } = played;
  const before = (ms: number) => {
    const i = timeMs.findIndex((t) => t >= ms);
    return i < 0 ? timeMs.length : i;
  };
  const x = scaled(played.features, scaling);
  if (oomMs === undefined) return { x, hit: [0, 0], better: [0, 0], wrong: [0, indistinguishableMs === undefined ? timeMs.length : before(indistinguishableMs - EXCUSED_MS)] };
  if (!played.foreseeable) return undefined;
  let from = before(oomMs - HORIZON_MS);
  // Committed demand may be warned of at any time.
  while (from > 0 && committed[from - 1] === 1) from--;
  return { x, hit: [from, before(oomMs - IN_TIME_MS)], better: [from, before(oomMs - BETTER_MS)], wrong: [0, from] };
}

const softplus = (x: number) => (x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x)));
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

export function learn(episodes: readonly Played[], scaling: Scaling, options: LearnOptions): Network {
  const { shape, epochs, seed } = options;
  const draw = new Draw(seed);
  const network = new Network(shape);
  network.randomise(draw);
  if (options.startFrom !== undefined) network.passOn(options.startFrom);
  const tasks = episodes.flatMap((played) => taskOf(played, scaling) ?? []);
  const adam = new Adam(network.parameters.length, DECAY);
  const gradient = new Float64Array(network.parameters.length);
  const order = tasks.map((_, i) => i);
  const logits = new Float64Array(Math.max(...tasks.map((t) => t.x.length / shape.inputs)));
  const slopes = new Float64Array(logits.length);
  const steps = epochs * Math.ceil(tasks.length / BATCH);
  let step = 0;
  for (let epoch = 0; epoch < epochs; epoch++) {
    for (let i = order.length - 1; i > 0; i--) {
      const j = draw.whole(0, i);
      [order[i], order[j]] = [order[j] as number, order[i] as number];
    }
    let loss = 0;
    for (let first = 0; first < order.length; first += BATCH) {
      gradient.fill(0);
      const batch = order.slice(first, first + BATCH);
      for (const index of batch) loss += pushEpisode(network, tasks[index] as Task, logits, slopes, gradient, batch.length) / order.length;
      // A cosine from RATE to nothing.
      adam.update(network.parameters, gradient, RATE * 0.5 * (1 + Math.cos((Math.PI * step++) / steps)));
    }
    options.onEpoch?.(epoch, loss, network);
  }
  return network;
}

function pushEpisode(network: Network, task: Task, logits: Float64Array, slopes: Float64Array, gradient: Float64Array, batch: number): number {
  const { inputs } = network.shape;
  const beats = task.x.length / inputs;
  for (let i = 0; i < beats; i++) logits[i] = network.forward(task.x, i * inputs);
  slopes.fill(0, 0, beats);
  let loss = 0;
  // The highest of [from, to) up (sign −1) or down (+1): a weighted mean whose weights count as constants.
  const push = ([from, to]: [number, number], sign: number, weight: number) => {
    if (to <= from) return;
    let top = Number.NEGATIVE_INFINITY;
    for (let i = from; i < to; i++) top = Math.max(top, logits[i] as number);
    let sum = 0;
    let mean = 0;
    for (let i = from; i < to; i++) {
      const w = Math.exp(SHARPNESS * ((logits[i] as number) - top));
      sum += w;
      mean += w * (logits[i] as number);
    }
    mean /= sum;
    loss += weight * softplus(MARGIN + sign * mean);
    const slope = (weight * sign * sigmoid(MARGIN + sign * mean)) / sum;
    for (let i = from; i < to; i++) slopes[i] = (slopes[i] as number) + slope * Math.exp(SHARPNESS * ((logits[i] as number) - top));
  };
  push(task.hit, -1, 1);
  push(task.better, -1, BETTER_WEIGHT);
  push(task.wrong, 1, WRONG_WEIGHT);
  for (let i = 0; i < beats; i++) {
    const slope = slopes[i] as number;
    if (Math.abs(slope) < 1e-4) continue;
    network.forward(task.x, i * inputs);
    network.backward(task.x, i * inputs, slope / batch, gradient);
  }
  return loss;
}
