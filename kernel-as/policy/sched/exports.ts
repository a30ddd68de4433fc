// The exports that every scheduling policy shares: the input and output buffers, kind and ABI, and typed access to both. Not a
// policy: an entry file such as rr.ts re-exports these, adds policy_reset and policy_decide, and is compiled alone, without imports.
import {
  SCHED_DECISION_BYTES,
  SCHED_DECISION_CANDIDATE_ATTENTION,
  SCHED_DECISION_CANDIDATE_REMAINING_NS,
  SCHED_DECISION_CANDIDATE_SCORES,
  SCHED_DECISION_CANDIDATE_SLOTS,
  SCHED_INPUT_BYTES,
  SCHED_TASK_BYTES,
  SchedDecision,
  SchedInput,
  SchedTask,
} from "../../abi/layouts";
import { ABI_HASH, ModuleKind, SCHED_ROWS, SCHED_TASKS, Status } from "../../abi/numbers";

const INPUT_BYTES: i32 = 25_648; // SCHED_INPUT_BYTES + SCHED_ROWS × SCHED_TASK_BYTES
if (SCHED_INPUT_BYTES + SCHED_ROWS * SCHED_TASK_BYTES != 25_648) ERROR("INPUT_BYTES is stale");
const OUTPUT_BYTES: i32 = 472;
if (SCHED_DECISION_BYTES != 472) ERROR("OUTPUT_BYTES is stale");

// memory.data takes literals only.
const INPUT: usize = memory.data(25_648, 16);
const OUTPUT: usize = memory.data(472, 16);

export function policy_kind(): i32 {
  return ModuleKind.Sched;
}

export function policy_abi(): i64 {
  return <i64>ABI_HASH;
}

export function policy_input(): i32 {
  return <i32>INPUT;
}

export function policy_input_capacity(): i32 {
  return INPUT_BYTES;
}

export function policy_output(): i32 {
  return <i32>OUTPUT;
}

export function policy_output_bytes(): i32 {
  return OUTPUT_BYTES;
}

/** The head of the input buffer. */
export function head(): SchedInput {
  return changetype<SchedInput>(INPUT);
}

/** Row `index` of the input: a task to which something happened; 0…head().rows − 1. */
export function told(index: i32): SchedTask {
  return changetype<SchedTask>(INPUT + <usize>SCHED_INPUT_BYTES + <usize>index * <usize>SCHED_TASK_BYTES);
}

/** The output buffer. */
export function decision(): SchedDecision {
  return changetype<SchedDecision>(OUTPUT);
}

/** Slot of candidate `index` of the decision, 0…SCHED_CANDIDATES − 1. */
export function candidateSlot(index: u32): u32 {
  return load<u32>(OUTPUT + SCHED_DECISION_CANDIDATE_SLOTS + <usize>index * 4);
}

/** Score of candidate `index` of the decision. */
export function candidateScore(index: u32): f64 {
  return load<f64>(OUTPUT + SCHED_DECISION_CANDIDATE_SCORES + <usize>index * 8);
}

/** Expected remaining processor time of candidate `index`, ns; −1 unknown. */
export function candidateRemainingNs(index: u32): f64 {
  return load<f64>(OUTPUT + SCHED_DECISION_CANDIDATE_REMAINING_NS + <usize>index * 8);
}

/** Write candidate `index`: its slot, its score, the processor time that it will still take as far as the policy knows (−1: it does not). */
export function setCandidate(index: u32, slot: u32, score: f64, remainingNs: f64): void {
  store<u32>(OUTPUT + SCHED_DECISION_CANDIDATE_SLOTS + <usize>index * 4, slot);
  store<f64>(OUTPUT + SCHED_DECISION_CANDIDATE_SCORES + <usize>index * 8, score);
  store<f64>(OUTPUT + SCHED_DECISION_CANDIDATE_ATTENTION + <usize>index * 8, 0.0);
  store<f64>(OUTPUT + SCHED_DECISION_CANDIDATE_REMAINING_NS + <usize>index * 8, remainingNs);
}

/** Write the attention of candidate `index`, 0…1: for a policy that has such. */
export function setAttention(index: u32, weight: f64): void {
  store<f64>(OUTPUT + SCHED_DECISION_CANDIDATE_ATTENTION + <usize>index * 8, weight);
}

/** Entry `bin` of a row's histogram: ppm of the requests of its image that took that long, SCHED_BINS. */
export function imageBin(task: SchedTask, bin: u32): u32 {
  return load<u32>(changetype<usize>(task) + offsetof<SchedTask>("imageBins0") + <usize>bin * 4);
}

/**
 * Check that the input's length and its row count agree, and that every row names a slot that there can be.
 * Returns the rows; Invalid where they do not.
 */
export function readableRows(inputBytes: i32): i32 {
  if (inputBytes < <i32>SCHED_INPUT_BYTES || inputBytes > INPUT_BYTES) return Status.Invalid;
  const rows = head().rows;
  if (rows > SCHED_ROWS || inputBytes != <i32>(SCHED_INPUT_BYTES + rows * SCHED_TASK_BYTES)) return Status.Invalid;
  for (let i = 0; i < <i32>rows; i++) if (told(i).slot >= SCHED_TASKS) return Status.Invalid;
  return <i32>rows;
}
