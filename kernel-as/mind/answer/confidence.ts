// From the probability that a model gives its own answer to the probability that the answer is right: Platt's scaling of the log odds, fitted on questions that
// are neither trained nor tested on (tools/train), kept in the model's metadata. Without it nothing is known, and that is said.
// Platt 1999, "Probabilistic outputs for support vector machines".
import { exp32, lnOf } from "../../ml/exponential";
import { Gguf } from "../gguf/file";

/** f64: added to the scaled log odds. */
export const KEY_BIAS: string = "ganglion.calibration.bias";
/** f64: factor of the log odds. */
export const KEY_SCALE: string = "ganglion.calibration.scale";
/** f64: below it the mind abstains. */
export const KEY_THRESHOLD: string = "ganglion.calibration.threshold";
/** Where the model names none. */
const THRESHOLD: f64 = 0.5;
/** Log odds are bounded by this: a probability of 1 in f64 is no certainty. */
const MOST_ODDS: f64 = 12.0;

/** Whether a model has been calibrated. */
export function isCalibrated(gguf: Gguf): bool {
  return gguf.find(KEY_SCALE) !== null;
}

/** Below this the mind abstains; 0 where the model was not calibrated: then only it says when it is unsure. */
export function threshold(gguf: Gguf): f64 {
  return isCalibrated(gguf) ? gguf.number(KEY_THRESHOLD, THRESHOLD) : 0.0;
}

/** The probability that an answer is right, 0 … 1; that of the answer itself where the model was not calibrated. NaN in is 0. */
export function confidence(gguf: Gguf, probability: f64): f64 {
  if (!(probability > 0.0)) return 0.0;
  if (!isCalibrated(gguf)) return min<f64>(probability, 1.0);
  return calibrated(probability, gguf.number(KEY_BIAS, 0.0), gguf.number(KEY_SCALE, 1.0));
}

/** 1 ÷ (1 + e^−(bias + scale × log odds)). */
export function calibrated(probability: f64, bias: f64, scale: f64): f64 {
  const odds = min<f64>(max<f64>(lnOf(probability / max<f64>(1.0 - probability, 1e-12)), -MOST_ODDS), MOST_ODDS);
  const value = 1.0 / (1.0 + <f64>exp32(<f32>-(bias + scale * odds)));
  return value >= 0.0 && value <= 1.0 ? value : 0.0;
}
