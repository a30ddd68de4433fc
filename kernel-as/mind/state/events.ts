// The last events that matter to an operator, out of the kernel's trace: each kind with each pid once, newest first. Part of collect.ts.
import { TRACE_ROW_BYTES, TraceRow } from "../../abi/layouts";
import { Event, ExitReason, Topic } from "../../abi/numbers";
import * as sys from "../../abi/sys";
import { copy } from "../../lib/bytes";
import { eventAt, Happened, STATE_EVENTS, state } from "./state";

const PAGE_BYTES: u32 = 16_000;
/** The kernel puts its own policies in force while it boots: no event. */
const BOOT_NS: u64 = 250_000_000;
const page: usize = memory.data(16000, 8);

@unmanaged
class Seen {
  happened: u64;
  pid: u64;
  timeNs: u64;
}
const SEEN_BYTES: usize = 24;
const seen: usize = memory.data(96, 8);
let used: u32 = 0;
/** sequence number of the first row not read yet */
let next: u64 = 0;

function seenAt(index: u32): Seen {
  return changetype<Seen>(seen + <usize>index * SEEN_BYTES);
}

/** Reads what was traced since the last call. */
export function watchEvents(): void {
  for (;;) {
    const bytes = sys.query(Topic.Trace, next, page, PAGE_BYTES);
    if (bytes < <i64>TRACE_ROW_BYTES) return;
    for (let at: i64 = 0; at + TRACE_ROW_BYTES <= bytes; at += TRACE_ROW_BYTES) {
      const row = changetype<TraceRow>(page + <usize>at);
      next = row.sequence + 1;
      const happened = kindOf(row);
      if (happened !== Happened.None) note(happened, ofProcess(happened) ? row.pid : 0, row.timeNs);
    }
    if (<u32>bytes + TRACE_ROW_BYTES <= PAGE_BYTES) return;
  }
}

/** Writes them into the State. */
export function recentEvents(nowNs: u64): void {
  for (let i: u32 = 0; i < used; i++) {
    const from = seenAt(i);
    const to = eventAt(i);
    to.happened = <i64>from.happened;
    to.pid = <i64>from.pid;
    to.agoMs = nowNs > from.timeNs ? <i64>((nowNs - from.timeNs) / 1_000_000) : 0;
  }
  state.eventRows = used;
}

function kindOf(row: TraceRow): Happened {
  switch (row.event) {
    case Event.OutOfMemory:
      return Happened.Oom;
    case Event.Exit:
      return row.a === ExitReason.Fault || row.a === ExitReason.Trap || row.a === ExitReason.Exception ? Happened.Crash : Happened.None;
    case Event.Throttle:
      return Happened.Throttle;
    case Event.ReclaimStart:
      return Happened.Reclaim;
    case Event.AllocFailure:
      return Happened.Failed;
    case Event.CompactStart:
      return Happened.Compact;
    case Event.PolicySwap:
      return row.timeNs < BOOT_NS ? Happened.None : Happened.Swap;
    case Event.PolicyEject:
      return Happened.Eject;
    case Event.Rescue:
      return Happened.Rescue;
    default:
      return Happened.None;
  }
}

/** Whether the row's pid is whom it happened to; else it is only who ran. */
function ofProcess(happened: Happened): bool {
  return happened === Happened.Oom || happened === Happened.Crash || happened === Happened.Throttle || happened === Happened.Rescue;
}

/** Puts an event first; the same one before goes, or the oldest where there is no room. */
function note(happened: Happened, pid: u64, timeNs: u64): void {
  let at: u32 = 0;
  while (at < used && (seenAt(at).happened !== happened || seenAt(at).pid !== pid)) at++;
  if (at === used) {
    if (used < STATE_EVENTS) used++;
    else at--;
  }
  copy(seen + SEEN_BYTES, seen, <usize>at * SEEN_BYTES);
  seenAt(0).happened = happened;
  seenAt(0).pid = pid;
  seenAt(0).timeNs = timeNs;
}
