// The exports that every memory policy shares: the input and output buffers, kind and ABI. Not a policy: an entry file
// such as linear.ts re-exports these, adds policy_reset and policy_decide, and is compiled alone, without imports.
import { MEMORY_DECISION_BYTES, MEMORY_FEATURES_BYTES, MEMORY_PAST_BYTES, MEMORY_SAMPLE_BYTES, MemoryDecision, MemoryFeatures, MemoryPast, MemorySample } from "../../abi/layouts";
import { ABI_HASH, MEMORY_PASTS, MEMORY_SAMPLES, ModuleKind, Status } from "../../abi/numbers";

const SAMPLES_AT: u32 = MEMORY_FEATURES_BYTES + MEMORY_PASTS * MEMORY_PAST_BYTES;
const INPUT_BYTES: i32 = 10_752; // SAMPLES_AT + MEMORY_SAMPLES × MEMORY_SAMPLE_BYTES
if (SAMPLES_AT + MEMORY_SAMPLES * MEMORY_SAMPLE_BYTES != 10_752) ERROR("INPUT_BYTES is stale");
const OUTPUT_BYTES: i32 = 64;
if (MEMORY_DECISION_BYTES != 64) ERROR("OUTPUT_BYTES is stale");

// memory.data takes literals only.
const INPUT: usize = memory.data(10_752, 16);
const OUTPUT: usize = memory.data(64, 16);

export function policy_kind(): i32 {
  return ModuleKind.Memory;
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
export function features(): MemoryFeatures {
  return changetype<MemoryFeatures>(INPUT);
}

/** Row `index` of the window, 0 the oldest. */
export function sample(index: i32): MemorySample {
  return changetype<MemorySample>(INPUT + <usize>SAMPLES_AT + <usize>index * <usize>MEMORY_SAMPLE_BYTES);
}

/** Row `index` of the longer history, 0 the oldest. */
export function past(index: i32): MemoryPast {
  return changetype<MemoryPast>(INPUT + <usize>MEMORY_FEATURES_BYTES + <usize>index * <usize>MEMORY_PAST_BYTES);
}

/** The output buffer. */
export function decision(): MemoryDecision {
  return changetype<MemoryDecision>(OUTPUT);
}

/**
 * Check that the input's length and its row count agree.
 * Returns the rows; Invalid where they do not agree.
 */
export function readableRows(inputBytes: i32): i32 {
  if (inputBytes < <i32>SAMPLES_AT || inputBytes > INPUT_BYTES) return Status.Invalid;
  const count = features().count;
  if (count > MEMORY_SAMPLES || features().pasts > MEMORY_PASTS) return Status.Invalid;
  if (inputBytes != <i32>(SAMPLES_AT + count * MEMORY_SAMPLE_BYTES)) return Status.Invalid;
  return <i32>count;
}
