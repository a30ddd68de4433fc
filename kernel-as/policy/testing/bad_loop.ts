// Test policy: loops for ever. The kernel must eject it and live.
import { answerCalm } from "./_abi";

export { policy_abi, policy_input, policy_input_capacity, policy_kind, policy_output, policy_output_bytes } from "./_abi";

export function policy_reset(seed: i32): i32 {
  return 0;
}

export function policy_decide(inputBytes: i32): i32 {
  answerCalm();
  let turns = inputBytes;
  while (turns !== -1) turns = (turns + 1) & 0xff;
  return turns;
}
