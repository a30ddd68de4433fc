// How the network learns: by the loss of episodes (episode-loss.ts). Seeded: the same data and seed give the same bits on one engine.
import { Draw } from "../episodes/index.js";
import type { Played } from "./dataset.js";
import { episodeLoss, type Loss, type Spans, spansOf } from "./episode-loss.js";
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

const LOSS: Loss = { sharpness: 5, better: 0.7, wrong: 1.3 };
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

/** An episode that teaches something. */
interface Task {
  x: Float32Array;
  spans: Spans;
}

export function learn(episodes: readonly Played[], scaling: Scaling, options: LearnOptions): Network {
  const { shape, epochs, seed } = options;
  const draw = new Draw(seed);
  const network = new Network(shape);
  network.randomise(draw);
  if (options.startFrom !== undefined) network.passOn(options.startFrom);
  const tasks: Task[] = episodes.flatMap((played) => {
    const spans = spansOf(played);
    return spans ? [{ x: scaled(played.features, scaling), spans }] : [];
  });
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
  const loss = episodeLoss(logits, 0, task.spans, LOSS, (beat, slope) => {
    slopes[beat] = (slopes[beat] as number) + slope;
  });
  for (let i = 0; i < beats; i++) {
    const slope = slopes[i] as number;
    if (Math.abs(slope) < 1e-4) continue;
    network.forward(task.x, i * inputs);
    network.backward(task.x, i * inputs, slope / batch, gradient);
  }
  return loss;
}
