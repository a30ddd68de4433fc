// Subcommands of memctl that are about taking memory back: zpool, pressure, ladder, limits, reclaim, protect. The kernel does it; these
// see and steer.
import {
  LADDER_LIMIT_ROW_BYTES,
  LADDER_LIMIT_ROW_NAME,
  LADDER_ROW_BYTES,
  LadderLimitRow,
  LadderRow,
  MEMORY_ROW_BYTES,
  MemoryRow,
  PRESSURE_ROW_BYTES,
  PressureRow,
  ZPOOL_ROW_BYTES,
  ZpoolRow,
} from "../../abi/layouts";
import { Control, PAGE_BYTES, Status, Topic } from "../../abi/numbers";
import * as sys from "../../abi/sys";
import { setU8 } from "../../lib/bytes";
import { Arguments } from "../arguments";
import { flush } from "../console";
import { findJob } from "../jobs";
import { Json } from "../json";
import { complain, done, fail, failStatus, Labels, statusText, Table } from "../report";
import { emptyRow, queryOne, RowReader, textAt } from "../rows";
import { cancel, STATUS_USAGE } from "../session";
import { action, Command, Effect, flag, operand, option, Type } from "../table";
import { formatPages, formatPpm, formatSpan, formatStamp, parseInteger } from "../units";

const RUNGS: string[] = ["drop", "compact", "compress", "throttle", "kill"];
const OFF: u32 = u32.MAX_VALUE;
const UNLIMITED: u32 = u32.MAX_VALUE;
const MAXIMUM_PID: i64 = u32.MAX_VALUE;
const MAXIMUM_BYTES: i64 = (1 as i64) << 40;
const NO_ANSWER = "the kernel does not answer";

/** Adds them to memctl. */
export function withReclaim(memctl: Command): Command {
  return memctl
    .with(
      action("protect", Effect.Adjust, "keep a process from the ladder: from its kills and throttles, or shift its score, or leave it memory", protect)
        .takes(operand("PID", Type.Process, "a pid, or %N for a job"))
        .offers(flag("--off", "end the protection"))
        .offers(option("--reserve", Type.Size, "SIZE", "memory that is not reclaimed from it; protects it from nothing else").within(0, MAXIMUM_BYTES))
        .offers(option("--oom-score", Type.Integer, "N", "added to its score; -1000: never killed").within(-1000, 1000)),
    )
    .with(action("zpool", Effect.Observe, "the pool of compressed pages", zpool))
    .with(action("pressure", Effect.Observe, "time that processes waited for memory", pressure))
    .with(
      action("ladder", Effect.Adjust, "rungs of the reclaim ladder and what they did; with RUNGs, their order", ladder)
        .takes(operand("RUNG", Type.Choice, "the order wanted; one left out is off; kill is the last").oneOf(RUNGS).optional("").many())
        .tells(),
    )
    .with(
      action("limits", Effect.Adjust, "numbers of the reclaim policy; with NAME and VALUE, set one", limits)
        .takes(operand("NAME", Type.Limit, "which").optional(""))
        .takes(operand("VALUE", Type.Integer, "its new value").within(0, i64.MAX_VALUE).optional(""))
        .tells(),
    )
    .with(
      action("reclaim", Effect.Adjust, "drop offered pages and compress cold ones, of any process", reclaim).takes(
        operand("SIZE", Type.Size, "memory to gain").within(PAGE_BYTES as i64, MAXIMUM_BYTES),
      ),
    );
}

function protect(given: Arguments): i32 {
  const word = given.text("PID");
  const job = findJob(word);
  const wanted = job ? <i64>job.pid : parseInteger(word);
  if (word.startsWith("%") && !job) return fail(given, word + ": no such job");
  if (wanted < 1 || wanted > MAXIMUM_PID) return complain(given.json, "memctl protect: PID: must be a pid (1 or more) or %N, not " + word, STATUS_USAGE);
  const pid = wanted as u64;
  const what = "pid " + pid.toString();
  let result: i64 = 0;
  if (given.has("--reserve")) result = sys.control(Control.Reserve, pid, (given.number("--reserve", 0) as u64) / PAGE_BYTES, 0, 0);
  if (result == Status.Range)
    return complain(given.json, "memctl protect: --reserve: must be 0 to " + managedText() + ", which is all that programs may hold, not " + given.text("--reserve"), STATUS_USAGE);
  if (result >= 0 && given.has("--oom-score")) result = sys.control(Control.OomScoreAdjust, pid, given.number("--oom-score", 0) as u64, 0, 0);
  const whole = given.has("--off") || (!given.has("--reserve") && !given.has("--oom-score"));
  if (result >= 0 && whole) result = sys.control(Control.Protect, pid, given.has("--off") ? 0 : 1, 0, 0);
  if (result == Status.Denied) return fail(given, what + ": a service of the image, always protected");
  return result < 0 ? failStatus(given, what, result) : done(given, "");
}

/** Memory that the allocator owns, as a size. */
function managedText(): string {
  const row = queryOne(Topic.Memory, 0, MEMORY_ROW_BYTES);
  return row == 0 ? "all of memory" : formatPages(changetype<MemoryRow>(row).managedPages);
}

function pages(count: u64): string {
  return count.toString() + " (" + formatPages(count) + ")";
}

/** part ÷ whole as "2.41", or "-". */
function ratio(part: u64, whole: u64): string {
  return whole == 0 ? "-" : formatPpm((part * 1000000) / whole);
}

function zpool(given: Arguments): i32 {
  const row = queryOne(Topic.Zpool, 0, ZPOOL_ROW_BYTES);
  if (row == 0) return fail(given, NO_ANSWER);
  const z = changetype<ZpoolRow>(row);
  if (given.json) {
    new Json()
      .object()
      .pair("pages", z.pages)
      .pair("sameFilled", z.sameFilled)
      .pair("poolPages", z.poolPages)
      .pair("limitPages", z.limitPages)
      .pair("capacityPages", z.capacityPages)
      .pair("storedBytes", z.storedBytes)
      .pair("compressed", z.compressed)
      .pair("restored", z.restored)
      .pair("dropped", z.dropped)
      .pair("refused", z.refused)
      .pair("full", z.full)
      .pair("compressNs", z.compressNs)
      .pair("restoreNs", z.restoreNs)
      .endObject()
      .end();
    return 0;
  }
  new Labels()
    .add("Pages Held", pages(z.pages) + ", " + z.sameFilled.toString() + " of one word")
    .add("Pool Size", pages(z.poolPages) + " of at most " + pages(z.limitPages))
    .add("Gained", pages(z.pages > z.poolPages ? z.pages - z.poolPages : 0))
    .add("Page ÷ Stored", ratio((z.pages - z.sameFilled) * PAGE_BYTES, z.storedBytes))
    .add("Compressed", z.compressed.toString() + (z.compressed > 0 ? ", " + formatSpan(z.compressNs / z.compressed) + " each" : ""))
    .add("Restored", z.restored.toString() + (z.restored > 0 ? ", " + formatSpan(z.restoreNs / z.restored) + " each" : ""))
    .add("Dropped", z.dropped.toString())
    .add("Refused", z.refused.toString() + " would not shrink, " + z.full.toString() + " found no room")
    .print();
  return 0;
}

function pressure(given: Arguments): i32 {
  const row = queryOne(Topic.Pressure, 0, PRESSURE_ROW_BYTES);
  if (row == 0) return fail(given, NO_ANSWER);
  const p = changetype<PressureRow>(row);
  if (given.json) {
    new Json()
      .object()
      .pair("someNs", p.someNs)
      .pair("fullNs", p.fullNs)
      .pair("someAverage10Ppm", p.someAverage10Ppm)
      .pair("fullAverage10Ppm", p.fullAverage10Ppm)
      .pair("stalled", p.stalled)
      .endObject()
      .end();
    return 0;
  }
  new Labels()
    .add("Some Waited", formatSpan(p.someNs) + ", " + formatPpm(p.someAverage10Ppm) + " of the last 10 s")
    .add("None Ran", formatSpan(p.fullNs) + ", " + formatPpm(p.fullAverage10Ppm) + " of the last 10 s")
    .add("Wait Now", p.stalled.toString())
    .print();
  return 0;
}

function rungName(rung: u32): string {
  return rung < (RUNGS.length as u32) ? RUNGS[rung] : rung.toString();
}

function ladder(given: Arguments): i32 {
  return given.rest.length > 0 ? setLadder(given) : showLadder(given);
}

function setLadder(given: Arguments): i32 {
  const bytes = emptyRow(given.rest.length as u32);
  for (let i = 0; i < given.rest.length; i++) setU8(bytes + i, RUNGS.indexOf(given.rest[i]) as u32);
  const result = sys.control(Control.LadderOrder, 0, 0, bytes, given.rest.length as u32);
  if (result == Status.Invalid) return complain(given.json, "memctl ladder: each rung once, and kill as the last", STATUS_USAGE);
  return result < 0 ? failStatus(given, "", result) : done(given, "");
}

function showLadder(given: Arguments): i32 {
  const json = new Json();
  if (given.json) json.object().key("rungs").list();
  const table = new Table([">", "RUNG", ">RUNS", ">ACTIONS", ">GAINED", ">TIME", ">LAST", ">LAST MINUTE", ">MOST A MINUTE", ">HELD BACK"]);
  const rows = new RowReader(Topic.Ladder, LADDER_ROW_BYTES, 0, false);
  for (let row = rows.next(); row != 0; row = rows.next()) {
    const r = changetype<LadderRow>(row);
    if (given.json) {
      json
        .object()
        .string("rung", rungName(r.rung))
        .signed("position", r.position == OFF ? -1 : (r.position as i64));
      json.pair("runs", r.runs).pair("actions", r.actions).pair("frames", r.frames).pair("limited", r.limited).pair("ns", r.ns).pair("lastNs", r.lastNs);
      json
        .signed("perMinute", r.perMinute == UNLIMITED ? -1 : (r.perMinute as i64))
        .pair("lastMinute", r.lastMinute)
        .endObject();
      continue;
    }
    table.add([
      r.position == OFF ? "off" : (r.position + 1).toString(),
      rungName(r.rung),
      r.runs.toString(),
      r.actions.toString(),
      formatPages(r.frames),
      formatSpan(r.ns),
      r.lastNs > 0 ? formatStamp(r.lastNs) : "-",
      r.perMinute == UNLIMITED ? "-" : r.lastMinute.toString(),
      r.perMinute == UNLIMITED ? "-" : r.perMinute.toString(),
      r.limited.toString(),
    ]);
  }
  if (given.json) json.endList().endObject().end();
  else table.print();
  return 0;
}

function limits(given: Arguments): i32 {
  const wanted = given.text("NAME");
  const json = new Json();
  if (given.json && wanted == "") json.object().key("limits").list();
  const table = new Table(["NAME", ">VALUE", ">AT BOOT", ">LEAST", ">MOST"]);
  const rows = new RowReader(Topic.LadderLimits, LADDER_LIMIT_ROW_BYTES, 0, false);
  let index: i32 = 0;
  let names = "";
  for (let row = rows.next(); row != 0; row = rows.next()) {
    const l = changetype<LadderLimitRow>(row);
    const name = textAt(row + LADDER_LIMIT_ROW_NAME, 32);
    if (wanted == name && given.has("VALUE")) return setLimit(given, index, l.least, l.most);
    index++;
    names += (names == "" ? "" : ", ") + name;
    if (wanted != "" && wanted != name) continue;
    if (given.json) json.object().string("name", name).pair("value", l.value).pair("standard", l.standard).pair("least", l.least).pair("most", l.most).endObject();
    else table.add([name, l.value.toString(), l.standard.toString(), l.least.toString(), l.most.toString()]);
    if (wanted == "") continue;
    if (given.json) json.end();
    else table.print();
    return 0;
  }
  if (wanted != "") return complain(given.json, "memctl limits: " + wanted + ": must be one of " + names, STATUS_USAGE);
  if (given.json) json.endList().endObject().end();
  else table.print();
  return 0;
}

function setLimit(given: Arguments, index: i32, least: u64, most: u64): i32 {
  const value = parseInteger(given.text("VALUE"));
  const result = sys.control(Control.LadderLimit, index as u64, value as u64, 0, 0);
  if (result == Status.Range) {
    const name = given.text("NAME");
    const inside = (value as u64) >= least && (value as u64) <= most;
    const pair = inside ? beside(name) : "";
    const wanted = pair != "" ? pair : "must be " + least.toString() + " to " + most.toString();
    return complain(given.json, "memctl limits: " + name + ": " + wanted + ", not " + given.text("VALUE"), STATUS_USAGE);
  }
  return result < 0 ? failStatus(given, given.text("NAME"), result) : done(given, "");
}

/** Pairs of which the first may be at most the second: the kernel refuses what would turn them round (kernel/reclaim/policy.ts). */
const ORDERED: string[][] = [
  ["throttle-first-us", "throttle-most-us"],
  ["throttle-below-ppm", "throttle-until-ppm"],
  ["least-gain", "failure-pages"],
];

/** What the other one of its pair asks of it; "" where it is in none. */
function beside(name: string): string {
  for (let i = 0; i < ORDERED.length; i++) {
    if (name == ORDERED[i][0]) return "must be at most " + ORDERED[i][1] + " (" + limitValue(ORDERED[i][1]) + ")";
    if (name == ORDERED[i][1]) return "must be at least " + ORDERED[i][0] + " (" + limitValue(ORDERED[i][0]) + ")";
  }
  return "";
}

function limitValue(name: string): string {
  const rows = new RowReader(Topic.LadderLimits, LADDER_LIMIT_ROW_BYTES, 0, false);
  for (let row = rows.next(); row != 0; row = rows.next()) {
    if (textAt(row + LADDER_LIMIT_ROW_NAME, 32) == name) return changetype<LadderLimitRow>(row).value.toString();
  }
  return "?";
}

function reclaim(given: Arguments): i32 {
  flush();
  const wanted = ((given.number("SIZE", 0) as u64) + PAGE_BYTES - 1) / PAGE_BYTES;
  const result = sys.control(Control.Reclaim, wanted, 0, 0, 0);
  if (result == Status.Interrupted) return cancel();
  if (result == Status.Range) return complain(given.json, "memctl reclaim: SIZE: must be 4 KiB to " + managedText() + ", not " + given.text("SIZE"), STATUS_USAGE);
  if (result < 0) return fail(given, statusText(result));
  if (given.json) {
    new Json().object().pair("wantedPages", wanted).signed("gainedPages", result).endObject().end();
    return 0;
  }
  return done(given, pages(result as u64) + " gained");
}
