// Shortest remaining processing time, told by an oracle: the bound that evaluations compare with, never a policy for a machine. It
// reads SchedTask.hintNs, which only the simulator fills; in the kernel that is 0 for all, and this is first come, first served.
// It is the least mean response that one processor can have (Schrage 1968).
// Nice: the greatest weight ÷ remaining time runs, Smith's rule with preemption. A scheduling policy module: pure, no imports.
import { QUANTUM_MOST_NS, Status } from "../../abi/numbers";
import { weightOf } from "./nice";
import { answer, forget, offer, readyTask, readyTasks, sinceToldNs, take, task } from "./table";

export { policy_abi, policy_input, policy_input_capacity, policy_kind, policy_output, policy_output_bytes } from "./exports";

export function policy_reset(_seed: i32): i32 {
  forget();
  return Status.Ok;
}

export function policy_decide(inputBytes: i32): i32 {
  const asked = take(inputBytes);
  if (asked <= 0) return asked;
  for (let i = 0; i < readyTasks(); i++) {
    const slot = readyTask(i);
    const row = task(slot);
    const remainingNs = <f64>(row.hintNs - min(row.hintNs, sinceToldNs(slot)));
    offer(slot, -remainingNs / weightOf(row.nice), remainingNs);
  }
  return answer(QUANTUM_MOST_NS);
}
