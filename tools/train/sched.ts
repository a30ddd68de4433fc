// npm run train -- sched: lists of jobs of the training mixes through the simulator, learning from what was observed, and the model's files. The
// collecting is sched-collect.ts, the learning sched-learn.ts, the files sched-files.ts. The test mixes never come here.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { TRAIN_MIXES } from "../jobs/mixes-train.js";
import { BUILD, type Progress, ROOT } from "../lib/index.js";
import { Learner } from "../sim/learner.js";
import { Rng } from "../sim/rng.js";
import { writeManifestEntry } from "./manifest.js";
import { sha256 } from "./model.js";
import { type Collection, Collector } from "./sched-collect.js";
import { parametersOf, SCHED_MODEL_FILE, SCHED_SOURCE_FILE, schedSource } from "./sched-files.js";
import { LAST_LAYER, SchedTrainer } from "./sched-learn.js";
import type { SchedTrainOptions } from "./sched-options.js";

/** Structureless lists are drawn so many times as often as each other kind: where nothing can be known, nothing must be made up. */
const FLAT_TIMES = 3;
const LEAST_LOAD = 0.5;
const MOST_LOAD = 0.95;
/** Every which decision is kept. */
const EVERY = 12;
/** Who decides in the first round, and in a quarter of the later lists. */
const CLASSICAL = ["rr", "las", "gittins", "mlfq", "sjf_history"] as const;
const RATE = 0.004;
/** The numbers of the bins (the last layer without the trust in the histories; kernel-as/ml/sched-shape.ts) are drawn towards 0 by this share of each
 * step: where there is nothing to know, the histories are to decide. */
const DECAY = 0.2;
/** In the end the weights are taken back part of the way to what the histories say. Noise in what was learnt goes faster than what it is worth: on validation
 * lists of training mixes this costs 1 % of the gap to the oracle, and what is lost against least attained service on heavy tails falls to less than half. */
const SHARE = 0.65;
/** Seeds of the lists that only measure: apart from all others. */
const HELD_SEED = 3_900_001;
const HELD_LISTS = 33;
/** Seeds of a training begin so far apart. */
const SEEDS_EACH = 10_000;

const policyFile = (name: string) => join(BUILD, "policies", `${name}.wasm`);

// The lists of a round: mixes in turn, the rest drawn.
function listsOf(count: number, firstSeed: number, jobs: number, rng: Rng): Collection[] {
  const mixes = TRAIN_MIXES.flatMap(({ name, kind }) => new Array<string>(kind === "structureless" ? FLAT_TIMES : 1).fill(name));
  return Array.from({ length: count }, (_, i) => ({
    mix: mixes[i % mixes.length] as string,
    load: LEAST_LOAD + (MOST_LOAD - LEAST_LOAD) * rng.next(),
    seed: firstSeed + i,
    jobs: Math.round(jobs * 3 ** (rng.next() - 1)),
    every: EVERY,
  }));
}

export async function trainSched(options: SchedTrainOptions, progress: Progress): Promise<void> {
  const { seed, lists, rounds, epochs, jobs } = options;
  const learnerWasm = new Uint8Array(readFileSync(join(BUILD, "wasm/learner-core.wasm")));
  const first = new Learner(learnerWasm).firstWeights(seed);
  const rng = new Rng(seed);
  const collect = (into: Collector, what: readonly Collection[], weights?: Uint8Array) => {
    what.forEach((list, i) => {
      const learned = weights !== undefined && i % 4 !== 0;
      into.collect(list, policyFile(learned ? "transformer" : (CLASSICAL[Math.floor(i / (weights ? 4 : 1)) % CLASSICAL.length] as string)), learned ? weights : undefined);
      progress.step(`list ${i + 1} of ${what.length}, ${into.examples.length} decisions`);
    });
  };
  progress.phase("lists held back");
  const held = new Collector(learnerWasm, first);
  collect(held, listsOf(HELD_LISTS, HELD_SEED, jobs, new Rng(HELD_SEED)));
  const judge = new SchedTrainer(learnerWasm, held);
  const heldLoss = (weights: Uint8Array) => {
    judge.learner.begin(weights);
    return judge.loss(held.examples);
  };
  const before = heldLoss(first);
  progress.note(`loss of the history alone on ${held.examples.length} decisions held back: ${before.toFixed(4)} nats`);
  const collector = new Collector(learnerWasm, first);
  const trainer = new SchedTrainer(learnerWasm, collector);
  let weights = first;
  let loss = 0;
  for (let round = 0; round < rounds; round++) {
    progress.phase(`round ${round + 1} of ${rounds}: lists`);
    collect(collector, listsOf(lists, 1 + (seed - 1) * SEEDS_EACH + round * lists, jobs, rng), round > 0 ? weights : undefined);
    progress.phase(`round ${round + 1} of ${rounds}: learn from ${collector.examples.length} decisions`);
    weights = trainer.learn(weights, collector.examples, {
      epochs,
      rate: RATE,
      seed: seed + round,
      decay: [
        [...LAST_LAYER.bins, DECAY],
        [...LAST_LAYER.binBiases, DECAY],
      ],
      onEpoch: (epoch, mean) => {
        loss = mean;
        progress.step(`epoch ${epoch + 1} of ${epochs}, loss ${mean.toFixed(4)}`);
      },
    });
    progress.done();
    progress.note(`round ${round + 1}: ${collector.examples.length} decisions, loss ${loss.toFixed(4)}; held back ${heldLoss(weights).toFixed(4)}`);
  }
  weights = trainer.towardHistories(weights, SHARE);
  progress.note(`${SHARE} of the way from the histories: held back ${heldLoss(weights).toFixed(4)}`);
  if (options.dryRun) return;
  write(weights, options, { decisions: collector.examples.length, loss, heldBackDecisions: held.examples.length, heldBackLoss: heldLoss(weights), heldBackLossOfHistory: before });
}

function write(weights: Uint8Array, { seed, lists, rounds, epochs, jobs }: SchedTrainOptions, measured: Record<string, number>): void {
  const rounded = Object.fromEntries(Object.entries(measured).map(([name, value]) => [name, Number(value.toFixed(4))]));
  mkdirSync(join(ROOT, "models"), { recursive: true });
  writeFileSync(join(ROOT, SCHED_MODEL_FILE), weights);
  writeFileSync(join(ROOT, SCHED_SOURCE_FILE), schedSource(weights));
  writeManifestEntry({
    name: "sched-transformer",
    file: SCHED_MODEL_FILE,
    sha256: sha256(weights),
    bytes: weights.length,
    shape: "48 features, embedding 16, softsign, one attention head (keys 8, values 8) with 6 relations, dense 16, softsign, 16 classes and the trust in two histories; f32",
    parameters: parametersOf(weights).length,
    licence: "as this repository",
    source: SCHED_SOURCE_FILE,
    card: "models/sched-transformer.md",
    command: `npm run train -- sched --seed ${seed} --lists ${lists} --rounds ${rounds} --epochs ${epochs} --jobs ${jobs}`,
    seed,
    training: TRAIN_MIXES.map(({ name }) => name),
    measured: rounded,
  });
  console.log(`wrote ${SCHED_MODEL_FILE}, models/manifest.json and ${SCHED_SOURCE_FILE}`);
}
