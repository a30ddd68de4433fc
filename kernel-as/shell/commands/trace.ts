// Family "kernel": trace, the ring of typed events.
import { TRACE_ROW_BYTES, TraceRow } from "../../abi/layouts";
import { Control, Event, ExitReason, Topic } from "../../abi/numbers";
import * as sys from "../../abi/sys";
import { Arguments } from "../arguments";
import { reasonName } from "../children";
import { printLine } from "../console";
import { Frame, pushFrame } from "../frames";
import { Json } from "../json";
import { done, failStatus, statusText } from "../report";
import { RowReader } from "../rows";
import { pause } from "../runner";
import { action, Command, Effect, flag, operand, option, register, Type } from "../table";
import { decimal, formatSpan, formatStamp } from "../units";

/** by number; the names of the interface table */
const EVENTS: string[] = [
  "",
  "Boot",
  "Spawn",
  "Exit",
  "Switch",
  "Fault",
  "AllocFailure",
  "CompactStart",
  "CompactEnd",
  "Risk",
  "OutOfMemory",
  "PolicySwap",
  "PolicyEject",
  "ConsoleShed",
  "Syscall",
  "ModuleLoad",
  "ModuleUnload",
  "UserException",
  "ReclaimStart",
  "ReclaimRung",
  "ReclaimEnd",
  "Restore",
  "Throttle",
  "ThrottleEnd",
  "OomScore",
  "RequestEnd",
  "Rescue",
  "WeightsCommit",
  "WeightsRevert",
  "ShadowOff",
];
const CAUSES: string[] = ["", "prediction", "failure", "asked"];
const RUNGS: string[] = ["drop", "compact", "compress", "throttle", "kill"];
const RISKS: string[] = ["NORMAL", "ELEVATED", "WARNING", "CRITICAL"];
const SHOWN: i64 = 20;
const MOST: i64 = 4096;
const FOLLOW_NS: u64 = 100000000;

export function registerTrace(): void {
  register(
    new Command("trace", "kernel", Effect.Observe, "the last N events of the kernel, oldest first", show)
      .takes(operand("N", Type.Integer, "how many").within(1, MOST).optional(SHOWN.toString()))
      .offers(option("--event", Type.Choice, "NAME", "only this kind of event").oneOf(EVENTS.slice(1)))
      .offers(flag("--raw", "a and b as numbers"))
      .offers(flag("--follow", "then new ones until Ctrl-C").byHand())
      .with(action("clear", Effect.Destroy, "empty the ring", clear)),
  );
}

function eventName(event: u32): string {
  return event < (EVENTS.length as u32) ? EVENTS[event] : event.toString();
}

function wantedEvent(given: Arguments): u32 {
  return given.has("--event") ? (EVENTS.indexOf(given.text("--event")) as u32) : 0;
}

function clear(given: Arguments): i32 {
  const result = sys.control(Control.TraceClear, 0, 0, 0, 0);
  return result < 0 ? failStatus(given, "", result) : done(given, "");
}

/** Sequence number from which on `count` rows of the kind are in the ring. */
function startOfLast(count: i64, event: u32): u64 {
  const sequences = new StaticArray<u64>(count as i32);
  let seen: i64 = 0;
  const rows = new RowReader(Topic.Trace, TRACE_ROW_BYTES, 0, true);
  for (let row = rows.next(); row != 0; row = rows.next()) {
    const trace = changetype<TraceRow>(row);
    if (event != 0 && trace.event != event) continue;
    sequences[(seen % count) as i32] = trace.sequence;
    seen++;
  }
  return seen <= count ? 0 : sequences[(seen % count) as i32];
}

/**
 * Prints at most `most` rows from `start` on: printing makes events of its own, so an end must be set.
 * Returns the sequence number after the last one read.
 */
function printFrom(start: u64, most: i64, event: u32, raw: bool, json: Json | null, linePerRow: bool): u64 {
  let next = start;
  let left = most;
  const rows = new RowReader(Topic.Trace, TRACE_ROW_BYTES, start, true);
  for (let row = rows.next(); row != 0 && left > 0; row = rows.next()) {
    const trace = changetype<TraceRow>(row);
    next = trace.sequence + 1;
    if (event != 0 && trace.event != event) continue;
    left--;
    if (json) {
      json.object().pair("sequence", trace.sequence).pair("timeNs", trace.timeNs).string("event", eventName(trace.event)).pair("pid", trace.pid);
      json.pair("a", trace.a).pair("b", trace.b).endObject();
      if (linePerRow) json.end();
    } else printLine(traceLine(trace, raw));
  }
  return next;
}

function show(given: Arguments): i32 {
  const event = wantedEvent(given);
  const shown = given.number("N", SHOWN);
  const start = startOfLast(shown, event);
  if (given.has("--follow")) {
    pushFrame(new FollowFrame(start, event, given.has("--raw"), given.json));
    return 0;
  }
  if (given.json) {
    const json = new Json().object().key("rows").list();
    printFrom(start, shown, event, true, json, false);
    json.endList().endObject().end();
    return 0;
  }
  printFrom(start, shown, event, given.has("--raw"), null, false);
  return 0;
}

/** Prints what is new, ten times a second. With JSON one object a line. */
class FollowFrame extends Frame {
  constructor(
    private next: u64,
    private event: u32,
    private raw: bool,
    private json: bool,
  ) {
    super();
  }
  step(): bool {
    this.next = printFrom(this.next, MOST, this.event, this.raw, this.json ? new Json() : null, true);
    pause(FOLLOW_NS);
    return true;
  }
}

function traceLine(row: TraceRow, raw: bool): string {
  const head =
    row.sequence.toString().padStart(8) + "  " + formatStamp(row.timeNs).padStart(12) + "  " + eventName(row.event).padEnd(13) + "  " + row.pid.toString().padStart(3) + "  ";
  return head + (raw || row.event >= (EVENTS.length as u32) ? "a=" + row.a.toString() + " b=" + row.b.toString() : detail(row));
}

function detail(row: TraceRow): string {
  const a = row.a.toString();
  const b = row.b.toString();
  switch (row.event) {
    case Event.Boot:
      return a + " frames";
    case Event.Spawn:
      return "by pid " + a;
    case Event.Exit:
      return reasonName(row.a as ExitReason) + ", status " + (row.b as i64).toString();
    case Event.Switch:
      return a + " -> " + b;
    case Event.Fault:
      return "0x" + row.a.toString(16) + " got frame " + b;
    case Event.AllocFailure:
      return "order " + a + ", " + b + " pages free";
    case Event.CompactStart:
      return "for order " + a + ", largest free block " + b + " pages";
    case Event.CompactEnd:
      return a + " pages moved, largest free block " + b + " pages";
    case Event.Risk:
      return (row.a < 4 ? RISKS[row.a as i32] : a) + " at " + decimal((row.b / 1000) as i64, 3);
    case Event.OutOfMemory:
      return a + " pages free, score " + b;
    case Event.PolicySwap:
      return (row.a == 1 ? "memory" : row.a == 2 ? "sched" : a) + " policy is now module " + b;
    case Event.PolicyEject:
      return "module " + a + ": " + statusText(row.b as i64);
    case Event.ConsoleShed:
      return a + " bytes dropped";
    case Event.Syscall:
      return "number " + a + " gave " + (row.b as i64).toString();
    case Event.ModuleLoad:
      return "module " + a + ", engine " + b;
    case Event.ModuleUnload:
      return "module " + a;
    case Event.ReclaimStart:
      return (row.a < 4 ? CAUSES[row.a as i32] : a) + ", " + b + " pages free";
    case Event.ReclaimRung:
      return (row.a < 5 ? RUNGS[row.a as i32] : a) + " gained " + b + " frames";
    case Event.ReclaimEnd:
      return a + " frames gained, " + b + " pages free";
    case Event.Restore:
      return "0x" + row.a.toString(16) + " got frame " + b;
    case Event.Throttle:
      return "grew by " + a + " pages a second, until " + formatStamp(row.b);
    case Event.ThrottleEnd:
      return a + " faults waited " + formatSpan(row.b);
    case Event.OomScore:
      return "size " + high(row.a) + ", growth " + low(row.a) + ", age " + high(row.b) + ", adjustment " + low(row.b);
    case Event.RequestEnd:
      return "took " + formatSpan(row.a) + " of processor time, " + formatSpan(row.b) + " in all";
    case Event.Rescue:
      return "had waited " + formatSpan(row.a);
    case Event.WeightsCommit:
      return "module " + a + ", version " + b;
    case Event.WeightsRevert:
      return "module " + a + " returned to version " + b;
    case Event.ShadowOff:
      return "module " + a + ": " + statusText(row.b as i64);
    default:
      return "vector " + a + " at 0x" + row.b.toString(16);
  }
}

/** The halves of a number, each with its sign. */
function high(value: u64): string {
  return ((value >> 32) as i32).toString();
}
function low(value: u64): string {
  return (value as i32).toString();
}
