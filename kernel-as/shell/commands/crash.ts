// Family "crash": crashctl, the crash predictor. It shows and steers; the kernel and its policy module decide.
import { ACCURACY_ROW_BYTES, AccuracyRow, HISTORY_ROW_BYTES, HistoryRow, PREDICTION_ROW_BYTES, PREDICTION_ROW_FACTORS_PPM, PredictionRow } from "../../abi/layouts";
import { Abstained, Advice, Control, Topic } from "../../abi/numbers";
import * as sys from "../../abi/sys";
import { Arguments } from "../arguments";
import { printLine } from "../console";
import { Json } from "../json";
import { done, fail, failStatus, Labels, Table } from "../report";
import { queryOne, RowReader, u32At } from "../rows";
import { action, Command, Effect, operand, register, Type } from "../table";
import { decimal, formatPages, formatPpm, formatStamp } from "../units";

const RISKS: string[] = ["NORMAL", "ELEVATED", "WARNING", "CRITICAL"];
const OUTCOMES: string[] = ["open", "True+", "True-", "False+", "False-", "Acted", "Averted"];
const SHOWN: i64 = 20;
const MOST: i64 = 1024;
const PPM: i64 = 1000000;

export function registerCrash(): void {
  register(
    new Command("crashctl", "crash", Effect.Observe, "the crash predictor: see, tune, switch", null)
      .with(action("status", Effect.Observe, "confidence, risk, time to exhaustion, what to do", status))
      .with(
        action("history", Effect.Observe, "the last predictions and what became of them; accuracy", history).takes(
          operand("N", Type.Integer, "how many").within(1, MOST).optional(SHOWN.toString()),
        ),
      )
      .with(action("tune", Effect.Adjust, "set the confidence from which risk is WARNING", tune).takes(operand("X", Type.Fraction, "threshold").within(0, PPM)))
      .with(
        action("auto", Effect.Adjust, "whether the kernel acts at WARNING", automatic).takes(operand("STATE", Type.Choice, "the kernel compacts by itself").oneOf(["on", "off"])),
      )
      .with(action("reset", Effect.Destroy, "forget samples and history", reset)),
  );
}

function nameOf(names: string[], index: u32): string {
  return index < (names.length as u32) ? names[index] : index.toString();
}

function seconds(ms: i64): string {
  return ms < 0 ? "-" : decimal(ms, 3) + " s";
}

function recommendation(p: PredictionRow): string {
  if (p.abstained == Abstained.Unfamiliar) return "none: unlike anything the policy knows";
  if (p.abstained != 0) return "none yet: too few samples";
  switch (p.advice) {
    case Advice.None:
      return "nothing to do";
    case Advice.Watch:
      return "watch the growth";
    case Advice.Compact:
      return "compact: the free memory is scattered";
    case Advice.Reduce:
      return "end or throttle the fastest grower";
    default:
      return p.advice.toString();
  }
}

function adviceName(advice: u32): string {
  return advice == Advice.None ? "None" : advice == Advice.Watch ? "Watch" : advice == Advice.Compact ? "Compact" : advice == Advice.Reduce ? "Reduce" : advice.toString();
}

function status(given: Arguments): i32 {
  const row = queryOne(Topic.Prediction, 0, PREDICTION_ROW_BYTES);
  if (row == 0) return fail(given, "no prediction yet");
  const p = changetype<PredictionRow>(row);
  if (given.json) {
    new Json()
      .object()
      .pair("timeNs", p.timeNs)
      .pair("beats", p.beats)
      .pair("confidencePpm", p.confidencePpm)
      .string("risk", nameOf(RISKS, p.risk))
      .pair("freePages", p.freePages)
      .pair("largestFreePages", p.largestFreePages)
      .pair("fragmentationPpm", p.fragmentationPpm)
      .pair("recentFailures", p.recentFailures)
      .signed("timeToExhaustionMs", p.timeToExhaustionMs)
      .string("advice", adviceName(p.advice))
      .pair("thresholdPpm", p.thresholdPpm)
      .boolean("automatic", p.automatic != 0)
      .pair("moduleId", p.moduleId)
      .pair("samples", p.samples)
      .boolean("abstained", p.abstained != 0)
      .signed("slopePagesPerSecond", p.slopePagesPerSecond)
      .key("factorsPpm")
      .object()
      .pair("exhaustion", u32At(row + PREDICTION_ROW_FACTORS_PPM, 0))
      .pair("scarcity", u32At(row + PREDICTION_ROW_FACTORS_PPM, 1))
      .pair("fragmentation", u32At(row + PREDICTION_ROW_FACTORS_PPM, 2))
      .pair("failures", u32At(row + PREDICTION_ROW_FACTORS_PPM, 3))
      .endObject()
      .string("recommendation", recommendation(p))
      .endObject()
      .end();
    return 0;
  }
  new Labels()
    .add("Prediction Confidence", formatPpm(p.confidencePpm))
    .add("Risk Level", nameOf(RISKS, p.risk))
    .add("Free Pages", p.freePages.toString() + " (" + formatPages(p.freePages) + ")")
    .add("Largest Free Block", p.largestFreePages.toString() + " pages (" + formatPages(p.largestFreePages) + ")")
    .add("Fragmentation", formatPpm(p.fragmentationPpm))
    .add("Recent Failures", p.recentFailures.toString())
    .add("Time to Exhaustion", p.timeToExhaustionMs < 0 ? "none in sight" : seconds(p.timeToExhaustionMs))
    .add("Recommendation", recommendation(p))
    .print();
  return 0;
}

function history(given: Arguments): i32 {
  const start = startOfLast(given.number("N", SHOWN));
  const json = new Json();
  if (given.json) json.object().key("rows").list();
  const table = new Table([">SEQ", ">TIME", ">CONFIDENCE", "RISK", "OUTCOME", ">LEAD", ">PREDICTED", ">CLOSED", ">MODULE"]);
  const rows = new RowReader(Topic.History, HISTORY_ROW_BYTES, start, true);
  for (let row = rows.next(); row != 0; row = rows.next()) {
    const h = changetype<HistoryRow>(row);
    if (given.json) {
      json
        .object()
        .pair("sequence", h.sequence)
        .pair("timeNs", h.timeNs)
        .pair("closedNs", h.closedNs)
        .pair("confidencePpm", h.confidencePpm)
        .string("risk", nameOf(RISKS, h.risk))
        .string("outcome", nameOf(OUTCOMES, h.outcome))
        .pair("moduleId", h.moduleId)
        .signed("leadMs", h.leadMs)
        .signed("timeToExhaustionMs", h.timeToExhaustionMs)
        .endObject();
      continue;
    }
    table.add([
      h.sequence.toString(),
      formatStamp(h.timeNs),
      formatPpm(h.confidencePpm),
      nameOf(RISKS, h.risk),
      nameOf(OUTCOMES, h.outcome),
      seconds(h.leadMs),
      seconds(h.timeToExhaustionMs),
      h.closedNs > 0 ? formatStamp(h.closedNs) : "-",
      h.moduleId.toString(),
    ]);
  }
  if (given.json) json.endList();
  else if (table.count > 0) table.print();
  else printLine("no predictions yet");
  const accuracyRow = queryOne(Topic.Accuracy, 0, ACCURACY_ROW_BYTES);
  if (accuracyRow != 0) {
    const a = changetype<AccuracyRow>(accuracyRow);
    if (given.json) accuracyJson(json.key("accuracy"), a);
    else printAccuracy(a);
  }
  if (given.json) json.endObject().end();
  return 0;
}

function accuracyJson(json: Json, a: AccuracyRow): void {
  json
    .object()
    .pair("truePositives", a.truePositives)
    .pair("trueNegatives", a.trueNegatives)
    .pair("falsePositives", a.falsePositives)
    .pair("falseNegatives", a.falseNegatives)
    .pair("acted", a.acted)
    .pair("averted", a.averted)
    .pair("open", a.open)
    .endObject();
}

/** part ÷ whole, or "-" where nothing was counted. */
function share(part: u64, whole: u64): string {
  return whole == 0 ? "-" : formatPpm((part * 1000000) / whole);
}

function printAccuracy(a: AccuracyRow): void {
  printLine(
    "True+ " +
      a.truePositives.toString() +
      "  True- " +
      a.trueNegatives.toString() +
      "  False+ " +
      a.falsePositives.toString() +
      "  False- " +
      a.falseNegatives.toString() +
      "  Acted " +
      a.acted.toString() +
      "  Averted " +
      a.averted.toString() +
      "  open " +
      a.open.toString(),
  );
  const right = a.truePositives + a.trueNegatives;
  const all = right + a.falsePositives + a.falseNegatives;
  printLine(
    "accuracy " +
      share(right, all) +
      "  precision " +
      share(a.truePositives, a.truePositives + a.falsePositives) +
      "  recall " +
      share(a.truePositives, a.truePositives + a.falseNegatives),
  );
}

/** Sequence number from which on the last `count` rows follow. */
function startOfLast(count: i64): u64 {
  const sequences = new StaticArray<u64>(count as i32);
  let seen: i64 = 0;
  const rows = new RowReader(Topic.History, HISTORY_ROW_BYTES, 0, true);
  for (let row = rows.next(); row != 0; row = rows.next()) {
    sequences[(seen % count) as i32] = changetype<HistoryRow>(row).sequence;
    seen++;
  }
  return seen <= count ? 0 : sequences[(seen % count) as i32];
}

function tune(given: Arguments): i32 {
  const ppm = given.number("X", 0);
  const result = sys.control(Control.CrashThreshold, ppm as u64, 0, 0, 0);
  if (result < 0) return failStatus(given, "", result);
  if (given.json) {
    new Json().object().signed("thresholdPpm", ppm).endObject().end();
    return 0;
  }
  return done(given, "warning from confidence " + formatPpm(ppm as u64));
}

function automatic(given: Arguments): i32 {
  const on = given.text("STATE") == "on";
  const result = sys.control(Control.CrashAuto, on ? 1 : 0, 0, 0, 0);
  if (result < 0) return failStatus(given, "", result);
  if (given.json) {
    new Json().object().boolean("automatic", on).endObject().end();
    return 0;
  }
  return done(given, on ? "the kernel acts at WARNING" : "the kernel only warns");
}

function reset(given: Arguments): i32 {
  const result = sys.control(Control.CrashReset, 0, 0, 0, 0);
  return result < 0 ? failStatus(given, "", result) : done(given, "");
}
