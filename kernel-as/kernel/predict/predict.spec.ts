// Specs of the crash prediction's pure parts: the window, the judge, the fallback and the history.

import {
  ACCURACY_ROW_BYTES,
  AccuracyRow,
  HISTORY_ROW_BYTES,
  HistoryRow,
  MEMORY_DECISION_BYTES,
  MEMORY_FEATURES_BYTES,
  MEMORY_PAST_BYTES,
  MEMORY_SAMPLE_BYTES,
  MemoryDecision,
  PREDICTION_ROW_BYTES,
  PredictionRow,
} from "../../abi/layouts";
import { Advice, MEMORY_PASTS, MEMORY_SAMPLES, Outcome, Risk, Status } from "../../abi/numbers";
import { Arena } from "../../lib/arena";
import { Rng } from "../../lib/rng";
import { room, spec } from "../../spec/harness";
import { HORIZON_MS } from "../limits";
import { HISTORY_ROWS } from "./history";
import {
  predictAccept,
  predictAccuracy,
  predictActed,
  predictAverted,
  predictFallback,
  predictFault,
  predictHistory,
  predictInit,
  predictInput,
  predictInputBytes,
  predictOutOfMemory,
  predictProcess,
  predictReset,
  predictRisk,
  predictRow,
  predictSample,
  predictSampled,
  predictSetThreshold,
} from "./index";
import { windowHead, windowPast, windowRow } from "./window";

const SECOND: u64 = 1_000_000_000;
const BEAT: u64 = 100_000_000;
const MANAGED: u32 = 100_000;
const HEAD_BYTES: u32 = MEMORY_FEATURES_BYTES + MEMORY_PASTS * MEMORY_PAST_BYTES;

let decisionAt: usize = 0;
let rowsAt: usize = 0;
let countsAt: usize = 0;

function begin(): void {
  const arena = changetype<Arena>(room(offsetof<Arena>()));
  arena.init(room(49_152), 49_152);
  assert(predictInit(arena) == Status.Ok, "the memory suffices");
  predictReset();
  predictSetThreshold(800_000);
  decisionAt = room(MEMORY_DECISION_BYTES);
  rowsAt = room(HISTORY_ROWS * HISTORY_ROW_BYTES);
  countsAt = room(ACCURACY_ROW_BYTES);
}

function sampleAt(nowNs: u64, freePages: u32, largest: u32, fragmentationPpm: u32, failures: u32, managed: u32, processes: u32, committed: u32): void {
  const row = predictSample(nowNs);
  row.freePages = freePages;
  row.largestFreePages = largest;
  row.fragmentationPpm = fragmentationPpm;
  row.failures = failures;
  row.managedPages = managed;
  row.processes = processes;
  row.committedPages = committed;
  predictSampled();
}

// A decision with this confidence, in hundredths, at a time.
function decide(hundredths: u32, atNs: u64): i32 {
  const decision = changetype<MemoryDecision>(decisionAt);
  memory.fill(decisionAt, 0, MEMORY_DECISION_BYTES);
  decision.confidence = <f64>hundredths / 100.0;
  decision.timeToExhaustionMs = -1.0;
  return predictAccept(decisionAt, 7, atNs);
}

function history(): u32 {
  return predictHistory(0, rowsAt, HISTORY_ROWS * HISTORY_ROW_BYTES) / HISTORY_ROW_BYTES;
}
function row(index: u32): HistoryRow {
  return changetype<HistoryRow>(rowsAt + index * HISTORY_ROW_BYTES);
}
function counts(): AccuracyRow {
  predictAccuracy(countsAt);
  return changetype<AccuracyRow>(countsAt);
}

export function predictSpecs(): void {
  spec("kernel/predict/window-keeps-the-newest", () => {
    begin();
    for (let i: u32 = 0; i < 250; i++) {
      sampleAt(i * BEAT, i, i / 2, 0, i & 1, MANAGED, 3, 44);
      const kept = min<u32>(i + 1, MEMORY_SAMPLES);
      assert(windowHead().count == kept && predictInputBytes() == HEAD_BYTES + kept * MEMORY_SAMPLE_BYTES, "as many as fit");
      assert(windowRow(0).freePages == i + 1 - kept && windowRow(kept - 1).freePages == i, "oldest first, newest last");
    }
    assert(load<u32>(predictInput()) == MEMORY_SAMPLES && load<u32>(predictInput(), 8) == HORIZON_MS, "the head of the input");
    assert(windowRow(5).timeNs == 155 * BEAT && windowRow(5).processes == 3 && windowRow(5).committedPages == 44, "whole rows");
    predictReset();
    assert(predictInputBytes() == HEAD_BYTES && windowHead().pasts == 0, "forgotten");
  });

  spec("kernel/predict/longer-history-has-a-row-a-second", () => {
    begin();
    for (let i: u32 = 0; i < 1500; i++) {
      const pasts = min<u32>(i / 10 + 1, MEMORY_PASTS);
      sampleAt(i * BEAT, 5000 + (i % 10), 1, 0, 0, MANAGED, 1, i);
      assert(windowHead().pasts == pasts && windowPast(pasts - 1).committedPages == i, "one a second, the newest up to date");
      assert(windowPast(pasts - 1).leastFreePages == 5000 && windowPast(pasts - 1).mostFreePages == 5000 + (i % 10), "least and most");
    }
    assert(windowPast(0).committedPages == 309 && windowPast(1).committedPages == 319, "the oldest went");
    assert(windowHead().pastMs == 1000, "the head says how long a row is");
  });

  spec("kernel/predict/growers-are-found", () => {
    begin();
    let row = windowRow(0);
    for (let i: u32 = 0; i < 100; i++) {
      row = predictSample(i * BEAT);
      predictProcess(0, 1, 500, 600); // holds
      predictProcess(1, 2, 100 + 3 * i, 1000); // reserved once
      predictProcess(2, 3, 200 + 5 * i, 210 + 5 * i); // reserves as it grows
      predictProcess(3, 4, 900 - i, 900); // shrinks
      predictSampled();
    }
    assert(row.growers == 2 && row.growthPages == 80 && row.topGrowthPages == 50, "two grow");
    assert(row.reservingPages == 50 && row.headroomPages == 1000 - 397 + 10 && row.topHeadroomPages == 10, "one of them reserves");
    assert(row.topRunMs == 10_000, "for all the time");
    for (let i: u32 = 0; i < 60; i++) {
      row = predictSample((100 + i) * BEAT);
      predictProcess(2, 3, 695, 705);
      predictProcess(1, 77, 30, 40); // another process in the slot
      predictSampled();
      if (i == 9) assert(row.growers == 1 && row.topGrowthPages == 30, "new, so all of it is growth");
    }
    assert(row.growers == 0 && row.growthPages == 0 && row.topRunMs == 0, "nobody grows");
    row = predictSample(160 * BEAT);
    predictProcess(2, 3, 700, 705);
    predictSampled();
    assert(row.growers == 1 && row.topRunMs == 100 && row.reservingPages == 0, "a new run");
  });

  spec("kernel/predict/judge-refuses-nonsense", () => {
    begin();
    const decision = changetype<MemoryDecision>(decisionAt);
    for (let field = 0; field < 7; field++) {
      for (let bad = 0; bad < 5; bad++) {
        decide(50, SECOND);
        // time to exhaustion (field 1) and slope (field 6) have no upper bound, and the slope no lower one
        const free = field == 1 || field == 6;
        if (free && bad == 3) continue;
        if (field == 6 && bad == 4) continue;
        const value = bad == 0 ? f64.NaN : bad == 1 ? Infinity : bad == 2 ? -Infinity : bad == 3 ? 1.0000001 : -0.5;
        store<f64>(decisionAt + ((<usize>field) << 3), value);
        assert(predictAccept(decisionAt, 7, SECOND) == Status.BadAnswer, "refused");
        assert(predictFault().length > 10, "and said why");
      }
    }
    decide(50, SECOND);
    decision.advice = Advice.Reduce + 1;
    assert(predictAccept(decisionAt, 7, SECOND) == Status.BadAnswer, "no such advice");
    decide(50, SECOND);
    decision.abstained = 3;
    assert(predictAccept(decisionAt, 7, SECOND) == Status.BadAnswer, "no such reason");
    const rng = changetype<Rng>(room(32));
    rng.seed(9);
    for (let i = 0; i < 20_000; i++) {
      for (let k = 0; k < 8; k++) store<u64>(decisionAt + ((<usize>k) << 3), rng.next());
      const c = decision.confidence;
      const status = predictAccept(decisionAt, 7, SECOND);
      assert(status == Status.BadAnswer || (c >= 0.0 && c <= 1.0), "random bits");
    }
  });

  spec("kernel/predict/judge-reads-numbers", () => {
    begin();
    const decision = changetype<MemoryDecision>(decisionAt);
    decide(0, SECOND);
    decision.confidence = 1.0;
    decision.timeToExhaustionMs = 12_345.6;
    decision.exhaustion = 0.25;
    decision.scarcity = -0.0;
    decision.fragmentation = 0.5;
    decision.failures = 1e-300;
    decision.slopePagesPerSecond = -7.5;
    decision.advice = Advice.Reduce;
    assert(predictAccept(decisionAt, 7, 3 * SECOND) == Risk.Critical, "critical");
    const at = room(PREDICTION_ROW_BYTES);
    predictRow(at, true);
    const shown = changetype<PredictionRow>(at);
    assert(shown.confidencePpm == 1_000_000 && shown.timeToExhaustionMs == 12_346 && shown.slopePagesPerSecond == -8, "rounded to nearest");
    assert(load<u32>(at, 80) == 250_000 && load<u32>(at, 84) == 0 && load<u32>(at, 88) == 500_000 && load<u32>(at, 92) == 0, "factors");
    assert(shown.advice == Advice.Reduce && shown.moduleId == 7 && shown.automatic == 1 && shown.timeNs == 3 * SECOND, "the rest");
  });

  spec("kernel/predict/threshold-is-used", () => {
    begin();
    assert(decide(59, SECOND) == Risk.Normal && decide(60, SECOND) == Risk.Elevated && decide(79, SECOND) == Risk.Elevated, "below");
    assert(decide(80, SECOND) == Risk.Warning && decide(89, SECOND) == Risk.Warning && decide(90, SECOND) == Risk.Critical, "above");
    assert(predictSetThreshold(950_000) == Status.Ok && decide(92, SECOND) == Risk.Elevated && decide(95, SECOND) == Risk.Critical, "higher");
    assert(predictSetThreshold(300_000) == Status.Ok && decide(30, SECOND) == Risk.Warning && decide(29, SECOND) == Risk.Normal, "lower");
    assert(predictSetThreshold(1_000_001) == Status.Range, "no more than one");
  });

  spec("kernel/predict/history-true-positive", () => {
    begin();
    decide(10, 1 * SECOND);
    for (let t: u64 = 2; t < 20; t++) decide(10, t * SECOND);
    decide(85, 20 * SECOND);
    for (let t: u64 = 21; t < 32; t++) decide(95, t * SECOND);
    assert(history() == 2 && row(0).outcome == Outcome.Open && row(1).outcome == Outcome.Open && counts().open == 2, "one row a side");
    predictOutOfMemory(32 * SECOND + SECOND / 2);
    assert(history() == 2, "no row more");
    assert(row(0).outcome == Outcome.FalseNegative && row(0).leadMs == -1, "calm was wrong inside its horizon");
    assert(row(1).outcome == Outcome.TruePositive && row(1).leadMs == 12_500 && row(1).closedNs == 32 * SECOND + SECOND / 2, "warned 12.5 s before");
    assert(counts().truePositives == 1 && counts().falseNegatives == 1 && counts().open == 0, "counted");
    decide(95, 33 * SECOND);
    assert(history() == 3 && row(2).risk == Risk.Critical && row(2).outcome == Outcome.Open && row(2).sequence == 2, "still warned: about the next time");
  });

  spec("kernel/predict/history-false-positive-and-renewal", () => {
    begin();
    decide(85, 10 * SECOND);
    for (let t: u64 = 11; t < 70; t++) decide(85, t * SECOND);
    assert(history() == 1 && row(0).outcome == Outcome.Open, "one row while it stands");
    decide(85, 70 * SECOND);
    assert(history() == 2 && row(0).outcome == Outcome.FalsePositive && row(0).closedNs == 70 * SECOND, "its horizon passed");
    assert(row(1).outcome == Outcome.Open && row(1).timeNs == 70 * SECOND, "and it stands anew");
    decide(10, 71 * SECOND);
    decide(85, 72 * SECOND);
    assert(history() == 4 && row(2).risk == Risk.Normal && row(3).risk == Risk.Warning, "a row a change of side");
    predictOutOfMemory(75 * SECOND);
    history();
    assert(row(1).outcome == Outcome.TruePositive && row(1).leadMs == 5000, "withdrawn, but inside its horizon");
    assert(row(3).outcome == Outcome.TruePositive && row(3).leadMs == 3000 && row(2).outcome == Outcome.FalseNegative, "all open rows are closed");
    assert(counts().falsePositives == 1 && counts().truePositives == 2, "counted");
  });

  spec("kernel/predict/history-calm-once-a-horizon", () => {
    begin();
    for (let i: u64 = 0; i < 1800; i++) decide(i % 3 == 0 ? 61 : 10, i * BEAT);
    assert(history() == 3, "three minutes, three rows");
    assert(row(0).outcome == Outcome.TrueNegative && row(1).outcome == Outcome.TrueNegative && row(2).outcome == Outcome.Open, "closed in time");
    assert(row(1).timeNs - row(0).timeNs == 60 * SECOND && counts().trueNegatives == 2, "a horizon apart");
    predictOutOfMemory(180 * SECOND);
    history();
    assert(row(2).outcome == Outcome.TrueNegative, "an OOM just after the horizon is not inside it");
  });

  spec("kernel/predict/history-acted", () => {
    begin();
    decide(10, SECOND);
    decide(85, 5 * SECOND);
    predictActed(6 * SECOND);
    assert(history() == 2 && row(1).outcome == Outcome.Open && counts().acted == 0, "the horizon decides");
    for (let t: u64 = 7; t < 65; t++) decide(85, t * SECOND);
    assert(history() == 2, "one row while it stands");
    decide(85, 65 * SECOND);
    assert(history() == 3 && row(2).timeNs == 65 * SECOND, "and one after its horizon");
    assert(row(0).outcome == Outcome.TrueNegative && row(1).outcome == Outcome.Acted && counts().acted == 1, "no OOM: nobody can tell why");
    predictActed(66 * SECOND);
    predictOutOfMemory(70 * SECOND);
    history();
    assert(row(2).outcome == Outcome.TruePositive && row(2).leadMs == 5000, "an OOM all the same: the warning was true");
  });

  spec("kernel/predict/history-averted", () => {
    begin();
    decide(10, SECOND);
    decide(85, 5 * SECOND);
    predictActed(6 * SECOND);
    predictAverted(7 * SECOND);
    decide(10, 8 * SECOND);
    decide(85, 100 * SECOND);
    assert(history() == 3, "two calm rows would lie inside one horizon");
    assert(row(1).outcome == Outcome.Averted && row(1).leadMs == -1 && counts().averted == 1 && counts().acted == 0, "memory had run out");
    assert(row(0).outcome == Outcome.FalseNegative, "so calm was wrong");
    decide(85, 161 * SECOND);
    history();
    assert(row(2).outcome == Outcome.FalsePositive, "what was averted before a warning does not make it true");
  });

  spec("kernel/predict/history-abstained-and-full", () => {
    begin();
    decide(99, SECOND);
    predictReset();
    changetype<MemoryDecision>(decisionAt).abstained = 1;
    assert(predictAccept(decisionAt, 7, 2 * SECOND) == Risk.Normal && history() == 0, "says nothing, so nothing is scored");
    // A change of side each millisecond: more open rows than the ring has.
    for (let i: u64 = 0; i < 1000; i++) decide(i % 2 == 0 ? 85 : 10, 3 * SECOND + i * 1_000_000);
    assert(history() == HISTORY_ROWS && counts().open == HISTORY_ROWS, "lost rows are not open");
    predictOutOfMemory(10 * SECOND);
    assert(counts().open == 0 && counts().truePositives == HISTORY_ROWS, "each row that is left is closed once");
    predictReset();
    assert(history() == 0 && counts().truePositives == 0, "forgotten");
    decide(85, 20 * SECOND);
    assert(history() == 1 && row(0).sequence > 256, "sequence numbers go on");
  });

  spec("kernel/predict/history-agrees-with-a-slow-judge", () => {
    // A thousand random minutes: each row's outcome is worked out anew from the list of OOMs.
    begin();
    const rng = changetype<Rng>(room(32));
    rng.seed(4);
    const ooms = room(8 * 4096);
    let oomCount: u32 = 0;
    let warned = false;
    let now: u64 = SECOND;
    let closed: u64 = 0;
    for (let i = 0; i < 20_000; i++) {
      now += BEAT + rng.below(900) * 1_000_000;
      if (rng.chance(20_000)) warned = !warned;
      decide(warned ? 85 : 20, now);
      if (rng.chance(warned ? 10_000 : 2_000)) {
        predictOutOfMemory(now + 1);
        store<u64>(ooms + ((<usize>oomCount) << 3), now + 1);
        oomCount++;
      }
    }
    const shown = history();
    assert(shown > 100, "enough rows");
    for (let i: u32 = 0; i < shown; i++) {
      const r = row(i);
      if (r.outcome == Outcome.Open) continue;
      closed++;
      let inside: u64 = 0;
      for (let k: u32 = 0; k < oomCount; k++) {
        const at = load<u64>(ooms + ((<usize>k) << 3));
        if (at >= r.timeNs && at < r.timeNs + 60 * SECOND) {
          inside = at;
          break;
        }
      }
      const said = r.risk >= <u32>Risk.Warning;
      assert(r.outcome == <u32>(inside != 0 ? (said ? Outcome.TruePositive : Outcome.FalseNegative) : said ? Outcome.FalsePositive : Outcome.TrueNegative), "the outcome");
      assert(r.leadMs == (said && inside != 0 ? <i64>((inside - r.timeNs) / 1_000_000) : -1), "the lead");
    }
    assert(closed > 100, "enough closed rows");
  });

  spec("kernel/predict/fallback-sees-a-leak-and-a-plateau", () => {
    begin();
    let now: u64 = SECOND;
    let free: u32 = 90_000;
    for (let i = 0; i < 100; i++) {
      now += BEAT;
      sampleAt(now, free, free / 2, 0, 0, MANAGED, 2, 0);
      assert(predictFallback(now) == Risk.Normal, "idle");
    }
    const shown = changetype<PredictionRow>(room(PREDICTION_ROW_BYTES));
    let warnedAt: u32 = 0;
    while (free > 1000) {
      free -= 500; // 5000 pages a second
      now += BEAT;
      sampleAt(now, free, free / 2, 0, 0, MANAGED, 2, 0);
      if (predictFallback(now) >= <i32>Risk.Warning && warnedAt == 0) warnedAt = free;
    }
    assert(warnedAt > 5 * 5000, "warned at least five seconds before");
    predictRow(changetype<usize>(shown), false);
    assert(shown.moduleId == 0 && shown.risk == Risk.Critical && shown.slopePagesPerSecond == -5000 && shown.advice == Advice.Reduce, "and says so");
    assert(shown.timeToExhaustionMs >= 0 && shown.timeToExhaustionMs <= 300, "a thousand pages at five thousand a second");
    free = 30_000;
    for (let i = 0; i < 100; i++) {
      now += BEAT;
      sampleAt(now, free + <u32>(i % 3), free / 2, 900_000, 1, MANAGED, 2, 0);
      if (i > 60) assert(predictFallback(now) == Risk.Normal, "a plateau is none");
    }
  });

  spec("kernel/predict/fallback-stays-in-range", () => {
    begin();
    const rng = changetype<Rng>(room(32));
    rng.seed(11);
    const shown = changetype<PredictionRow>(room(PREDICTION_ROW_BYTES));
    for (let i = 0; i < 20_000; i++) {
      const wide = i < 10_000 ? u32.MAX_VALUE : 200_000;
      const managed = <u32>rng.next() % wide;
      sampleAt(rng.next() >> rng.below(64), <u32>rng.next() % wide, <u32>rng.next(), <u32>rng.next(), <u32>rng.next() >> rng.below(32), managed, 1, 1);
      predictFallback(<u64>i * BEAT);
      predictRow(changetype<usize>(shown), false);
      assert(shown.confidencePpm <= 1_000_000 && shown.timeToExhaustionMs >= -1 && shown.advice <= <u32>Advice.Reduce, "in range");
      for (let f: usize = 80; f < 96; f += 4) assert(load<u32>(changetype<usize>(shown) + f) <= 1_000_000, "factors");
      assert(predictRisk() <= Risk.Critical, "a risk");
    }
  });
}
