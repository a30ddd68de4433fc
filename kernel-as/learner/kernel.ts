// What the learner asks of the kernel and tells it: rows in static buffers, weights in pieces. It allocates nothing and decides nothing.
import {
  CANDIDATE_ROW_BYTES,
  DECISION_ROW_BYTES,
  LEARNER_ROW_BYTES,
  LearnerRow,
  SCHED_ROW_BYTES,
  SchedRow,
  TRACE_ROW_BYTES,
  TraceRow,
  WEIGHTS_ROW_BYTES,
  WeightsRow,
} from "../abi/layouts";
import { Control, SCHED_CANDIDATES, SCHED_RECORDS, Topic, WEIGHTS_BYTES } from "../abi/numbers";
import * as sys from "../abi/sys";

/** The scheduler, its weights and the learner's own report; each as it was read or set last. */
export const sched = changetype<SchedRow>(memory.data(424, 8));
export const weights = changetype<WeightsRow>(memory.data(72, 8));
export const report = changetype<LearnerRow>(memory.data(96, 8));
if (SCHED_ROW_BYTES !== 424 || WEIGHTS_ROW_BYTES !== 72 || LEARNER_ROW_BYTES !== 96) ERROR("a row's buffer is stale");

/** Decisions that were read last: up to SCHED_RECORDS rows. */
export const decisions: usize = memory.data(3456, 8);
if (SCHED_RECORDS * DECISION_ROW_BYTES !== 3456) ERROR("the buffer of decisions is stale");
/** Candidates of one of them. */
export const candidates: usize = memory.data(3584, 8);
if (SCHED_CANDIDATES * CANDIDATE_ROW_BYTES !== 3584) ERROR("the buffer of candidates is stale");
/** Rows of the trace: 256 at a time. */
const TRACE_ROWS: u32 = 256;
const trace: usize = memory.data(10240, 8);
if (TRACE_ROWS * TRACE_ROW_BYTES !== 10240) ERROR("the trace's buffer is stale");
/** A blob of weights. */
export const blob: usize = memory.data(65536, 8);
if (WEIGHTS_BYTES !== 65536) ERROR("the blob's buffer is stale");

/** Weights go in pieces of so many bytes. */
const PIECE_BYTES: u32 = 4096;

/** Reads the scheduler's row and that of its weights. False: this kernel has none. */
export function readState(): bool {
  if (sys.query(Topic.Sched, 0, changetype<usize>(sched), SCHED_ROW_BYTES) !== SCHED_ROW_BYTES) return false;
  return sys.query(Topic.Weights, 0, changetype<usize>(weights), WEIGHTS_ROW_BYTES) === WEIGHTS_ROW_BYTES;
}

/** Reads the recorded decisions from a sequence number on. How many. */
export function readDecisions(from: u64): u32 {
  const bytes = sys.query(Topic.Decisions, from, decisions, SCHED_RECORDS * DECISION_ROW_BYTES);
  return bytes > 0 ? <u32>bytes / DECISION_ROW_BYTES : 0;
}

/** Reads the candidates of a decision. How many; 0: it is overwritten. */
export function readCandidates(sequence: u64): u32 {
  const bytes = sys.query(Topic.Candidates, sequence << 8, candidates, SCHED_CANDIDATES * CANDIDATE_ROW_BYTES);
  return bytes > 0 ? <u32>bytes / CANDIDATE_ROW_BYTES : 0;
}

/** Reads rows of the trace from a sequence number on. How many; `traceRow` has them. */
export function readTrace(from: u64): u32 {
  const bytes = sys.query(Topic.Trace, from, trace, TRACE_ROWS * TRACE_ROW_BYTES);
  return bytes > 0 ? <u32>bytes / TRACE_ROW_BYTES : 0;
}
export function traceRow(index: u32): TraceRow {
  return changetype<TraceRow>(trace + <usize>index * TRACE_ROW_BYTES);
}

/** Reads the weights that a module uses into `blob`. Bytes, or a Status. */
export function readWeights(moduleId: u32, bytes: u32): i64 {
  if (bytes > WEIGHTS_BYTES) return 0;
  let done: u32 = 0;
  while (done < bytes) {
    const read = sys.control(Control.WeightsRead, moduleId, done, blob + done, min<u32>(PIECE_BYTES, bytes - done));
    if (read <= 0) return read;
    done += <u32>read;
  }
  return done;
}

/** Hands weights to a module, which checks them and uses them from its next decision on. Ok, or a Status: nothing changed. */
export function publish(moduleId: u32, from: usize, bytes: u32, version: u32): i64 {
  for (let done: u32 = 0; done < bytes; done += PIECE_BYTES) {
    const status = sys.control(Control.WeightsWrite, moduleId, done, from + done, min<u32>(PIECE_BYTES, bytes - done));
    if (status < 0) return status;
  }
  return sys.control(Control.WeightsCommit, moduleId, version, 0, 0);
}

/** Records one decision in `every`; 0 none. */
export function recordEvery(every: u32): void {
  sys.control(Control.SchedExplain, every, 0, 0, 0);
}

/** Tells the kernel how it goes. */
export function tell(): void {
  sys.control(Control.LearnerReport, 0, 0, changetype<usize>(report), LEARNER_ROW_BYTES);
}
