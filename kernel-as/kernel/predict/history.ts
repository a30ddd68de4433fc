// Every prediction is closed by what really happened: a ring of HistoryRow, and the counts of each outcome. Not the predictor.
// Pure; memory from the caller's arena; called on the beat, at an OOM, and when the kernel acted.
//
// A row says: from this moment on, for one horizon, memory runs out (warned: risk ≥ WARNING) or does not (calm).
//   opened   when the side changes to warned; when the last warned row's horizon has passed and the warning still stands;
//            calm ones at most once a horizon
//   closed   by an OOM inside the horizon: warned True+ (lead = now − its time), calm False−, though a later row may have warned,
//            and whatever the kernel had done against it;
//            by the end of the horizon: warned False+, calm True−; but
//            where memory had run out without the frames that compression gained (an OOM but for the kernel): warned Averted, calm
//            False−; else where the kernel throttled or dropped pages meanwhile: warned Acted, because nobody can tell
//   Averted and Acted score nothing. Compaction and compression that averted nothing leave the outcome what it is.
// A warned row stays open when the warning is withdrawn: what was said holds for its horizon.
import { ACCURACY_ROW_BYTES, AccuracyRow, HISTORY_ROW_BYTES, HistoryRow } from "../../abi/layouts";
import { Outcome, Risk, Status } from "../../abi/numbers";
import { Arena } from "../../lib/arena";
import { copy, fill } from "../../lib/bytes";
import { RowRing } from "../../lib/ring";
import { Verdict } from "./verdict";

export const HISTORY_ROWS: u32 = 256;
const NEVER: u64 = u64.MAX_VALUE;
/** Bits of what happened inside a row's horizon, beside the row, at its sequence modulo HISTORY_ROWS. */
const ACTED: u8 = 1;
const AVERTED: u8 = 2;
const happened: usize = memory.data(256);
if (HISTORY_ROWS !== 256) ERROR("the bits beside the rows are stale");

const ring: RowRing = changetype<RowRing>(memory.data(offsetof<RowRing>(), 8));
const accuracy: AccuracyRow = changetype<AccuracyRow>(memory.data(offsetof<AccuracyRow>(), 8));
let horizonNs: u64 = 0;
/** no open row has a smaller sequence number */
let firstOpen: u64 = 0;
/** sequence of the open row of the standing warning */
let standing: u64 = NEVER;
/** time after which the next calm row may be opened */
let nextCalmNs: u64 = 0;

/** Take the ring's memory. NoMemory: the arena is exhausted. */
export function historyInit(arena: Arena, horizonMs: u32): i32 {
  const base = arena.take(HISTORY_ROWS * HISTORY_ROW_BYTES);
  if (base === 0) return Status.NoMemory;
  ring.init(base, HISTORY_ROW_BYTES, HISTORY_ROWS);
  horizonNs = <u64>horizonMs * 1_000_000;
  historyReset();
  return Status.Ok;
}

/** Forget rows and counts; sequence numbers go on. */
export function historyReset(): void {
  ring.clear();
  fill(changetype<usize>(accuracy), 0, ACCURACY_ROW_BYTES);
  firstOpen = ring.sequence;
  standing = NEVER;
  nextCalmNs = 0;
}

function bitsAt(sequence: u64): usize {
  return happened + <usize>(sequence % HISTORY_ROWS);
}

function rowAt(sequence: u64): HistoryRow {
  return changetype<HistoryRow>(ring.place(sequence));
}

function open(verdict: Verdict, risk: Risk, moduleId: u32, nowNs: u64): u64 {
  // More changes of side inside one horizon than the ring has rows: the oldest is lost unscored.
  if (ring.count() === HISTORY_ROWS && rowAt(ring.oldest()).outcome === Outcome.Open) accuracy.open--;
  const sequence = ring.sequence;
  const row = changetype<HistoryRow>(ring.append());
  row.sequence = sequence;
  row.timeNs = nowNs;
  row.closedNs = 0;
  row.confidencePpm = verdict.confidencePpm;
  row.risk = risk;
  row.outcome = Outcome.Open;
  row.moduleId = moduleId;
  row.leadMs = -1;
  row.timeToExhaustionMs = verdict.timeToExhaustionMs;
  store<u8>(bitsAt(sequence), 0);
  accuracy.open++;
  return sequence;
}

function close(row: HistoryRow, outcome: Outcome, nowNs: u64): void {
  row.outcome = outcome;
  row.closedNs = nowNs;
  accuracy.open--;
  if (row.sequence === standing) standing = NEVER;
  if (outcome === Outcome.TruePositive) accuracy.truePositives++;
  else if (outcome === Outcome.TrueNegative) accuracy.trueNegatives++;
  else if (outcome === Outcome.FalsePositive) accuracy.falsePositives++;
  else if (outcome === Outcome.FalseNegative) accuracy.falseNegatives++;
  else if (outcome === Outcome.Averted) accuracy.averted++;
  else accuracy.acted++;
}

function isWarned(row: HistoryRow): bool {
  return row.risk >= <u32>Risk.Warning;
}

// What the end of its horizon makes of a row.
function outcomeOf(row: HistoryRow): Outcome {
  const bits = load<u8>(bitsAt(row.sequence));
  if ((bits & AVERTED) !== 0) return isWarned(row) ? Outcome.Averted : Outcome.FalseNegative;
  if (!isWarned(row)) return Outcome.TrueNegative;
  return (bits & ACTED) !== 0 ? Outcome.Acted : Outcome.FalsePositive;
}

/** Close what the passing of time decides. */
export function historySettle(nowNs: u64): void {
  // Rows are in order of time: stop at the first whose horizon has not passed.
  let sequence = max(firstOpen, ring.oldest());
  while (sequence < ring.sequence) {
    const row = rowAt(sequence);
    if (nowNs < row.timeNs + horizonNs) break;
    if (row.outcome === Outcome.Open) close(row, outcomeOf(row), row.timeNs + horizonNs);
    sequence++;
  }
  firstOpen = sequence;
}

/** A decision was made. */
export function historyPredict(verdict: Verdict, risk: Risk, moduleId: u32, nowNs: u64): void {
  historySettle(nowNs);
  if (verdict.abstained !== 0) return;
  const warned = risk >= Risk.Warning;
  if (warned) {
    if (standing === NEVER) standing = open(verdict, risk, moduleId, nowNs);
  } else {
    standing = NEVER;
    if (nowNs >= nextCalmNs) {
      open(verdict, risk, moduleId, nowNs);
      nextCalmNs = nowNs + horizonNs;
    }
  }
}

/** Memory ran out. */
export function historyOutOfMemory(nowNs: u64): void {
  historySettle(nowNs);
  for (let sequence = max(firstOpen, ring.oldest()); sequence < ring.sequence; sequence++) {
    const row = rowAt(sequence);
    if (row.outcome !== Outcome.Open) continue;
    if (isWarned(row)) row.leadMs = <i64>((nowNs - row.timeNs) / 1_000_000);
    close(row, isWarned(row) ? Outcome.TruePositive : Outcome.FalseNegative, nowNs);
  }
  firstOpen = ring.sequence;
  // What is said from now on is about the next time.
  nextCalmNs = 0;
}

function mark(bit: u8, nowNs: u64): void {
  historySettle(nowNs);
  for (let sequence = max(firstOpen, ring.oldest()); sequence < ring.sequence; sequence++) {
    const at = bitsAt(sequence);
    if (rowAt(sequence).outcome === Outcome.Open) store<u8>(at, load<u8>(at) | bit);
  }
}

/** The kernel slowed processes down or dropped their pages: whether memory had run out otherwise can no longer be known. */
export function historyActed(nowNs: u64): void {
  mark(ACTED, nowNs);
}

/** Without the frames that the kernel gained by compression memory had run out now. */
export function historyAverted(nowNs: u64): void {
  mark(AVERTED, nowNs);
}

/** Topic.History: whole rows from sequence `start` on, oldest first; returns bytes. */
export function historyRead(start: u64, to: usize, capacityBytes: u32): u32 {
  return ring.read(start, to, capacityBytes);
}

/** Topic.Accuracy. */
export function historyAccuracy(to: usize): void {
  copy(to, changetype<usize>(accuracy), ACCURACY_ROW_BYTES);
}
