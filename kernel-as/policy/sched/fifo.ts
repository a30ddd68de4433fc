// First come, first served: who has waited longest runs until it blocks, gives its turn away or ends. The end of a quantum, or a
// turn that was taken from it, costs it nothing: it keeps its place.
// Nice: strict levels, as POSIX SCHED_FIFO has them. The lowest nice value that is ready runs, and takes the processor from a
// higher one; among equals nobody is preempted. A scheduling policy module: pure, no imports.
import { QUANTUM_MOST_NS, Status, TaskEvent } from "../../abi/numbers";
import { inLineSinceUs, lineUp } from "./line";
import { answer, forget, offer, readyTask, readyTasks, take, task } from "./table";

export { policy_abi, policy_input, policy_input_capacity, policy_kind, policy_output, policy_output_bytes } from "./exports";

/** More than any time in us: what a step of nice weighs. */
const LEVEL: f64 = 1e13;

export function policy_reset(_seed: i32): i32 {
  forget();
  return Status.Ok;
}

export function policy_decide(inputBytes: i32): i32 {
  const asked = take(inputBytes);
  if (asked < 0) return asked;
  lineUp(TaskEvent.Arrive | TaskEvent.Wake, TaskEvent.Yield);
  if (asked === 0) return Status.Ok;
  for (let i = 0; i < readyTasks(); i++) {
    const slot = readyTask(i);
    offer(slot, -(<f64>task(slot).nice * LEVEL + inLineSinceUs(slot)));
  }
  return answer(QUANTUM_MOST_NS);
}
