// The loop of a training: draws examples, packs them, steps, measures, keeps checkpoints. Not the choice of data nor what becomes of the weights.
import type { Vocabulary } from "./bpe-vocabulary.js";
import { inRoom, type Packed, pack, type Room } from "./ops-batch.js";
import type { LogLine } from "./ops-checkpoint.js";
import { byState, fitting, groupOf, type Source } from "./ops-data.js";
import type { Measure } from "./ops-measure.js";
import type { ModelShape, OpsProcess } from "./ops-process.js";

/** Of a batch: what one half of the trainer works on at a time. */
export const ROOM: Room = { rows: 1536, scores: 260_000, answered: 1536 };
/** The gradient is shortened to this norm. */
const LIMIT = 1;
/** AdamW's. */
const DECAY = 0.1;
/** The rate's last value, as a share of its peak. */
const LAST_RATE = 0.02;
/** Steps in which the rate rises; after it stays, and falls in the last two fifths (kernel-as/ml/lm/adamw.ts). */
const WARMUP = 60;
/** Up to this share of its steps a training does not depend on how many they are. */
export const FREE_SHARE = 0.6;
/** Rows of the state and the question count so much beside the answer's. */
const WEIGHTS = { state: 0, question: 0 };
const LOG_EVERY_STEPS = 20;
export const CHECKPOINT_SECONDS = 60;
const MEASURE_SECONDS = 90;

export interface Learning {
  trainer: OpsProcess;
  source: Source;
  vocabulary: Vocabulary;
  shape: ModelShape;
  measure: Measure;
  seed: number;
  /** States in each step. */
  examples: number;
  rate: number;
  steps: number;
  /** Done before. */
  from: number;
  secondsBefore: number;
  log: LogLine[];
  onLine(line: LogLine, left: number): void;
  checkpointSeconds: number;
  /** So often, and at the end. */
  onCheckpoint(step: number, seconds: number): Promise<void>;
}

/** Seeds of a training's examples begin so far apart. */
const SEEDS_EACH = 100_000_000;

/** The batches of a step, for both halves in turn; the same step, the same batches. */
export function batchesOf(source: Source, vocabulary: Vocabulary, context: number, seed: number, step: number, examples: number): Packed[] {
  const groups = [];
  for (let i = 0; i < examples; i++) {
    const example = fitting(vocabulary, source.example("train", seed * SEEDS_EACH + (step - 1) * examples + i), context);
    for (const part of byState(example)) groups.push(groupOf(vocabulary, part));
  }
  // Two halves of like size, each cut where its room ends.
  const half = Math.ceil(groups.length / 2);
  const [first, second] = [groups.slice(0, half), groups.slice(half)].map((list) => [...inRoom(list, ROOM)].map((part) => pack(part, WEIGHTS)));
  return interleave(first as Packed[], second as Packed[]);
}

// Batches go to the halves by their place: even to the first, odd to the second.
function interleave(first: Packed[], second: Packed[]): Packed[] {
  const out: Packed[] = [];
  for (let i = 0; i < Math.max(first.length, second.length); i++) out.push(first[i] ?? empty(), second[i] ?? empty());
  return out;
}
// A batch of one row without a loss.
function empty(): Packed {
  return pack([{ prefix: [0], branches: [] }], { state: 0, question: 0 });
}

/** Trains from step `from` + 1 to `steps`. */
export async function learn(learning: Learning): Promise<void> {
  const { trainer, source, vocabulary, shape, seed, examples, steps, log } = learning;
  const started = performance.now();
  const seconds = () => learning.secondsBefore + (performance.now() - started) / 1000;
  let kept = seconds();
  let measuredAt = seconds();
  let lineAt = { seconds: seconds(), rows: 0, loss: 0, norm: 0, steps: 0 };
  let next = batchesOf(source, vocabulary, shape.context, seed, learning.from + 1, examples);
  for (let step = learning.from + 1; step <= steps; step++) {
    const batches = next;
    const stepping = trainer.step({ step, steps, warmup: Math.min(WARMUP, Math.ceil(steps / 10)), peak: learning.rate, last: LAST_RATE, limit: LIMIT, decay: DECAY }, batches);
    stepping.catch(() => {}); // where the drawing fails too, that is what is told
    // The next batches are drawn while the trainer works.
    if (step < steps) next = batchesOf(source, vocabulary, shape.context, seed, step + 1, examples);
    const result = await stepping;
    lineAt.rows += batches.reduce((sum, { rows }) => sum + rows, 0);
    lineAt.loss += result.loss;
    lineAt.norm += result.norm;
    lineAt.steps++;
    const last = step === steps;
    if (step % LOG_EVERY_STEPS === 0 || last) {
      const now = seconds();
      const line: LogLine = {
        step,
        seconds: Number(now.toFixed(1)),
        rate: Number(result.rate.toPrecision(4)),
        loss: Number((lineAt.loss / lineAt.steps).toFixed(4)),
        norm: Number((lineAt.norm / lineAt.steps).toFixed(3)),
        tokensPerSecond: Math.round(lineAt.rows / (now - lineAt.seconds)),
      };
      if (last || now - measuredAt > MEASURE_SECONDS) {
        line.validation = await learning.measure.run(trainer);
        measuredAt = seconds();
      }
      log.push(line);
      learning.onLine(line, ((now - learning.secondsBefore) / (step - learning.from)) * (steps - step));
      lineAt = { seconds: seconds(), rows: 0, loss: 0, norm: 0, steps: 0 };
    }
    if (last || seconds() - kept > learning.checkpointSeconds) {
      await learning.onCheckpoint(step, seconds());
      kept = seconds();
    }
  }
}
