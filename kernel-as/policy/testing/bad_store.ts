// Test policy: stores outside its memory. The kernel must eject it and live.
import { answerCalm } from "./_abi";

export { policy_abi, policy_input, policy_input_capacity, policy_kind, policy_output, policy_output_bytes } from "./_abi";

export function policy_reset(seed: i32): i32 {
  return 0;
}

export function policy_decide(inputBytes: i32): i32 {
  answerCalm();
  // The first address past the memory, or far outside, by the input.
  const beyond: usize = ((<usize>memory.size()) << 16) + ((<usize>inputBytes) << 16);
  store<i32>(beyond, inputBytes);
  return 0;
}
