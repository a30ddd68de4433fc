// Gradient descent over collected examples with the learner's own wasm: the gradients are those that the ring-3 learner takes. Seeded: the same
// examples and seed give the same weights.

import { Learner, MOST_ROWS } from "../sim/learner.js";
import { Rng } from "../sim/rng.js";
import type { Collector, Example } from "./sched-collect.js";

export interface Passes {
  epochs: number;
  rate: number;
  seed: number;
  /** Parts of the model that stay as they are: spans of parameters. */
  frozen?: readonly (readonly [from: number, to: number])[];
  /** Parts that are drawn towards 0: spans of parameters, and the share that a step of rate 1 takes off. */
  decay?: readonly (readonly [from: number, to: number, share: number])[];
  /** Change an example's rows before it is used; for ablations. */
  alter?: (rows: DataView, candidates: number, count: number) => void;
  onEpoch?: (epoch: number, loss: number) => void;
}

const BATCH = 32;
const PARAMETERS = 1916;
/** Places of the last layer (kernel-as/ml/sched-shape.ts): weights of the bins, of the trust in the histories, and the biases of both. */
export const LAST_LAYER = { bins: [1576, 1832], trust: [1832, 1864], binBiases: [1896, 1912], trustBiases: [1912, 1914] } as const;

export class SchedTrainer {
  readonly learner: Learner;
  readonly #collector: Collector;

  constructor(learnerWasm: BufferSource, collector: Collector) {
    this.learner = new Learner(learnerWasm);
    this.#collector = collector;
  }

  /** Put an example into the loose set. Returns its rows. */
  #place(example: Example, alter?: Passes["alter"]): number {
    const { rowBytes } = this.learner;
    const into = this.learner.loose();
    into.set(example.candidates);
    let at = example.candidates.length;
    for (const past of example.pasts) {
      into.set(this.#collector.pasts[past] as Uint8Array, at);
      at += rowBytes;
    }
    const count = at / rowBytes;
    if (count > MOST_ROWS) throw new Error(`${count} rows of an example; the most is ${MOST_ROWS}`);
    alter?.(new DataView(into.buffer, into.byteOffset, into.length), example.candidates.length / rowBytes, count);
    return count;
  }

  /** Mean loss of the weights in use, over the tasks that are learnt from. */
  loss(examples: readonly Example[], alter?: Passes["alter"]): number {
    let sum = 0;
    let taught = 0;
    for (const example of examples) {
      sum += example.taught * this.learner.exports.learner_loose_loss(this.#place(example, alter), 0);
      taught += example.taught;
    }
    return sum / taught;
  }

  /**
   * Weights on the way from what both histories say, half and half, to what was learnt.
   * @param share 0: the histories; 1: what was learnt
   */
  towardHistories(weights: Uint8Array, share: number): Uint8Array {
    this.learner.begin(weights);
    const parameters = this.learner.parameters(PARAMETERS);
    for (const [from, to] of Object.values(LAST_LAYER)) for (let i = from; i < to; i++) parameters[i] = (parameters[i] as number) * share;
    const [from, to] = LAST_LAYER.trustBiases;
    for (let i = from; i < to; i++) parameters[i] = (parameters[i] as number) + 0.5 * (1 - share);
    return this.learner.weights(0);
  }

  /** Learn on from `weights`. Returns the new ones. */
  learn(weights: Uint8Array, examples: readonly Example[], { epochs, rate, seed, frozen, decay, alter, onEpoch }: Passes): Uint8Array {
    const { exports } = this.learner;
    this.learner.begin(weights);
    const rng = new Rng(seed);
    const order = examples.map((_, i) => i);
    const steps = epochs * Math.ceil(order.length / BATCH);
    let step = 0;
    for (let epoch = 0; epoch < epochs; epoch++) {
      for (let i = order.length - 1; i > 0; i--) {
        const j = Math.floor(rng.next() * (i + 1));
        [order[i], order[j]] = [order[j] as number, order[i] as number];
      }
      let loss = 0;
      let all = 0;
      for (let first = 0; first < order.length; first += BATCH) {
        exports.learner_clear();
        const batch = order.slice(first, first + BATCH);
        const taught = batch.reduce((sum, index) => sum + (examples[index] as Example).taught, 0);
        for (const index of batch) {
          const example = examples[index] as Example;
          loss += example.taught * exports.learner_loose_loss(this.#place(example, alter), example.taught / taught);
        }
        all += taught;
        for (const [from, to] of frozen ?? []) this.learner.gradient(PARAMETERS).fill(0, from, to);
        // A cosine from the rate to a hundredth of it, after a short rise.
        const share = step++ / steps;
        const now = rate * Math.min(step / 50, 1) * (0.01 + 0.99 * 0.5 * (1 + Math.cos(Math.PI * share)));
        exports.learner_apply(now);
        for (const [from, to, part] of decay ?? []) {
          const span = this.learner.parameters(PARAMETERS).subarray(from, to);
          for (let i = 0; i < span.length; i++) span[i] = (span[i] as number) * (1 - now * part);
        }
      }
      onEpoch?.(epoch, loss / all);
    }
    return this.learner.weights(0);
  }
}
