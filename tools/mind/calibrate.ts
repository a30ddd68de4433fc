// Confidence: from the probability that a model gives its own answer to the probability that the answer is right. Fitted on validation's questions, kept in the
// model's metadata as `ganglion.calibration.*`; kernel-as/mind/answer/confidence.ts applies it. Platt 1999, with his smoothed targets.
import { ToolError } from "../lib/index.js";

/** An answer of validation: what the model gave it, and whether it was right. */
export interface Judged {
  /** product of the probabilities of the free tokens under the grammar, 0 … 1 */
  probability: number;
  right: boolean;
  /** a command would be right here; where none would, a model that answers at all is wrong */
  answerable: boolean;
  /** it offered a command */
  offered: boolean;
}

export interface Calibration {
  bias: number;
  scale: number;
  /** below it the mind abstains */
  threshold: number;
}

/** There is nothing to fit. */
export class CannotCalibrate extends ToolError {
  override readonly name = "CannotCalibrate";
  override readonly code = "MIND_CALIBRATION";
}

/** As in confidence.ts: log odds are bounded. */
const MOST_ODDS = 12;
/** The mind abstains where it is likelier wrong than right, but not so often that fewer of the answerable questions than this get a command. */
const THRESHOLD_MOST = 0.5;
const OFFERED_LEAST = 0.9;
const ROUNDS = 100;

export function logOdds(probability: number): number {
  const odds = Math.log(probability / Math.max(1 - probability, 1e-12));
  return Number.isFinite(odds) ? Math.min(Math.max(odds, -MOST_ODDS), MOST_ODDS) : probability > 0.5 ? MOST_ODDS : -MOST_ODDS;
}

/** 1 ÷ (1 + e^−(bias + scale × log odds)) */
export function calibrated(probability: number, { bias, scale }: Pick<Calibration, "bias" | "scale">): number {
  return 1 / (1 + Math.exp(-(bias + scale * logOdds(probability))));
}

/**
 * Fits bias and scale by Newton's method on the cross entropy, then the threshold.
 * @param answers at least 50, right ones and wrong ones among them
 * @throws CannotCalibrate
 */
export function fitCalibration(answers: readonly Judged[]): Calibration {
  const right = answers.filter((a) => a.right).length;
  const wrong = answers.length - right;
  if (answers.length < 50 || right === 0 || wrong === 0)
    throw new CannotCalibrate(`${right} right and ${wrong} wrong answers do not tell what a probability is worth`, { expected: "at least 50 answers of both kinds" });
  const [high, low] = [(right + 1) / (right + 2), 1 / (wrong + 2)];
  const samples = answers.map((a) => ({ x: logOdds(a.probability), t: a.right ? high : low }));
  let [bias, scale] = [0, 1];
  let best = loss(samples, bias, scale);
  for (let round = 0; round < ROUNDS; round++) {
    let [g0, g1, h00, h01, h11] = [0, 0, 1e-9, 0, 1e-9];
    for (const { x, t } of samples) {
      const p = 1 / (1 + Math.exp(-(bias + scale * x)));
      const w = p * (1 - p);
      g0 += p - t;
      g1 += (p - t) * x;
      h00 += w;
      h01 += w * x;
      h11 += w * x * x;
    }
    const determinant = h00 * h11 - h01 * h01;
    const [d0, d1] = [(h11 * g0 - h01 * g1) / determinant, (h00 * g1 - h01 * g0) / determinant];
    let step = 1;
    let next = loss(samples, bias - d0, scale - d1);
    while (!(next <= best) && step > 1e-6) {
      step /= 2;
      next = loss(samples, bias - step * d0, scale - step * d1);
    }
    if (!(next < best - 1e-9)) break;
    [bias, scale, best] = [bias - step * d0, scale - step * d1, next];
  }
  return { bias, scale, threshold: thresholdFor(answers, { bias, scale }) };
}

function loss(samples: readonly { x: number; t: number }[], bias: number, scale: number): number {
  return samples.reduce((sum, { x, t }) => {
    const z = bias + scale * x;
    // ln(1 + e^−z), the right way round for either sign
    return sum + Math.log1p(Math.exp(-Math.abs(z))) + Math.max(z, 0) - t * z;
  }, 0);
}

function thresholdFor(answers: readonly Judged[], fitted: Pick<Calibration, "bias" | "scale">): number {
  const confidences = answers
    .filter((a) => a.answerable && a.offered)
    .map((a) => calibrated(a.probability, fitted))
    .sort((a, b) => a - b);
  const answerable = answers.filter((a) => a.answerable).length;
  // so many of those that are offered may be held back
  const spare = confidences.length - Math.ceil(answerable * OFFERED_LEAST);
  if (spare < 0) return 0;
  return Math.min(THRESHOLD_MOST, confidences[spare] ?? THRESHOLD_MOST);
}
