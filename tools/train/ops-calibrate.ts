// Confidence of a trained model: it answers questions of the validation split under the grammar, as the service would, and what its probabilities were worth goes
// into its file (`ganglion.calibration.*`). Seeds far from those that the training is watched with. Not the evaluation (tools/eval/mind).
import { type Calibration, calibrated, fitCalibration, type Judged } from "../mind/calibrate.js";
import { Decider } from "../mind/deciding.js";
import { formatGguf, type GgufContent } from "../mind/gguf.js";
import { ModelHost } from "../mind/host.js";
import { examples } from "../mind/questions/examples.js";
import { openTable } from "../mind/table.js";
import type { Words } from "../mind/words.js";

const SEED = 7_000_001;
const QUESTIONS = 1200;
const PER_STATE = 4;

export interface Calibrated extends Calibration {
  questions: number;
  /** Share of answers that are right under the grammar, abstaining where no command would be. */
  right: number;
  /** Share of the questions that a command answers for which one was offered above the threshold, and for which it was right. */
  offered: number;
  offeredRight: number;
}

/** Whether a command is one of the patterns, word by word; `*` is any one word. */
export function matches(command: string, patterns: readonly string[]): boolean {
  const words = command.split(" ");
  return patterns.some((pattern) => {
    const wanted = pattern.split(" ");
    return wanted.length === words.length && wanted.every((word, i) => word === "*" || word === words[i]);
  });
}

/** Answers the questions with the model as its file has it, and puts what was found into its metadata. */
export async function calibrate(model: GgufContent, words: Words, onStep: (text: string) => void): Promise<Calibrated> {
  const host = await ModelHost.v8();
  const answers: Judged[] = [];
  try {
    await host.loadBytes(formatGguf(model), 256);
    const decider = await Decider.open(host, words, (await openTable()).text());
    try {
      for (const { state, question, accepted, tolerated } of examples(words, SEED, QUESTIONS, "validation", { perState: PER_STATE })) {
        const { command, probability } = await decider.ask(state, question);
        const answerable = accepted.length > 0;
        const right = answerable ? command !== "" && matches(command, accepted) : command === "" || matches(command, tolerated);
        answers.push({ probability, right, answerable, offered: command !== "" });
        onStep(`question ${answers.length} of ${QUESTIONS}`);
      }
    } finally {
      await decider.close();
    }
  } finally {
    await host.close();
  }
  const fitted = fitCalibration(answers);
  for (const key of ["bias", "scale", "threshold"] as const) model.metadata.set(`ganglion.calibration.${key}`, { type: "f64", value: fitted[key] });
  return { ...fitted, ...figures(answers, fitted) };
}

function figures(answers: readonly Judged[], fitted: Calibration): Omit<Calibrated, keyof Calibration> {
  const answerable = answers.filter((a) => a.answerable);
  const offered = answerable.filter((a) => a.offered && calibrated(a.probability, fitted) >= fitted.threshold);
  return {
    questions: answers.length,
    right: answers.filter((a) => a.right).length / answers.length,
    offered: offered.length / answerable.length,
    offeredRight: offered.filter((a) => a.right).length / answerable.length,
  };
}
