// What the misbehaving scheduling policies share: a sound answer to spoil, and after how many decisions. Not a policy.
import { QUANTUM_MOST_NS } from "../../abi/numbers";
import { inLineSinceUs, lineUp } from "../sched/line";
import { answer, forget, offer, readyTask, readyTasks, take } from "../sched/table";

export { policy_abi, policy_input, policy_input_capacity, policy_kind, policy_output, policy_output_bytes } from "../sched/exports";

/** Decisions that are sound before the first bad one: a kernel must catch a policy that has been good. */
const GOOD: i32 = 3;

let decisions: i32 = 0;

export function policy_reset(_seed: i32): i32 {
  forget();
  decisions = 0;
  return 0;
}

/** First come, first served. Returns what policy_decide returns, or 1: the answer is written, and it is time to spoil it. */
export function answerSoundly(inputBytes: i32): i32 {
  const asked = take(inputBytes);
  if (asked < 0) return asked;
  lineUp(3, 32);
  if (asked === 0) return 0;
  for (let i = 0; i < readyTasks(); i++) offer(readyTask(i), -inLineSinceUs(readyTask(i)));
  const status = answer(QUANTUM_MOST_NS / 100);
  return status < 0 ? status : decisions++ < GOOD ? 0 : 1;
}
