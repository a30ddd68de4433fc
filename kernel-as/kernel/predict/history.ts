// Every prediction is closed by what really happened: a ring of HistoryRow, and the counts of each outcome. Not the predictor.
// Pure; memory from the caller's arena; called on the beat, at an OOM, and when the kernel acted.
//
// A row says: from this moment on, for one horizon, memory runs out (warned: risk ≥ WARNING) or does not (calm).
//   opened   when the side changes to warned; when the last warned row's horizon has passed and the warning still stands;
//            calm ones at most once a horizon
//   closed   by an OOM inside the horizon: warned True+ (lead = now − its time), calm False−, though a later row may have warned;
//            by the end of the horizon: warned False+, calm True−;
//            by an action of the kernel: warned rows become Acted and score nothing
// A warned row stays open when the warning is withdrawn: what was said holds for its horizon.
import { ACCURACY_ROW_BYTES, AccuracyRow, HISTORY_ROW_BYTES, HistoryRow } from "../../abi/layouts";
import { Outcome, Risk, Status } from "../../abi/numbers";
import { Arena } from "../../lib/arena";
import { copy, fill } from "../../lib/bytes";
import { RowRing } from "../../lib/ring";
import { Verdict } from "./verdict";

export const HISTORY_ROWS: u32 = 256;
const NEVER: u64 = u64.MAX_VALUE;

const ring: RowRing = changetype<RowRing>(memory.data(offsetof<RowRing>(), 8));
const accuracy: AccuracyRow = changetype<AccuracyRow>(memory.data(offsetof<AccuracyRow>(), 8));
let horizonNs: u64 = 0;
/** no open row has a smaller sequence number */
let firstOpen: u64 = 0;
/** sequence of the open row of the standing warning */
let standing: u64 = NEVER;
/** whether the last decision warned */
let warnedNow: bool = false;
/** time after which the next calm row, and after an action the next warned row, may be opened */
let nextCalmNs: u64 = 0;
let nextWarnedNs: u64 = 0;

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
  warnedNow = false;
  nextCalmNs = 0;
  nextWarnedNs = 0;
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
  else accuracy.acted++;
}

function isWarned(row: HistoryRow): bool {
  return row.risk >= <u32>Risk.Warning;
}

/** Close what the passing of time decides. */
export function historySettle(nowNs: u64): void {
  // Rows are in order of time: stop at the first whose horizon has not passed.
  let sequence = max(firstOpen, ring.oldest());
  while (sequence < ring.sequence) {
    const row = rowAt(sequence);
    if (nowNs < row.timeNs + horizonNs) break;
    if (row.outcome === Outcome.Open) close(row, isWarned(row) ? Outcome.FalsePositive : Outcome.TrueNegative, row.timeNs + horizonNs);
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
    if (standing === NEVER && (!warnedNow || nowNs >= nextWarnedNs)) standing = open(verdict, risk, moduleId, nowNs);
  } else {
    standing = NEVER;
    nextWarnedNs = 0;
    if (nowNs >= nextCalmNs) {
      open(verdict, risk, moduleId, nowNs);
      nextCalmNs = nowNs + horizonNs;
    }
  }
  warnedNow = warned;
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
  nextWarnedNs = 0;
}

/** The kernel acted on the warning: it can no longer be known whether it was true. */
export function historyActed(nowNs: u64): void {
  historySettle(nowNs);
  for (let sequence = max(firstOpen, ring.oldest()); sequence < ring.sequence; sequence++) {
    const row = rowAt(sequence);
    if (row.outcome !== Outcome.Open || !isWarned(row)) continue;
    close(row, Outcome.Acted, nowNs);
    nextWarnedNs = max(nextWarnedNs, row.timeNs + horizonNs);
  }
}

/** Topic.History: whole rows from sequence `start` on, oldest first; returns bytes. */
export function historyRead(start: u64, to: usize, capacityBytes: u32): u32 {
  return ring.read(start, to, capacityBytes);
}

/** Topic.Accuracy. */
export function historyAccuracy(to: usize): void {
  copy(to, changetype<usize>(accuracy), ACCURACY_ROW_BYTES);
}
