// npm run train -- ops: the language model of the mind, from questions about simulated states. The vocabulary is bpe.ts, the loop ops-learn.ts, the process
// that does the work ops-process.ts, the files ops-files.ts.
import { join } from "node:path";
import { buildOpsTrainer } from "../build/ops-trainer.js";
import { BUILD, type Progress, UsageError } from "../lib/index.js";
import type { Words } from "../mind/words.js";
import { learnVocabulary, PieceCounter } from "./bpe.js";
import { Vocabulary } from "./bpe-vocabulary.js";
import { calibrate } from "./ops-calibrate.js";
import { type Checkpoint, type LogLine, readCheckpoint, writeCheckpoint } from "./ops-checkpoint.js";
import { promptOf, type Source } from "./ops-data.js";
import { OPS_MODEL_FILE, type Trained, writeModel } from "./ops-files.js";
import { opsContent } from "./ops-gguf.js";
import { batchesOf, CHECKPOINT_SECONDS, FREE_SHARE, learn, ROOM } from "./ops-learn.js";
import { Measure } from "./ops-measure.js";
import type { OpsOptions } from "./ops-options.js";
import { type ModelShape, OpsProcess } from "./ops-process.js";
import { lineText } from "./ops-report.js";

const CONTEXT = 256;
const ROPE_BASE = 10_000;
const EPSILON = 1e-5;
/** Numbers that are tokens: those of most processes, and what has two digits and a 0, as the state's text rounds to. */
const NUMBERS = [...Array.from({ length: 200 }, (_, value) => value), ...Array.from({ length: 80 }, (_, i) => 200 + 10 * i)];
/** How often a word of a question counts beside one of a state, which has more of them and all alike. */
const QUESTION_WORTH = 3;
/** Examples of the training split that the vocabulary is learnt from, far from those that are trained on first. */
const VOCABULARY_EXAMPLES = 4000;
const VOCABULARY_FROM = 3_000_000_000;
/** States held out, each with its questions, that the training is watched with. */
const MEASURE_EXAMPLES = 90;
/** Steps whose time says how many there can be; the first is not counted. */
const TRIAL_STEPS = 12;
/** Share of the time that measuring and checkpoints take. */
const ASIDE = 0.03;
/** Lines that are shown where nobody watches a terminal. */
const PLAIN_EVERY_SECONDS = 15;

export function learnOpsVocabulary(source: Source, size: number): Vocabulary {
  const counter = new PieceCounter();
  for (let i = 0; i < VOCABULARY_EXAMPLES; i++) {
    const { state, questions } = source.example("train", VOCABULARY_FROM + i);
    counter.add(`${state}\n`);
    for (const { question, answer } of questions) {
      counter.add(promptOf("", question), QUESTION_WORTH);
      counter.add(`${answer}\n`, QUESTION_WORTH);
    }
  }
  return learnVocabulary(counter, size, NUMBERS);
}

function planOf(options: OpsOptions): Record<string, number> {
  const { seed, examples, rate, width, layers, heads, kvHeads, hidden, vocabulary } = options;
  return { seed, examples, rate, width, layers, heads, kvHeads, hidden, vocabulary };
}

// Steps that are given, or those of the checkpoint, which can be made more or fewer as long as the rate did not fall yet; 0: to be worked out.
function stepsOf(options: OpsOptions, checkpoint: Checkpoint | undefined): number {
  if (!checkpoint || options.steps === checkpoint.steps) return checkpoint?.steps ?? options.steps;
  if (options.steps === 0) return checkpoint.steps;
  if (checkpoint.step > FREE_SHARE * Math.min(options.steps, checkpoint.steps))
    throw new UsageError(`--steps ${options.steps}: the checkpoint is at step ${checkpoint.step} of ${checkpoint.steps}, where the rate falls already`, {
      expected: `steps that the rate stays up for until there: ${Math.ceil(checkpoint.step / FREE_SHARE)} or more, and a checkpoint before ${Math.floor(checkpoint.steps * FREE_SHARE)}`,
    });
  return options.steps;
}

// How many steps the minutes allow, from the time of the first ones; what those learnt is forgotten.
async function stepsFor(trainer: OpsProcess, source: Source, vocabulary: Vocabulary, options: OpsOptions): Promise<number> {
  await trainer.begin(options.seed);
  let started = 0;
  for (let step = 1; step <= TRIAL_STEPS; step++) {
    if (step === 2) started = performance.now();
    await trainer.step(
      { step, steps: TRIAL_STEPS, warmup: TRIAL_STEPS, peak: options.rate, last: 1, limit: 1, decay: 0 },
      batchesOf(source, vocabulary, CONTEXT, options.seed, step, options.examples),
    );
  }
  const each = (performance.now() - started) / (TRIAL_STEPS - 1);
  return Math.max(100, Math.round((options.minutes * 60_000 * (1 - ASIDE)) / each / 10) * 10);
}

/** Trains. Resolves with what was trained; nothing but the checkpoint is written. */
export async function trainOps(
  options: OpsOptions,
  source: Source,
  progress: Progress,
  folder = join(BUILD, "train/ops"),
  checkpointSeconds = CHECKPOINT_SECONDS,
): Promise<Trained> {
  const path = join(folder, "checkpoint.bin");
  const checkpoint = options.resume ? readCheckpoint(path) : undefined;
  const plan = planOf(options);
  const differs = checkpoint && Object.keys(plan).find((key) => checkpoint.plan[key] !== plan[key]);
  if (differs)
    throw new UsageError(`--resume: the checkpoint was made with ${differs} ${checkpoint.plan[differs]}, not ${plan[differs]}`, {
      hint: "give the options that it was begun with",
    });
  progress.phase("the trainer");
  const program = await buildOpsTrainer();
  progress.phase("the vocabulary");
  const vocabulary = checkpoint ? new Vocabulary(checkpoint.merges) : learnOpsVocabulary(source, options.vocabulary);
  const shape: ModelShape = {
    vocabulary: vocabulary.size,
    width: options.width,
    layers: options.layers,
    heads: options.heads,
    kvHeads: options.kvHeads,
    hidden: options.hidden,
    context: CONTEXT,
    ropeBase: ROPE_BASE,
    epsilon: EPSILON,
  };
  const measure = new Measure(
    vocabulary,
    Array.from({ length: MEASURE_EXAMPLES }, (_, i) => source.example("validation", i)),
    CONTEXT,
    ROOM,
  );
  const trainer = new OpsProcess(program);
  try {
    await trainer.open(shape, ROOM);
    progress.note(`${trainer.parameters} parameters, ${trainer.parameters - shape.vocabulary * shape.width} without the embedding, ${vocabulary.size} tokens`);
    const steps = stepsOf(options, checkpoint) || (await stepsFor(trainer, source, vocabulary, options));
    if (checkpoint) await trainer.load(checkpoint.state);
    else await trainer.begin(options.seed);
    const log: LogLine[] = checkpoint?.log ?? [];
    progress.note(`${steps} steps of ${options.examples} states${checkpoint ? `, from step ${checkpoint.step} on` : ""}; the same again: --steps ${steps} --seed ${options.seed}`);
    progress.phase("training");
    let state = checkpoint?.state ?? Buffer.alloc(0);
    let seconds = checkpoint?.seconds ?? 0;
    let shown = Number.NEGATIVE_INFINITY;
    await learn({
      trainer,
      source,
      vocabulary,
      shape,
      measure,
      seed: options.seed,
      examples: options.examples,
      rate: options.rate,
      steps,
      from: checkpoint?.step ?? 0,
      secondsBefore: seconds,
      checkpointSeconds,
      log,
      onLine: (line, left) => {
        const text = lineText(line, steps, left);
        if (process.stderr.isTTY && !line.validation) progress.step(text);
        else if (line.validation || line.seconds - shown >= PLAIN_EVERY_SECONDS) {
          progress.note(text);
          progress.phase("training");
          shown = line.seconds;
        }
      },
      onCheckpoint: async (step, now) => {
        state = await trainer.save();
        seconds = now;
        writeCheckpoint(path, { plan, step, steps, seconds, merges: vocabulary.merges.map(([left, right]) => [left, right]), log, state });
      },
    });
    progress.done();
    const parameters = new Float32Array(new Uint8Array(state.subarray(0, trainer.parameters * 4)).buffer);
    const trained: Trained = { options, steps, seconds, shape, vocabulary, parameters, log };
    return trained;
  } finally {
    trainer.close();
  }
}

/** Calibrates what was trained and writes it into models/. */
export async function finishOps(trained: Trained, words: Words, progress: Progress): Promise<void> {
  progress.phase("calibrating");
  const content = opsContent(trained.shape, trained.vocabulary, trained.parameters, "Q8_0");
  const calibrated = await calibrate(content, words, (text) => progress.step(text));
  progress.note(`under the grammar, ${calibrated.questions} questions held out: ${(100 * calibrated.right).toFixed(1)} % right`);
  progress.note(`wrote ${OPS_MODEL_FILE} (${writeModel(trained, { content, calibrated })} bytes), its log, its curve and models/manifest.json`);
}
