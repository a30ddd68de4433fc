// Cuts a text into the words that byte-level BPE merges within: hand-written matchers of the regular expressions that models were trained with. Each matcher
// says where the piece that begins at a position ends. Pure; working memory is the caller's.
//
//   gpt-2      's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
//   smollm     every \p{N} by itself, then gpt-2 between them
//   llama-bpe  (?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+
//   default    runs of punctuation, then gpt-2, then runs of \p{N}, then digits in threes
import { classOf, LETTER, NUMBER, OTHER, PUNCTUATION, pointAt, pointBytes, SPACE } from "./text";

export const SPLIT_DEFAULT: u32 = 0;
export const SPLIT_GPT2: u32 = 1;
export const SPLIT_SMOLLM: u32 = 2;
export const SPLIT_LLAMA_BPE: u32 = 3;

const STAGE_GPT2: u32 = 0;
const STAGE_LLAMA_BPE: u32 = 1;
const STAGE_EACH_NUMBER: u32 = 2;
const STAGE_NUMBERS: u32 = 3;
const STAGE_PUNCTUATION: u32 = 4;
const STAGE_THREE_DIGITS: u32 = 5;

const APOSTROPHE: u32 = 0x27;
const BLANK: u32 = 0x20;
const RETURN: u32 = 0x0d;
const NEWLINE: u32 = 0x0a;

/** Working memory of a text of n bytes: n u32 of points, n bytes of classes, and twice n u32 of ends. */
export function splitBytes(textBytes: usize): usize {
  return textBytes * 13 + 16;
}

// The text being split: code points, their classes.
let points: usize = 0;
let classes: usize = 0;

function point(i: i32): u32 {
  return load<u32>(points + ((<usize>i) << 2));
}
function kind(i: i32): u32 {
  return load<u8>(classes + <usize>i);
}
function lower(value: u32): u32 {
  return value >= 0x41 && value <= 0x5a ? value + 0x20 : value;
}
/** Whether it is none of space, letter, number. */
function sign(value: u32): bool {
  return value === OTHER || value === PUNCTUATION;
}
function lineEnd(value: u32): bool {
  return value === RETURN || value === NEWLINE;
}

/**
 * Splits `bytes` of text at `text` with working memory `room` (splitBytes).
 * Returns how many words; `wordPoints(room)` are the code points and `wordEnds(room, bytes)` the index of the point after each word.
 */
export function split(text: usize, bytes: usize, how: u32, room: usize): i32 {
  points = room;
  let count = 0;
  for (let at = text; at < text + bytes; at += pointBytes) {
    store<u32>(points + ((<usize>count) << 2), pointAt(at, text + bytes));
    count++;
  }
  const first = room + (bytes << 2);
  const second = first + (bytes << 2) + 4;
  classes = second + (bytes << 2) + 4;
  for (let i = 0; i < count; i++) store<u8>(classes + <usize>i, <u8>classOf(point(i)));
  if (count === 0) return 0;
  store<u32>(second, <u32>count);
  if (how === SPLIT_GPT2) return stage(STAGE_GPT2, second, 1, first);
  if (how === SPLIT_LLAMA_BPE) return stage(STAGE_LLAMA_BPE, second, 1, first);
  if (how === SPLIT_SMOLLM) {
    store<u32>(first, <u32>count);
    return stage(STAGE_GPT2, second, stage(STAGE_EACH_NUMBER, first, 1, second), first);
  }
  store<u32>(first, <u32>count);
  store<u32>(second, <u32>count);
  let words = stage(STAGE_PUNCTUATION, second, 1, first);
  words = stage(STAGE_GPT2, first, words, second);
  words = stage(STAGE_NUMBERS, second, words, first);
  words = stage(STAGE_THREE_DIGITS, first, words, second);
  memory.copy(first, second, (<usize>words) << 2);
  return words;
}

/** The code points of the text that was split. */
export function wordPoints(room: usize): usize {
  return room;
}
/** The ends of its words. */
export function wordEnds(room: usize, bytes: usize): usize {
  return room + (bytes << 2);
}

// Cuts each piece of `from` further, into `to`.
function stage(which: u32, from: usize, pieces: i32, to: usize): i32 {
  let found = 0;
  let at = 0;
  for (let i = 0; i < pieces; i++) {
    const end = load<i32>(from + ((<usize>i) << 2));
    while (at < end) {
      at = next(which, at, end);
      store<i32>(to + ((<usize>found) << 2), at);
      found++;
    }
  }
  return found;
}

function next(which: u32, at: i32, end: i32): i32 {
  if (which === STAGE_GPT2) return gpt2(at, end);
  if (which === STAGE_LLAMA_BPE) return llamaBpe(at, end);
  if (which === STAGE_THREE_DIGITS) return threeDigits(at, end);
  if (which === STAGE_EACH_NUMBER && kind(at) === NUMBER) return at + 1;
  // A run of what the stage looks for, or of everything up to it.
  const wanted = looked(which, at);
  let i = at + 1;
  while (i < end && looked(which, i) === wanted) i++;
  return i;
}

function looked(which: u32, i: i32): bool {
  if (which !== STAGE_PUNCTUATION) return kind(i) === NUMBER;
  const value = point(i);
  // $ + < = > ^ ~ |
  return kind(i) === PUNCTUATION || value === 0x24 || value === 0x2b || (value >= 0x3c && value <= 0x3e) || value === 0x5e || value === 0x7e || value === 0x7c;
}

function digit(i: i32): bool {
  return point(i) >= 0x30 && point(i) <= 0x39;
}

function threeAt(i: i32, end: i32): bool {
  return i + 2 < end && digit(i) && digit(i + 1) && digit(i + 2);
}

function threeDigits(at: i32, end: i32): i32 {
  if (threeAt(at, end)) return at + 3;
  let i = at + 1;
  while (i < end && !threeAt(i, end)) i++;
  return i;
}

/** End of 's 't 'm 'd 're 've 'll at `at`, or `at`. */
function contraction(at: i32, end: i32, anyCase: bool): i32 {
  if (point(at) !== APOSTROPHE || at + 1 >= end) return at;
  const first = anyCase ? lower(point(at + 1)) : point(at + 1);
  if (first === 0x73 || first === 0x74 || first === 0x6d || first === 0x64) return at + 2;
  if (at + 2 >= end) return at;
  const second = anyCase ? lower(point(at + 2)) : point(at + 2);
  if ((first === 0x72 && second === 0x65) || (first === 0x76 && second === 0x65) || (first === 0x6c && second === 0x6c)) return at + 3;
  return at;
}

// A run of spaces: the last one belongs to the next word, where there is one.
function spaces(at: i32, end: i32): i32 {
  let i = at;
  while (i < end && kind(i) === SPACE) i++;
  return i - at > 1 && i < end ? i - 1 : max(i, at + 1);
}

function gpt2(at: i32, end: i32): i32 {
  const short = contraction(at, end, false);
  if (short > at) return short;
  let i = point(at) === BLANK ? at + 1 : at;
  if (i >= end) return spaces(at, end);
  const first = kind(i);
  if (first === LETTER || first === NUMBER) {
    while (i < end && kind(i) === first) i++;
    return i;
  }
  if (sign(first)) {
    while (i < end && sign(kind(i))) i++;
    return i;
  }
  return spaces(at, end);
}

function llamaBpe(at: i32, end: i32): i32 {
  const short = contraction(at, end, true);
  if (short > at) return short;
  const first = point(at);
  const firstKind = kind(at);
  if (!lineEnd(first) && firstKind !== NUMBER && (firstKind === LETTER || (at + 1 < end && kind(at + 1) === LETTER))) {
    let i = at + 1;
    while (i < end && kind(i) === LETTER) i++;
    return i;
  }
  if (firstKind === NUMBER) {
    let i = at;
    while (i < end && i - at < 3 && kind(i) === NUMBER) i++;
    return i;
  }
  let i = first === BLANK ? at + 1 : at;
  if (i < end && sign(kind(i))) {
    while (i < end && sign(kind(i))) i++;
    while (i < end && lineEnd(point(i))) i++;
    return i;
  }
  let afterLine = 0;
  for (i = at; i < end && kind(i) === SPACE; i++) if (lineEnd(point(i))) afterLine = i + 1;
  return afterLine > 0 ? afterLine : spaces(at, end);
}
