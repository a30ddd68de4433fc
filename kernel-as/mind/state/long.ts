// A State in words for models that were not trained on ours: lines of English, version 1 (docs/mind-state.md). The same numbers as encode.ts, the same
// choice of processes. Allocates nothing.
import { nameLength } from "../../lib/bytes";
import { TextWriter } from "../../lib/fmt";
import { coarse, percent } from "./coarse";
import { riskName } from "./json";
import { isNamed, markNamed } from "./mention";
import { Doing, EventFacts, eventAt, Happened, NAME_FIELD, ProcessFacts, processAt, rankProcesses, State, state } from "./state";

const RATE_LEAST_KIB: i64 = 64;

const out = changetype<TextWriter>(memory.data(16, 8));

/** Details from which on a part is written. */
const DETAIL_EVENTS: i32 = 4;
const DETAIL_FIGURES: i32 = 3;
/** Most details: so many processes, too. */
export const LONG_MOST: i32 = 5;

/**
 * Writes the State in words, each line ended.
 * @param detail 0 to LONG_MOST: lines of processes at most; below 4 no events, below 3 the chief figures alone
 * @param question its text, `questionBytes` long: the processes that it names come first where they would be left out
 * @param to `capacity` bytes; 1024 are enough
 * @returns bytes written
 */
export function encodeLong(detail: i32, question: usize, questionBytes: u32, to: usize, capacity: u32): u32 {
  out.init(to, capacity);
  rankProcesses();
  const named = markNamed(question, questionBytes);
  let first = 0;
  for (let i = 0; i < <i32>state.processRows && i < detail; i++) if (isNamed(i)) first++;
  machine(detail);
  let shown = 0;
  const apart = first < named;
  for (let i = 0; apart && i < <i32>state.processRows && shown < detail; i++) {
    if (!isNamed(i)) continue;
    process(processAt(i));
    shown++;
  }
  for (let i = 0; i < <i32>state.processRows && shown < detail; i++) {
    if (apart && isNamed(i)) continue;
    process(processAt(i));
    shown++;
  }
  for (let i = 0; i < <i32>state.eventRows && detail >= DETAIL_EVENTS; i++) event(eventAt(i));
  return out.length;
}

function machine(detail: i32): void {
  out.text("Memory ");
  size(state.managedKib);
  out.text(", ");
  number(percent(state.managedKib > 0 ? (state.freeKib * 1_000_000) / state.managedKib : 0));
  out.text("% free");
  if (state.freeKibPerSecond <= -RATE_LEAST_KIB) rate(", shrinking ", -state.freeKibPerSecond);
  else if (state.freeKibPerSecond >= RATE_LEAST_KIB) rate(", growing ", state.freeKibPerSecond);
  if (state.fragmentationPpm >= 100_000 && detail >= DETAIL_FIGURES) {
    share(", fragmented ", state.fragmentationPpm);
    out.text(", largest block ");
    size(state.largestKib);
  }
  if (state.compressedKib > 0 && detail >= DETAIL_FIGURES) {
    out.text(", compressed ");
    size(state.compressedKib);
  }
  if (state.pressurePpm >= 5000 && detail >= DETAIL_FIGURES) share(", pressure ", state.pressurePpm);
  if (state.exhaustionMs >= 0 && state.abstained === 0) {
    out.text(", out of memory in ");
    number((state.exhaustionMs + 500) / 1000);
    out.text(" s");
  }
  out.text(", risk ");
  out.text(state.abstained !== 0 ? "unknown" : riskName(state.risk));
  if (state.automatic === 0) out.text(", automatic reclaim off");
  out.text(".\nScheduler ");
  name(changetype<usize>(state) + offsetof<State>("policy0"));
  out.text(", ");
  number(state.ready);
  out.text(" runnable, ");
  if (detail >= DETAIL_FIGURES) {
    number(state.switchesPerSecond);
    out.text(" switches/s, ");
  }
  share("CPU ", state.busyPpm);
  out.text(" busy");
  if (state.faultsPerSecond >= 10 && detail >= DETAIL_FIGURES) {
    out.text(", ");
    number(state.faultsPerSecond);
    out.text(" page faults/s");
  }
  out.text(", up ");
  number(state.uptimeMs / 1000);
  out.text(" s, ");
  number(state.processCount);
  out.text(" processes.\n");
}

function process(p: ProcessFacts): void {
  out.text("pid ");
  out.unsigned(<u64>p.pid);
  out.byte(0x20);
  name(changetype<usize>(p));
  out.text(": ");
  size(p.residentKib);
  if (p.growthKibPerSecond >= RATE_LEAST_KIB) rate(", growing ", p.growthKibPerSecond);
  else if (p.growthKibPerSecond <= -RATE_LEAST_KIB) rate(", shrinking ", -p.growthKibPerSecond);
  if (p.cpuPpm >= 5000) share(", CPU ", p.cpuPpm);
  if (p.nice !== 0) {
    out.text(", nice ");
    out.signed(p.nice);
  }
  if (p.waitMs >= 1000) {
    out.text(", waiting ");
    number(p.waitMs / 1000);
    out.text(" s");
  }
  if (p.guarded !== 0) out.text(", protected");
  if (p.doing === Doing.Throttled) out.text(", slowed down");
  else if (p.doing === Doing.Starved) out.text(", waits for memory");
  else if (p.doing === Doing.Limited) out.text(", over its CPU limit");
  out.byte(10);
}

function event(e: EventFacts): void {
  if (e.happened === Happened.None) return;
  number(e.agoMs / 1000);
  out.text(" s ago: ");
  if (e.happened === Happened.Oom) out.text("killed for lack of memory");
  else if (e.happened === Happened.Crash) out.text("crashed");
  else if (e.happened === Happened.Throttle) out.text("slowed down");
  else if (e.happened === Happened.Reclaim) out.text("memory reclaimed");
  else if (e.happened === Happened.Failed) out.text("an allocation failed");
  else if (e.happened === Happened.Compact) out.text("memory compacted");
  else if (e.happened === Happened.Swap) out.text("policy swapped");
  else if (e.happened === Happened.Eject) out.text("policy ejected");
  else out.text("rescued from starvation");
  if (e.pid > 0) {
    out.text(", pid ");
    out.unsigned(<u64>e.pid);
  }
  out.byte(10);
}

function number(value: i64): void {
  out.signed(coarse(value));
}

function share(before: string, ppm: i64): void {
  out.text(before);
  number(percent(ppm));
  out.byte(0x25);
}

function rate(before: string, kib: i64): void {
  out.text(before);
  size(kib);
  out.text("/s");
}

function size(kib: i64): void {
  if (coarse(kib) < 1000) {
    number(kib);
    out.text(" KiB");
    return;
  }
  number((kib + 512) >> 10);
  out.text(" MiB");
}

function name(field: usize): void {
  out.bytes(field, <u32>nameLength(field, NAME_FIELD));
}
