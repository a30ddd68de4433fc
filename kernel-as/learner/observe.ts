// What the learner observes: recorded decisions with their candidates, and the ends of requests, in the order in which they happened. Hands both to
// the core; learns nothing itself.
import { CANDIDATE_ROW_BYTES, CandidateRow, DECISION_ROW_BYTES, DecisionRow, TraceRow } from "../abi/layouts";
import { Event, PROCESSES, SCHED_RECORDS } from "../abi/numbers";
import { learner_ended, learner_record } from "./core";
import { candidates, decisions, readCandidates, readDecisions, readTrace, recordEvery, report, sched, traceRow } from "./kernel";

/** Recorded decisions wanted at each wake: more than the learner's share of a slow processor can learn from. */
const WANTED: u64 = 8;
const MOST_EVERY: u64 = 1_000_000;
/** The trace's clock is read later in the same entry of the kernel than the scheduler's. */
const SLACK_NS: u64 = 1_000_000;

/** Whose request was seen last in each slot, and when that began. */
const pids: usize = memory.data(512, 8);
const sinces: usize = memory.data(1024, 8);
if (PROCESSES !== 128) ERROR("the tables of slots are stale");

let nextDecision: u64 = 0;
let nextTrace: u64 = 0;
/** Rows of the trace that were read and not looked at yet. */
let traceAt: u32 = 0;
let traceCount: u32 = 0;
let decidedBefore: u64 = 0;
/** One decision in so many is recorded: as it was found, and as the learner asked last. 0: a person asked for something else meanwhile. */
let found: u32 = 0;
let asked: u32 = 0;

/** Begin: what happened before is left out. */
export function beginObserving(): void {
  nextDecision = sched.decisions;
  decidedBefore = sched.decisions;
  found = sched.explainEvery;
  asked = found;
  memory.fill(pids, 0, 512);
  traceCount = 0;
  for (let count = readTrace(nextTrace); count > 0; count = readTrace(nextTrace)) nextTrace = traceRow(count - 1).sequence + 1;
}

/** No more: as much is recorded as before. */
export function endObserving(): void {
  if (asked !== 0 && sched.explainEvery === asked) recordEvery(found);
  asked = 0;
}

/** Takes in all that happened up to `sched.timeNs`. */
export function observe(): void {
  const count = readDecisions(nextDecision);
  for (let i: u32 = 0; i < count; i++) {
    const row = changetype<DecisionRow>(decisions + <usize>i * DECISION_ROW_BYTES);
    if (row.timeNs > sched.timeNs) break;
    const every = <u64>max<u32>(1, asked);
    // The ring is full of new ones: older ones were overwritten.
    if (i === 0 && count === SCHED_RECORDS && row.sequence > nextDecision + every) report.lost += (row.sequence - nextDecision) / every;
    nextDecision = row.sequence + 1;
    takeEnds(row.timeNs);
    takeDecision(row.sequence);
  }
  takeEnds(sched.timeNs);
  chooseSampling();
}

// One in so many that the wanted number comes at each wake. Where a person chose another sampling, that one stays.
function chooseSampling(): void {
  const decided = sched.decisions - decidedBefore;
  decidedBefore = sched.decisions;
  if (sched.explainEvery !== 0 && sched.explainEvery !== asked) {
    asked = 0;
    return;
  }
  const wanted = <u32>min<u64>(MOST_EVERY, max<u64>(1, decided / WANTED));
  if (sched.explainEvery !== 0 && wanted < asked * 2 && wanted * 2 > asked) return;
  recordEvery(wanted);
  asked = wanted;
}

function takeDecision(sequence: u64): void {
  const count = readCandidates(sequence);
  if (count === 0) {
    report.lost++;
    return;
  }
  for (let i: u32 = 0; i < count; i++) {
    const row = changetype<CandidateRow>(candidates + <usize>i * CANDIDATE_ROW_BYTES);
    if (row.slot >= PROCESSES) continue;
    store<u32>(pids + ((<usize>row.slot) << 2), row.pid);
    store<u64>(sinces + ((<usize>row.slot) << 3), row.requestSinceNs);
  }
  if (learner_record(candidates, count, CANDIDATE_ROW_BYTES) >= 0) report.decisions++;
}

// The ends of requests up to a moment.
function takeEnds(untilNs: u64): void {
  for (;;) {
    if (traceAt >= traceCount) {
      traceAt = 0;
      traceCount = readTrace(nextTrace);
      if (traceCount === 0) return;
    }
    const row = traceRow(traceAt);
    if (row.timeNs > untilNs) return;
    traceAt++;
    nextTrace = row.sequence + 1;
    if (row.event === Event.RequestEnd) takeEnd(row);
  }
}

// The kernel tells how long a request took; when it began is known from the row in which it was seen.
function takeEnd(row: TraceRow): void {
  for (let slot: usize = 0; slot < <usize>PROCESSES; slot++) {
    if (load<u32>(pids + (slot << 2)) !== row.pid) continue;
    store<u32>(pids + (slot << 2), 0);
    const since = load<u64>(sinces + (slot << 3));
    const began = row.timeNs - min<u64>(row.b, row.timeNs);
    if (began <= since + SLACK_NS && since <= began + SLACK_NS) learner_ended(row.pid, since, row.a);
    return;
  }
}
