// Shortest job first by history: what a request will still take is the smoothed mean of its image's requests less what it has had.
// Preemptive. Where it has had more than the mean, the mean is wrong for it: what is left then is taken to be as much as it is late,
// so it falls behind step by step. An image without history counts as the mean over the images that were seen.
// Nice: the greatest weight ÷ expected remainder runs, Smith's rule. A scheduling policy module: pure, no imports.
import { Status, TaskEvent } from "../../abi/numbers";
import { head, told } from "./exports";
import { weightOf } from "./nice";
import { answer, attainedNs, forget, offer, readyTask, readyTasks, take, task } from "./table";

export { policy_abi, policy_input, policy_input_capacity, policy_kind, policy_output, policy_output_bytes } from "./exports";

/** It is looked at again after this long: who outlives its mean is noticed by then. */
const QUANTUM_NS: u64 = 10_000_000;
/** A mean before anything was seen. */
const FIRST_MEAN_NS: f64 = 10_000_000.0;
/** Weight of a new request in the mean over all images. */
const SHARE: f64 = 1.0 / 64.0;

let overallNs: f64 = FIRST_MEAN_NS;

export function policy_reset(_seed: i32): i32 {
  forget();
  overallNs = FIRST_MEAN_NS;
  return Status.Ok;
}

function remainingNs(slot: u32): f64 {
  const row = task(slot);
  const mean = row.imageRequests > 0 ? <f64>row.imageMeanUs * 1000.0 : overallNs;
  const attained = <f64>attainedNs(slot);
  return attained < mean ? mean - attained : attained - mean;
}

export function policy_decide(inputBytes: i32): i32 {
  const asked = take(inputBytes);
  if (asked < 0) return asked;
  for (let i = 0; i < <i32>head().rows; i++) {
    const row = told(i);
    if (row.events & TaskEvent.Arrive && row.imageRequests > 0) overallNs += (<f64>row.imageMeanUs * 1000.0 - overallNs) * SHARE;
  }
  if (asked === 0) return Status.Ok;
  for (let i = 0; i < readyTasks(); i++) {
    const slot = readyTask(i);
    const expected = remainingNs(slot);
    offer(slot, -expected / weightOf(task(slot).nice), expected);
  }
  return answer(QUANTUM_NS);
}
