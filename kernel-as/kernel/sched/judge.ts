// Whether a decision can be followed: the task may run, the quantum lies in its range, every number is one. The numbers are f64; here they are bits.
import {
  SCHED_DECISION_CANDIDATE_ATTENTION,
  SCHED_DECISION_CANDIDATE_REMAINING_NS,
  SCHED_DECISION_CANDIDATE_SCORES,
  SCHED_DECISION_CANDIDATE_SLOTS,
  SchedDecision,
} from "../../abi/layouts";
import { QUANTUM_LEAST_NS, QUANTUM_MOST_NS, SCHED_CANDIDATES } from "../../abi/numbers";
import { getU32, getU64 } from "../../lib/bytes";
import { f64IsFinite } from "../../lib/fixed";
import { isRunnable } from "./tasks";

/** Where the fields of a decision lie: its numbers are never loaded as floats. */
export const SCORE_AT: usize = offsetof<SchedDecision>("score");

/**
 * Judge a decision.
 * @param at a SchedDecision
 * @param explained whether its candidates were asked for
 * Returns what is wrong with it; "" where nothing is.
 */
export function judge(at: usize, explained: bool): string {
  const decision = changetype<SchedDecision>(at);
  if (!isRunnable(decision.slot)) return "it chose a task that is not ready";
  if (decision.quantumNs < QUANTUM_LEAST_NS || decision.quantumNs > QUANTUM_MOST_NS) return "its quantum is not between 100 us and 1 s";
  if (!f64IsFinite(getU64(at + SCORE_AT))) return "its score is not finite";
  if (!explained) return "";
  if (decision.candidates > SCHED_CANDIDATES) return "it names more than 16 candidates";
  for (let i: u32 = 0; i < decision.candidates; i++) {
    if (!isRunnable(getU32(at + SCHED_DECISION_CANDIDATE_SLOTS + (i << 2)))) return "it names a candidate that is not ready";
    for (let j: u32 = 0; j < i; j++) {
      if (getU32(at + SCHED_DECISION_CANDIDATE_SLOTS + (i << 2)) == getU32(at + SCHED_DECISION_CANDIDATE_SLOTS + (j << 2))) return "it names a candidate twice";
    }
    const number = at + (i << 3);
    if (!f64IsFinite(getU64(number + SCHED_DECISION_CANDIDATE_SCORES))) return "a candidate's score is not finite";
    if (!f64IsFinite(getU64(number + SCHED_DECISION_CANDIDATE_ATTENTION))) return "a candidate's attention is not finite";
    if (!f64IsFinite(getU64(number + SCHED_DECISION_CANDIDATE_REMAINING_NS))) return "a candidate's remaining time is not finite";
  }
  return "";
}
