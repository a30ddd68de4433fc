// A State as text in few tokens, version `a`: what `ops` reads before a question (docs/mind-state.md). Not reversible: numbers have two significant
// digits. Built for the pre-tokenizer llama-bpe: a tag of letters with the space before it is one piece, up to three digits are one piece, so that a
// field costs two tokens; the unit is in the tag. What is nothing is not written. Allocates nothing.
import { Risk } from "../../abi/numbers";
import { getU8, nameLength } from "../../lib/bytes";
import { TextWriter } from "../../lib/fmt";
import { coarse, percent } from "./coarse";
import { isNamed, markNamed } from "./mention";
import { Doing, EventFacts, eventAt, Happened, NAME_FIELD, ProcessFacts, processAt, rankProcesses, State, state, suspicion } from "./state";

/** Processes that the text has at most, and those that nobody may touch only where they stand out this much. */
const SHOWN: i32 = 5;
const GUARDED_LEAST_PPM: i64 = 25_000;
/** A rate below this is noise. */
const RATE_LEAST_KIB: i64 = 64;
/** Older events are left out. */
const EVENT_MOST_MS: i64 = 60_000;
/** Letters of a name that are taken to be a piece: a vocabulary knows some names and parts of the others. */
const LETTERS_A_PIECE: i32 = 6;
/** Pieces that are kept for the first process. */
const FIRST_PROCESS: i32 = 12;

/** How much of the machine's own part is left out, step by step, each with those before: see writeMachine. */
const enum Leave {
  Nothing = 0,
  /** system calls, faults, files, what is offered */
  Traffic = 1,
  /** switches, memory that is won, processes stalled as a whole, the number of processes */
  Rates = 2,
  /** the compressed pool, failed allocations */
  Pool = 3,
  /** uptime, fragmentation, pressure, tasks, how busy it is */
  Details = 4,
}

const out = changetype<TextWriter>(memory.data(16, 8));
/** Pieces of the pre-tokenizer written so far: what a vocabulary made for this text takes at least. */
let pieces: i32 = 0;
let leave: i32 = Leave.Nothing;
/** Processes, those of them that the question names, and events in the text. */
let shown: i32 = 0;
let namedShown: i32 = 0;
let events: i32 = 0;

/**
 * Writes the State's text, without an end of line. Where it costs too much, events are left out, then processes, the least suspicious first, but the first;
 * then parts of the machine's own (Leave); then that process. Processes that the question names come first where they would be left out.
 * @param mostPieces what it may cost; what stands always has at most 20
 * @param question its text, `questionBytes` long; 0 bytes: none
 * @param to `capacity` bytes; 512 are enough
 * @returns bytes written. rankProcesses has then been called.
 */
export function encodeState(mostPieces: i32, question: usize, questionBytes: u32, to: usize, capacity: u32): u32 {
  rankProcesses();
  const named = markNamed(question, questionBytes);
  write(mostPieces, false, to, capacity);
  if (namedShown < named) write(mostPieces, true, to, capacity);
  return out.length;
}

/** Whether nothing more of the last text could be left out. */
export function encodedLeast(): bool {
  return leave === Leave.Details && shown === 0 && events === 0;
}

function write(mostPieces: i32, namedFirst: bool, to: usize, capacity: u32): void {
  const kept = state.processRows > 0 ? FIRST_PROCESS : 0;
  for (leave = Leave.Nothing; ; leave++) {
    out.init(to, capacity);
    pieces = 0;
    writeMachine();
    if (pieces <= mostPieces - kept || leave === Leave.Details) break;
  }
  shown = 0;
  namedShown = 0;
  events = 0;
  if (namedFirst && !writeProcesses(mostPieces, true, true)) return;
  if (!writeProcesses(mostPieces, false, namedFirst)) return;
  for (let i = 0; i < <i32>state.eventRows; i++) {
    const mark = out.length;
    const before = pieces;
    writeEvent(eventAt(i));
    if (!keep(mark, before, mostPieces)) return;
    if (out.length > mark) events++;
  }
}

/** Those that are named, or all the others where `apart`, else all. False where one had no room. */
function writeProcesses(mostPieces: i32, named: bool, apart: bool): bool {
  for (let i = 0; i < <i32>state.processRows && shown < SHOWN; i++) {
    const p = processAt(i);
    if (apart && isNamed(i) !== named) continue;
    if (!named && p.guarded !== 0 && suspicion(p) < GUARDED_LEAST_PPM) continue;
    const mark = out.length;
    const before = pieces;
    writeProcess(p);
    if (!keep(mark, before, mostPieces)) return false;
    shown++;
    if (isNamed(i)) namedShown++;
  }
  return true;
}

/** Pieces of the last text. */
export function encodedPieces(): i32 {
  return pieces;
}

/** Takes back what was written since `mark` where it is too much. */
function keep(mark: u32, before: i32, most: i32): bool {
  if (pieces <= most && out.dropped === 0) return true;
  out.length = mark;
  out.dropped = 0;
  pieces = before;
  return false;
}

function writeMachine(): void {
  word("a");
  if (leave < Leave.Details) time(" u", state.uptimeMs / 1000);
  size(" t", state.managedKib);
  field(" f", percent(state.managedKib > 0 ? (state.freeKib * 1_000_000) / state.managedKib : 0));
  if (state.freeKibPerSecond <= -RATE_LEAST_KIB) size(" d", -state.freeKibPerSecond);
  else if (state.freeKibPerSecond >= RATE_LEAST_KIB && leave < Leave.Rates) size(" i", state.freeKibPerSecond);
  if (state.fragmentationPpm >= 100_000 && leave < Leave.Details) {
    field(" x", percent(state.fragmentationPpm));
    size(" l", state.largestKib);
  }
  if (state.compressedKib > 0 && leave < Leave.Pool) size(" z", state.compressedKib);
  if (state.offeredKib > 0 && leave < Leave.Traffic) size(" o", state.offeredKib);
  if (state.filesKib >= 1024 && leave < Leave.Traffic) size(" v", state.filesKib);
  if (leave < Leave.Details) share(" ps", state.pressurePpm);
  if (leave < Leave.Rates) share(" pf", state.stalledPpm);
  if (state.failures > 0 && leave < Leave.Pool) field(" af", state.failures);
  if (state.abstained !== 0) word(" ra");
  else if (state.risk !== Risk.Normal) word(state.risk === Risk.Elevated ? " re" : state.risk === Risk.Warning ? " rw" : " rc");
  if (state.exhaustionMs >= 0 && state.abstained === 0) field(" e", (state.exhaustionMs + 500) / 1000);
  if (state.automatic === 0) word(" na");
  policy();
  if (state.ready > 0 && leave < Leave.Details) field(" q", state.ready);
  if (leave < Leave.Rates) rate(" s", state.switchesPerSecond);
  if (leave < Leave.Details) field(" b", percent(state.busyPpm));
  if (state.faultsPerSecond >= 10 && leave < Leave.Traffic) rate(" pg", state.faultsPerSecond);
  if (state.syscallsPerSecond >= 1000 && leave < Leave.Traffic) rate(" y", state.syscallsPerSecond);
  if (leave < Leave.Rates) field(" n", state.processCount);
}

function writeProcess(p: ProcessFacts): void {
  out.byte(0x40);
  name(changetype<usize>(p));
  // A name that ends in a digit would run into the pid.
  const last = getU8(out.base + out.length - 1);
  if (last >= 0x30 && last <= 0x39) {
    out.byte(0x3a);
    pieces++;
  }
  digits(p.pid);
  if (p.residentKib >= 1024) size(" m", p.residentKib);
  if (p.compressedKib >= 1024) size(" z", p.compressedKib);
  if (p.growthKibPerSecond >= RATE_LEAST_KIB) size(" g", p.growthKibPerSecond);
  else if (p.growthKibPerSecond <= -RATE_LEAST_KIB) size(" h", -p.growthKibPerSecond);
  share(" c", p.cpuPpm);
  if (p.nice > 0) field(" lo", p.nice);
  else if (p.nice < 0) field(" hi", -p.nice);
  if (p.waitMs >= 1000) field(" w", p.waitMs / 1000);
  if (p.guarded !== 0) word(" P");
  if (p.doing === Doing.Throttled) word(" T");
  else if (p.doing === Doing.Starved) word(" S");
  else if (p.doing === Doing.Limited) word(" L");
}

function writeEvent(e: EventFacts): void {
  if (e.agoMs > EVENT_MOST_MS) return;
  if (e.happened === Happened.Oom) word("!oom");
  else if (e.happened === Happened.Crash) word("!crash");
  else if (e.happened === Happened.Throttle) word("!slow");
  else if (e.happened === Happened.Reclaim) word("!reclaim");
  else if (e.happened === Happened.Failed) word("!failed");
  else if (e.happened === Happened.Compact) word("!compact");
  else if (e.happened === Happened.Swap) word("!swap");
  else if (e.happened === Happened.Eject) word("!eject");
  else if (e.happened === Happened.Rescue) word("!rescue");
  else return;
  if (e.pid > 0) digits(e.pid);
}

/** Letters with at most one sign before them: one piece. */
function word(text: string): void {
  out.text(text);
  pieces++;
}

function digits(value: i64): void {
  const from = out.length;
  out.unsigned(<u64>max<i64>(value, 0));
  pieces += <i32>(out.length - from + 2) / 3;
}

function field(tag: string, value: i64): void {
  word(tag);
  digits(coarse(value));
}

/** KiB in the unit of three digits; the tag's last letter says which: k, m, g. */
function size(tag: string, kib: i64): void {
  let value = coarse(kib);
  let unit: u32 = 0x6b;
  if (value >= 1000) {
    value = coarse((kib + 512) >> 10);
    unit = 0x6d;
  }
  if (value >= 1000 && unit === 0x6d) {
    value = coarse((kib + 524_288) >> 20);
    unit = 0x67;
  }
  out.text(tag);
  out.byte(unit);
  pieces++;
  digits(value);
}

/** Seconds in the unit of two digits: s, m, h, d. */
function time(tag: string, seconds: i64): void {
  out.text(tag);
  out.byte(seconds < 100 ? 0x73 : seconds < 6000 ? 0x6d : seconds < 360_000 ? 0x68 : 0x64);
  pieces++;
  digits(coarse(seconds < 100 ? seconds : seconds < 6000 ? seconds / 60 : seconds < 360_000 ? seconds / 3600 : seconds / 86_400));
}

/** A count a second; from 1000 on in thousands, the tag's last letter k. */
function rate(tag: string, value: i64): void {
  if (coarse(value) < 1000) {
    field(tag, value);
    return;
  }
  out.text(tag);
  out.byte(0x6b);
  pieces++;
  digits(coarse((value + 500) / 1000));
}

/** Parts per million in percent, from half a percent on. */
function share(tag: string, ppm: i64): void {
  if (ppm >= 5000) field(tag, percent(ppm));
}

function policy(): void {
  if (state.policy0 === 0) return;
  out.byte(0x2f);
  name(changetype<usize>(state) + offsetof<State>("policy0"));
}

/** A cleaned name. The sign before it is part of its first piece where that is letters; so is a '-' or '_' of the letters behind it. */
function name(field: usize): void {
  const length = <u32>nameLength(field, NAME_FIELD);
  out.bytes(field, length);
  let sign = true;
  let run = 0;
  let letters = false;
  for (let i: u32 = 0; i < length; i++) {
    const byte = getU8(field + i);
    const digit = byte >= 0x30 && byte <= 0x39;
    const letter = byte >= 0x61;
    if (letter) {
      if (!letters) run = 0;
      if (run % LETTERS_A_PIECE === 0) pieces++;
    } else if (digit) {
      if (letters) run = 0;
      if (sign) pieces++;
      if (run % 3 === 0) pieces++;
    } else if (sign) pieces++;
    run = letter || digit ? run + 1 : 0;
    sign = !letter && !digit;
    letters = letter;
  }
}
