// One step of a whole model, which two instances may share: the embedding and the norms by adamw.ts, the layers' matrices by muon.ts.
import { adamw, normOf, Step } from "./adamw";
import { muon } from "./muon";
import { Shape } from "./shape";

/** The rate of the matrices beside that of the rest. */
const MATRICES: f32 = 5.0;

/** The first parameter that a half of the layers does not have: half 0 has the embedding and what is before, half 1 the rest. */
export function halfOf(shape: Shape): i32 {
  return shape.layer((shape.layers + 1) / 2);
}

/**
 * One step of a half of the parameters. A gradient that is no number changes nothing.
 * @param state parameters, and two moments as long each; what muon.ts keeps is in the first
 * @param half 0 or 1
 * @param limit the gradient is shortened to this norm where it is longer
 * @returns the norm of the whole gradient before it was shortened; below 0: it was no number
 */
export function update(shape: Shape, state: usize, gradient: usize, step: Step, half: i32, limit: f64, scratch: usize): f64 {
  const length = normOf(gradient, shape.parameters);
  if (!(length < 1e30)) return -1.0;
  step.shorten = length > limit ? <f32>(limit / length) : 1.0;
  const first = state + ((<usize>shape.parameters) << 2);
  const second = first + ((<usize>shape.parameters) << 2);
  const width = shape.width;
  const middle = (shape.layers + 1) / 2;
  const from = half === 0 ? 0 : middle;
  const end = half === 0 ? middle : shape.layers;
  if (half === 0) adamw(state, gradient, first, second, 0, shape.vocabulary * width, step, true);
  else adamw(state, gradient, first, second, shape.lastNorm, width, step, false);
  for (let l = from; l < end; l++) {
    adamw(state, gradient, first, second, shape.layer(l), width, step, false);
    adamw(state, gradient, first, second, shape.layer(l) + width + (shape.qkv + width) * width, width, step, false);
  }
  muon(shape, state, gradient, first, from, end, step.shorten, MATRICES * step.rate, step.rate * step.decay, scratch);
  return length;
}
