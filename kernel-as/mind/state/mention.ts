// Which processes a question names, by number or by name: what the encoder must not leave out. A name is compared as the encoder cleans it. Allocates nothing.
import { getU8, nameLength } from "../../lib/bytes";
import { isDigit } from "./reading";
import { cleanName, ProcessFacts, processAt, processOf, STATE_PROCESSES, state } from "./state";

const MARKS: usize = memory.data(128);
if (STATE_PROCESSES != 128) ERROR("MARKS must have a byte for every process");
const word = changetype<ProcessFacts>(memory.data(96, 8));
const SPACE: u32 = 0x20;
const APOSTROPHE: u32 = 0x27;
const LETTER_X: u32 = 0x78;
/** Digits of the largest pid. */
const PID_DIGITS: u32 = 10;
const BY_NUMBER: u8 = 1;
const BY_NAME: u8 = 2;

/** Marks the processes that `bytes` at `question` name, by their rows as they lie now. How many. */
export function markNamed(question: usize, bytes: u32): i32 {
  memory.fill(MARKS, 0, STATE_PROCESSES);
  let count = 0;
  for (let at: u32 = 0; at < bytes; ) {
    let end = at;
    while (end < bytes && getU8(question + end) > SPACE) end++;
    if (end > at) count += markWord(question + at, end - at);
    at = end + 1;
  }
  return count;
}

/** Whether the question named the process of this row. */
export function isNamed(index: i32): bool {
  return load<u8>(MARKS + <usize>index) !== 0;
}

/** … by its name. */
export function isNamedByName(index: i32): bool {
  return (load<u8>(MARKS + <usize>index) & BY_NAME) !== 0;
}

// "7," "hog's" "/bin/hog.wasm"
function markWord(at: usize, bytes: u32): i32 {
  let length: u32 = 0;
  while (length < bytes && getU8(at + length) !== APOSTROPHE) length++;
  if (length === 0) return 0;
  cleanName(at, length, changetype<usize>(word));
  // Nothing but signs is cleaned to an x.
  if (word.name0 === <u64>LETTER_X && word.name1 === 0 && (getU8(at) | 0x20) !== LETTER_X) return 0;
  let count = 0;
  const index = isDigit(getU8(at)) ? processOf(pidOf()) : -1;
  if (index >= 0) count += mark(index, BY_NUMBER);
  for (let i: i32 = 0; i < <i32>state.processRows; i++) {
    const p = processAt(i);
    if (p.name0 === word.name0 && p.name1 === word.name1) count += mark(i, BY_NAME);
  }
  return count;
}

/** Whether a word is the name of a process: cleaned as a name is, cut at an apostrophe. */
export function namesProcess(at: usize, bytes: u32): bool {
  for (let i: i32 = 0; i < <i32>state.processRows; i++) if (isNameOf(at, bytes, i)) return true;
  return false;
}

/** Whether it is the name of the process of this row. */
export function isNameOf(at: usize, bytes: u32, index: i32): bool {
  const p = processAt(index);
  cleanName(at, bytes, changetype<usize>(word));
  // Nothing but other letters is cleaned to an x, too.
  if (word.name0 === <u64>LETTER_X && word.name1 === 0 && bytes > 1) return false;
  return p.name0 === word.name0 && p.name1 === word.name1;
}

function mark(index: i32, how: u8): i32 {
  const first = !isNamed(index);
  store<u8>(MARKS + <usize>index, load<u8>(MARKS + <usize>index) | how);
  return i32(first);
}

/** The cleaned word as a number; −1 where it is none. */
function pidOf(): i64 {
  const field = changetype<usize>(word);
  const length = <u32>nameLength(field, 16);
  if (length > PID_DIGITS) return -1;
  let value: i64 = 0;
  for (let i: u32 = 0; i < length; i++) {
    const byte = getU8(field + i);
    if (!isDigit(byte)) return -1;
    value = value * 10 + (byte - 0x30);
  }
  return value;
}
