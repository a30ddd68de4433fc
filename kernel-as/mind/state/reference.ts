// The processes that a question means by a number or by a name: "kill 7", "process 99 or 2", "pid=12", "the task called editor". A plain reading of words, no
// model: what it finds, an answer is held to (answer/check.ts). Allocates nothing.
//
// A number is meant for sure (Strong) behind a word for a process, behind a verb that takes one, and further down a list that began so. A number with a unit, a
// decimal and a time of day is a Measure, no pid. Every other whole number is Bare: whether it is a pid, the command that is decoded tells.
import { copy, getU8, nameLength } from "../../lib/bytes";
import { isProgram } from "../grammar/rules";
import { namesProcess } from "./mention";
import { isDigit, isInWord, isLetter, isOneOf } from "./reading";
import { cleanName, NAME_FIELD } from "./state";

/** References at most; a question of 1000 bytes has fewer strong ones that anybody would write. */
const REFERENCES: i32 = 64;
/** Bytes of a reference that are kept for a message. */
const TEXT_BYTES: u32 = 20;
/** Digits of the largest pid. */
const PID_DIGITS: u32 = 10;

/** Words that a pid, or a name, stands behind. */
const TAGS: string = "process processes proc procs pid pids task tasks program programs";
/** Verbs whose object is a process where it is a number. */
const VERBS: string = "kill killing stop stopping end ending terminate terminating finish abort quit halt destroy eliminate protect unprotect guard shield boost throttle slow";
/** Words that may stand between a tag or verb and its number. */
const BETWEEN: string = "the number numbers no nr num id ids with both also down";
/** Words that go on with a list. */
const ALSO: string = "and or also plus nor as well then";
/** Words behind a number that make a measure of it, or a count. */
const UNITS: string =
  "k kb kib m mb mib g gb gib meg megs megabyte megabytes mebibyte mebibytes kilobyte kilobytes gigabyte gigabytes byte bytes page pages frame frames percent pct " +
  "ms msec millisecond milliseconds s sec secs second seconds min mins minute minutes h hour hours day days times turns " +
  "event events line lines row rows entry entries message messages prediction predictions decision decisions token tokens processes procs pids tasks programs jobs " +
  "files points processors cores cpus largest biggest smallest newest oldest latest worst fastest slowest greatest";
/** Words before a name that was given to a process. */
const CALLED: string = "called named";
/** "called by": nobody's name. */
const BY: string = "by in for on at after";

export const enum Meant {
  Strong = 0,
  Bare = 1,
  Measure = 2,
  /** with a minus in front; the value is without it */
  Negative = 3,
  /** a name, meant for sure */
  Name = 4,
  /** the name of a program that no process runs, somewhere */
  Program = 5,
}

/** What a question refers to. */
@unmanaged
export class Reference {
  /** the number; −1: none, or more digits than a pid has */
  value: i64;
  /** Meant */
  meant: i32;
  textBytes: u32;
  /** as it was written: TEXT_BYTES */
  text0: u64;
  text1: u64;
  text2: u32;
  reserved: u32;
}
const REFERENCE_BYTES: usize = 40;
if (offsetof<Reference>() != REFERENCE_BYTES || <usize>NAME_FIELD > TEXT_BYTES) ERROR("a Reference has another size");
const rows: usize = memory.data(2560, 8);
if (<usize>REFERENCES * REFERENCE_BYTES != 2560) ERROR("rows must have room for REFERENCES");

/** What the last word leads to. */
const enum Leads {
  Nothing = 0,
  Tag = 1,
  Verb = 2,
  /** behind a strong number: a list may go on */
  Number = 3,
  List = 4,
  /** behind "process called" */
  Called = 5,
  /** behind "minus" */
  Minus = 6,
}

let count: i32 = 0;
let leads: i32 = Leads.Nothing;
/** the list began at a verb: "kill 5 7" */
let juxtaposed: bool = false;

/** References of the question that was read last. */
export function referenceCount(): i32 {
  return count;
}
export function referenceAt(index: i32): Reference {
  return changetype<Reference>(rows + <usize>index * REFERENCE_BYTES);
}
/** Where a reference's text is. */
export function referenceText(index: i32): usize {
  return changetype<usize>(referenceAt(index)) + offsetof<Reference>("text0");
}

/** No question: nothing is referred to. */
export function clearReferences(): void {
  count = 0;
}

/** Reads `bytes` at `question`. The State is in place: names are those of its processes. */
export function readReferences(question: usize, bytes: u32): void {
  count = 0;
  leads = Leads.Nothing;
  juxtaposed = false;
  for (let at: u32 = 0; at < bytes; ) {
    const byte = getU8(question + at);
    if (isDigit(byte)) at = number(question, at, bytes);
    else if (isLetter(byte)) at = word(question, at, bytes);
    else {
      sign(byte);
      at++;
    }
  }
}

function add(at: usize, bytes: u32, value: i64, meant: Meant): void {
  if (count === REFERENCES) return;
  const row = referenceAt(count);
  row.value = value;
  row.meant = meant;
  row.textBytes = min(bytes, TEXT_BYTES);
  copy(referenceText(count), at, row.textBytes);
  count++;
}

// As it is cleaned: nothing in it can steer a terminal. "kill stress 7", "sort and 7": a number behind it is a process, too.
function addName(at: usize, bytes: u32, meant: Meant): void {
  leads = meant === Meant.Name ? Leads.Number : Leads.Nothing;
  juxtaposed = meant === Meant.Name;
  if (count === REFERENCES) return;
  add(at, bytes, -1, meant);
  cleanName(at, bytes, referenceText(count - 1));
  referenceAt(count - 1).textBytes = <u32>nameLength(referenceText(count - 1), NAME_FIELD);
}

// Digits, with what is written against them; the place behind.
function number(question: usize, from: u32, bytes: u32): u32 {
  let end = from;
  while (end < bytes && isDigit(getU8(question + end))) end++;
  const before = from > 0 ? getU8(question + from - 1) : 0x20;
  const value = end - from <= PID_DIGITS ? numberAt(question + from, end - from) : -1;
  if (before === 0x2d && (from < 2 || !isInWord(getU8(question + from - 2)))) {
    // "kill -9 7": a signal; "kill -5": nothing that there is
    add(question + from - 1, end - from + 1, value, Meant.Negative);
    return end;
  }
  if (leads === Leads.Minus) {
    add(question + from, end - from, value, Meant.Negative);
    leads = Leads.Nothing;
    return end;
  }
  const behind = behindNumber(question, end, bytes);
  if (behind !== end || isMeasured(question, end, bytes)) {
    add(question + from, behind - from, value, Meant.Measure);
    leads = Leads.Nothing;
    return behind;
  }
  const sure = leads === Leads.Tag || leads === Leads.Verb || leads === Leads.List || (leads === Leads.Number && juxtaposed);
  juxtaposed = sure && (leads === Leads.Verb || (leads === Leads.Number && juxtaposed));
  leads = sure ? Leads.Number : Leads.Nothing;
  add(question + from, end - from, value, sure ? Meant.Strong : Meant.Bare);
  return end;
}

// "5M", "5.5", "12:30", "7th": what follows without a space makes no pid of it; a sign at the end of a sentence, or of "7's", does not.
function behindNumber(question: usize, from: u32, bytes: u32): u32 {
  let end = from;
  while (end < bytes) {
    const byte = getU8(question + end);
    const next = end + 1 < bytes ? getU8(question + end + 1) : 0x20;
    const joins = isInWord(byte) || byte === 0x25 || ((byte === 0x2e || byte === 0x3a) && isDigit(next));
    if (!joins) return end;
    end++;
  }
  return end;
}

function isMeasured(question: usize, from: u32, bytes: u32): bool {
  let at = from;
  while (at < bytes && getU8(question + at) === 0x20) at++;
  if (at < bytes && getU8(question + at) === 0x25) return true;
  let end = at;
  while (end < bytes && isLetter(getU8(question + end))) end++;
  return end > at && at > from && isOneOf(question + at, end - at, UNITS);
}

function numberAt(at: usize, bytes: u32): i64 {
  let value: i64 = 0;
  for (let i: u32 = 0; i < bytes; i++) value = value * 10 + (getU8(at + i) - 0x30);
  return value;
}

// A word with the digits and signs that a name has; the place behind.
function word(question: usize, from: u32, bytes: u32): u32 {
  let letters = from;
  while (letters < bytes && isLetter(getU8(question + letters))) letters++;
  // "pid7": the digits are a number of their own
  if (letters < bytes && isDigit(getU8(question + letters)) && isOneOf(question + from, letters - from, "pid pids")) {
    leads = Leads.Tag;
    return letters;
  }
  let end = letters;
  while (end < bytes && (isInWord(getU8(question + end)) || (getU8(question + end) === 0x2d && end + 1 < bytes && isInWord(getU8(question + end + 1))))) end++;
  // an option: "kill -TERM 5"
  if (from > 0 && getU8(question + from - 1) === 0x2d) return end;
  lead(question + from, end - from);
  return end;
}

function lead(at: usize, bytes: u32): void {
  const after = leads;
  if (after === Leads.Called && !isOneOf(at, bytes, BY)) {
    addName(at, bytes, Meant.Name);
    return;
  }
  const runs = namesProcess(at, bytes);
  const program = !runs && isProgram(at, bytes);
  // "stop primes", but not "run the program primes"
  if (((after === Leads.Tag || after === Leads.Verb) && runs && !isOneOf(at, bytes, BETWEEN)) || (after === Leads.Verb && program)) addName(at, bytes, Meant.Name);
  else if (program) addName(at, bytes, Meant.Program);
  else if (isOneOf(at, bytes, TAGS)) leads = Leads.Tag;
  else if (after === Leads.Tag && isOneOf(at, bytes, CALLED)) leads = Leads.Called;
  else if (isOneOf(at, bytes, VERBS)) leads = Leads.Verb;
  else if ((after === Leads.Tag || after === Leads.Verb || after === Leads.List) && isOneOf(at, bytes, BETWEEN)) leads = after;
  else if ((after === Leads.Number || after === Leads.List) && isOneOf(at, bytes, ALSO)) leads = Leads.List;
  else leads = isOneOf(at, bytes, "minus") ? Leads.Minus : Leads.Nothing;
}

function sign(byte: u32): void {
  if (byte <= 0x20 || byte === 0x22 || byte === 0x27 || byte === 0x28 || byte === 0x29 || byte === 0x60 || byte === 0x2d || byte === 0x3a) return;
  if (leads === Leads.Number && (byte === 0x2c || byte === 0x26 || byte === 0x2b || byte === 0x2f)) leads = Leads.List;
  else if (byte === 0x23 || byte === 0x3d || (byte === 0x2c && leads === Leads.List)) return;
  else leads = Leads.Nothing;
}
