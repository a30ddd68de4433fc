// Test policy: chooses the task that is blocked or has ended, as soon as it knows of one. The kernel must eject it and live.
import { TaskState } from "../../abi/numbers";
import { decision, head, told } from "../sched/exports";
import { answerSoundly } from "./_sched";

export { policy_abi, policy_input, policy_input_capacity, policy_kind, policy_output, policy_output_bytes, policy_reset } from "./_sched";

export function policy_decide(inputBytes: i32): i32 {
  const status = answerSoundly(inputBytes);
  if (status !== 1) return status;
  for (let i = 0; i < <i32>head().rows; i++) {
    const row = told(i);
    if (row.state == TaskState.Blocked || row.state == TaskState.Absent) decision().slot = row.slot;
  }
  return 0;
}
