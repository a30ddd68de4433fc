// Test policy: chooses a slot that there cannot be. The kernel must eject it and live.
import { decision } from "../sched/exports";
import { answerSoundly } from "./_sched";

export { policy_abi, policy_input, policy_input_capacity, policy_kind, policy_output, policy_output_bytes, policy_reset } from "./_sched";

export function policy_decide(inputBytes: i32): i32 {
  const status = answerSoundly(inputBytes);
  if (status !== 1) return status;
  decision().slot = 0x8000_0000;
  return 0;
}
