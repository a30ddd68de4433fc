// What a training writes in models/: the weights, the log, the curve, the manifest's entry. The card is written by hand; its figures are in the manifest.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../lib/index.js";
import { formatGguf, type GgufContent } from "../mind/gguf.js";
import type { Vocabulary } from "./bpe-vocabulary.js";
import { writeManifestEntry } from "./manifest.js";
import { sha256 } from "./model.js";
import type { Calibrated } from "./ops-calibrate.js";
import type { LogLine } from "./ops-checkpoint.js";
import type { OpsOptions } from "./ops-options.js";
import type { ModelShape } from "./ops-process.js";
import { curveSvg, logText } from "./ops-report.js";

export const OPS_MODEL_FILE = "models/ops.gguf";
export const OPS_LOG_FILE = "models/ops.log.jsonl";
export const OPS_CURVE_FILE = "models/ops.svg";

export interface Trained {
  options: OpsOptions;
  steps: number;
  seconds: number;
  shape: ModelShape;
  vocabulary: Vocabulary;
  /** f32 of all parameters. */
  parameters: Float32Array;
  log: readonly LogLine[];
}

/** The model as it is kept, calibrated. */
export interface Finished {
  content: GgufContent;
  calibrated: Calibrated;
}

/** The command that gives the same bytes. */
export function commandOf({ options, steps }: Trained): string {
  const { seed, examples, rate, width, layers, heads, kvHeads, hidden, vocabulary } = options;
  return `npm run train -- ops --seed ${seed} --steps ${steps} --examples ${examples} --rate ${rate} --width ${width} --layers ${layers} --heads ${heads} --kv-heads ${kvHeads} --hidden ${hidden} --vocabulary ${vocabulary}`;
}

/** Writes all of it; returns the size of the weights' file. */
export function writeModel(trained: Trained, { content, calibrated }: Finished): number {
  const { shape, parameters, log, options, steps, seconds } = trained;
  const weights = formatGguf(content);
  const share = (value: number) => Number(value.toFixed(4));
  const command = commandOf(trained);
  mkdirSync(join(ROOT, "models"), { recursive: true });
  writeFileSync(join(ROOT, OPS_MODEL_FILE), weights);
  writeFileSync(join(ROOT, OPS_LOG_FILE), logText(log));
  writeFileSync(join(ROOT, OPS_CURVE_FILE), curveSvg(log, `ops: ${steps} steps, ${parameters.length} parameters`));
  const last = log.at(-1)?.validation;
  writeManifestEntry({
    name: "ops",
    file: OPS_MODEL_FILE,
    sha256: sha256(weights),
    bytes: weights.length,
    shape: `llama: ${shape.layers} layers, width ${shape.width}, ${shape.heads} heads of ${shape.width / shape.heads}, ${shape.kvHeads} for keys and values, feed-forward ${shape.hidden}, vocabulary ${shape.vocabulary}, tied; Q8_0, norms F32`,
    parameters: parameters.length,
    parametersWithoutEmbedding: parameters.length - shape.vocabulary * shape.width,
    licence: "as this repository",
    source: "tools/mind/questions",
    card: "models/ops.md",
    log: OPS_LOG_FILE,
    curve: OPS_CURVE_FILE,
    command,
    seed: options.seed,
    measured: {
      steps,
      trainingSeconds: Math.round(seconds),
      loss: log.at(-1)?.loss,
      heldOutQuestions: last?.questions,
      heldOutLoss: Number(last?.loss.toFixed(4)),
      heldOutRight: Number(last?.right.toFixed(4)),
      heldOutCommandRight: Number(last?.command.toFixed(4)),
      underGrammar: {
        questions: calibrated.questions,
        right: share(calibrated.right),
        offered: share(calibrated.offered),
        offeredRight: share(calibrated.offeredRight),
      },
    },
  });
  return weights.length;
}
