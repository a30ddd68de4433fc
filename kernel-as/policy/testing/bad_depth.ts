// Test policy: calls itself without end. The kernel must eject it and live.
import { answerCalm } from "./_abi";

export { policy_abi, policy_input, policy_input_capacity, policy_kind, policy_output, policy_output_bytes } from "./_abi";

export function policy_reset(seed: i32): i32 {
  return 0;
}

// Not a tail call, and not of a shape that a compiler turns into a loop.
function down(level: i32): i32 {
  if (level === 0x7fff_ffff) return 1;
  return down(level + 1) * 3 + down(level + 2);
}

export function policy_decide(inputBytes: i32): i32 {
  answerCalm();
  return down(inputBytes) & 1;
}
