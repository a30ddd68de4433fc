// What the test policies share: the exports and buffers of a memory policy. Not a policy.
export { policy_abi, policy_input, policy_input_capacity, policy_kind, policy_output, policy_output_bytes } from "../memory/exports";

import { decision } from "../memory/exports";

/** A well-formed answer: calm. */
export function answerCalm(): void {
  const out = decision();
  out.confidence = 0.25;
  out.timeToExhaustionMs = -1.0;
  out.exhaustion = 0.0;
  out.scarcity = 0.0;
  out.fragmentation = 0.0;
  out.failures = 0.0;
  out.slopePagesPerSecond = 0.0;
  out.advice = 0;
  out.abstained = 0;
}
