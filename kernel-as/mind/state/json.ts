// The State as one line of JSON, in the form of tools/mind/state.ts: for recordings and for programs. Allocates nothing.
import { Risk } from "../../abi/numbers";
import { getU64 } from "../../lib/bytes";
import { TextWriter } from "../../lib/fmt";
import { Doing, EVENT_FIELDS, eventAt, Happened, NAME_FIELD, PROCESS_FIELDS, processAt, STATE_FIELDS, state } from "./state";

const out = changetype<TextWriter>(memory.data(16, 8));

/** Writes it to `to`; 32 KiB are enough. Returns bytes, without an end of line; 0 where they do not fit. */
export function stateJson(to: usize, capacity: u32): u32 {
  out.init(to, capacity);
  out.text('{"version":1');
  fields(STATE_FIELDS, changetype<usize>(state));
  out.text(',"processes":[');
  for (let i: u32 = 0; i < <u32>state.processRows; i++) {
    out.text(i === 0 ? '{"pid":' : ',{"pid":');
    out.unsigned(<u64>processAt(i).pid);
    fields(PROCESS_FIELDS, changetype<usize>(processAt(i)));
    out.byte(0x7d);
  }
  out.text('],"events":[');
  for (let i: u32 = 0; i < <u32>state.eventRows; i++) {
    out.text(i === 0 ? '{"pid":' : ',{"pid":');
    out.unsigned(<u64>eventAt(i).pid);
    fields(EVENT_FIELDS, changetype<usize>(eventAt(i)));
    out.byte(0x7d);
  }
  out.text("]}");
  return out.dropped > 0 ? 0 : out.length;
}

/** Name and value of each field, a comma before each; what is written elsewhere is left out. */
function fields(names: string, at: usize): void {
  let from = 0;
  let offset = at;
  while (from < names.length) {
    let end = names.indexOf(" ", from);
    if (end < 0) end = names.length;
    const bracket = names.charCodeAt(from) === 0x5b;
    const start = bracket ? from + 1 : from;
    const length = (bracket ? end - 1 : end) - start;
    if (!is(names, start, length, "pid") && !is(names, start, length, "processRows") && !is(names, start, length, "eventRows")) {
      out.text(',"');
      for (let i = 0; i < length; i++) out.byte(names.charCodeAt(start + i));
      out.text('":');
      if (bracket) out.jsonName(offset, NAME_FIELD);
      else value(names, start, length, <i64>getU64(offset));
    }
    offset += bracket ? <usize>NAME_FIELD : 8;
    from = end + 1;
  }
}

function is(names: string, start: i32, length: i32, name: string): bool {
  if (length !== name.length) return false;
  for (let i = 0; i < length; i++) if (names.charCodeAt(start + i) !== name.charCodeAt(i)) return false;
  return true;
}

function value(names: string, start: i32, length: i32, number: i64): void {
  if (is(names, start, length, "risk")) out.jsonText(riskName(number));
  else if (is(names, start, length, "doing")) out.jsonText(doingName(number));
  else if (is(names, start, length, "happened")) out.jsonText(happenedName(number));
  else if (is(names, start, length, "abstained") || is(names, start, length, "automatic") || is(names, start, length, "guarded")) out.text(number !== 0 ? "true" : "false");
  else out.signed(number);
}

export function riskName(risk: i64): string {
  return risk === Risk.Critical ? "critical" : risk === Risk.Warning ? "warning" : risk === Risk.Elevated ? "elevated" : "normal";
}

export function doingName(doing: i64): string {
  switch (<i32>doing) {
    case Doing.Ready:
      return "ready";
    case Doing.Running:
      return "running";
    case Doing.Throttled:
      return "throttled";
    case Doing.Starved:
      return "starved";
    case Doing.Limited:
      return "limited";
    default:
      return "blocked";
  }
}

export function happenedName(happened: i64): string {
  switch (<i32>happened) {
    case Happened.Oom:
      return "oom";
    case Happened.Crash:
      return "crash";
    case Happened.Throttle:
      return "throttle";
    case Happened.Reclaim:
      return "reclaim";
    case Happened.Failed:
      return "failed";
    case Happened.Compact:
      return "compact";
    case Happened.Swap:
      return "swap";
    case Happened.Eject:
      return "eject";
    default:
      return "rescue";
  }
}
