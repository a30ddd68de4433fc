// Round robin: one after the other, 10 ms each. Who wakes goes to the end of the line and preempts nobody; who is preempted by the
// kernel's guard keeps its place.
// Nice: the length of the turn, 10 ms × 1.25 to the power of −nice, at least 1 ms: everyone gets turns equally often and time by
// weight, as weighted round robin has it (Katevenis, Sidiropoulos, Courcoubetis 1991). A scheduling policy module: pure, no imports.
import { Status, TaskEvent } from "../../abi/numbers";
import { head } from "./exports";
import { inLineSinceUs, lineUp } from "./line";
import { weightOf } from "./nice";
import { answer, chosen, forget, NONE, offer, readyTask, readyTasks, running, take, task } from "./table";

export { policy_abi, policy_input, policy_input_capacity, policy_kind, policy_output, policy_output_bytes } from "./exports";

const QUANTUM_NS: f64 = 10_000_000.0;
const SHORTEST_NS: f64 = 1_000_000.0;

// The turn that was given last: to whom, and until when.
let turnOf: u32 = NONE;
let turnEndNs: u64 = 0;

export function policy_reset(_seed: i32): i32 {
  forget();
  turnOf = NONE;
  turnEndNs = 0;
  return Status.Ok;
}

export function policy_decide(inputBytes: i32): i32 {
  const asked = take(inputBytes);
  if (asked < 0) return asked;
  lineUp(TaskEvent.Arrive | TaskEvent.Wake, TaskEvent.Yield | TaskEvent.Tick);
  if (asked === 0) return Status.Ok;
  for (let i = 0; i < readyTasks(); i++) offer(readyTask(i), -inLineSinceUs(readyTask(i)));
  const slot = chosen();
  const now = head().nowNs;
  // Something happened to another one in the middle of a turn: it goes on for what is left.
  if (slot == running() && slot == turnOf && now < turnEndNs) return answer(turnEndNs - now);
  turnOf = slot;
  turnEndNs = slot == NONE ? 0 : now + <u64>max(QUANTUM_NS * weightOf(task(slot).nice), SHORTEST_NS);
  return answer(turnEndNs - now);
}
