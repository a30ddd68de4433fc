// Least attained service, also called foreground-background: who has had the least processor time in its request runs. It knows
// nothing of sizes, and is the best that knows nothing where long requests are likely to go on for long (Righter, Shanthikumar 1989).
// Tasks that have had the same share the processor in grains.
// Nice: attained time counts by weight, so one of nice −5 falls behind three times more slowly (weighted foreground-background).
// A scheduling policy module: pure, no imports, no state of its own.
import { Status } from "../../abi/numbers";
import { weightOf } from "./nice";
import { answer, attainedNs, chosen, forget, NONE, offer, readyTask, readyTasks, running, take, task } from "./table";

export { policy_abi, policy_input, policy_input_capacity, policy_kind, policy_output, policy_output_bytes } from "./exports";

/** How far the one that runs may get ahead of the next before that one's turn comes, where nothing happens meanwhile. */
const GRAIN_NS: f64 = 2_000_000.0;
/** … and where something does: a difference of less is not worth a switch. */
const SLACK_NS: f64 = 1_000_000.0;

function weightedNs(slot: u32): f64 {
  return <f64>attainedNs(slot) / weightOf(task(slot).nice);
}

export function policy_reset(_seed: i32): i32 {
  forget();
  return Status.Ok;
}

export function policy_decide(inputBytes: i32): i32 {
  const asked = take(inputBytes);
  if (asked <= 0) return asked;
  for (let i = 0; i < readyTasks(); i++) {
    const slot = readyTask(i);
    offer(slot, (slot == running() ? SLACK_NS : 0.0) - weightedNs(slot));
  }
  const slot = chosen();
  if (slot == NONE) return Status.Invalid;
  // It runs until it is a grain ahead of the next one.
  let next = Infinity;
  for (let i = 0; i < readyTasks(); i++) if (readyTask(i) != slot) next = min(next, weightedNs(readyTask(i)));
  const ahead = min(next - weightedNs(slot) + GRAIN_NS, 1e9);
  return answer(<u64>max(ahead * weightOf(task(slot).nice), 0.0));
}
