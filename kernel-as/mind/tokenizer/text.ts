// Bytes as code points and back, and what kind of character a code point is. Input may be broken UTF-8: each byte that begins nothing valid becomes U+FFFD. Overlong
// forms and surrogates are taken for what they would mean, as llama.cpp does, so that both cut a text in the same way. Pure.
import { getU8, setU8 } from "../../lib/bytes";
import { CLASS_STARTS } from "./unicode.table";

export const OTHER: u32 = 0;
export const LETTER: u32 = 1;
export const NUMBER: u32 = 2;
export const PUNCTUATION: u32 = 3;
export const SPACE: u32 = 4;

const REPLACEMENT: u32 = 0xfffd;
const LAST: u32 = 0x10ffff;

/** Bytes of the code point that `pointAt` read last. */
export let pointBytes: usize = 0;

function continues(at: usize, end: usize): bool {
  return at < end && (getU8(at) & 0xc0) === 0x80;
}

/** The code point at `at` < `end`; `pointBytes` is how many bytes it takes. */
export function pointAt(at: usize, end: usize): u32 {
  const first = getU8(at);
  pointBytes = 1;
  if (first < 0x80) return first;
  const more: usize = first >= 0xf8 ? 0 : first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : first >= 0xc0 ? 1 : 0;
  if (more === 0) return REPLACEMENT;
  let point = first & (0x3f >> <u32>more);
  for (let i: usize = 1; i <= more; i++) {
    if (!continues(at + i, end)) return REPLACEMENT;
    point = (point << 6) | (getU8(at + i) & 0x3f);
  }
  if (point > LAST) return REPLACEMENT;
  pointBytes = more + 1;
  return point;
}

/** Writes a code point as UTF-8; how many bytes, at most 4. */
export function putPoint(at: usize, point: u32): usize {
  if (point < 0x80) {
    setU8(at, point);
    return 1;
  }
  const more: usize = point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
  setU8(at, (more === 1 ? 0xc0 : more === 2 ? 0xe0 : 0xf0) | (point >> (<u32>more * 6)));
  for (let i: usize = 1; i <= more; i++) setU8(at + i, 0x80 | ((point >> (<u32>(more - i) * 6)) & 0x3f));
  return more + 1;
}

function isSpace(point: u32): bool {
  if (point <= 0x20) return point === 0x20 || (point >= 0x09 && point <= 0x0d);
  if (point === 0x85 || point === 0xa0 || point === 0x1680) return true;
  if (point < 0x2000 || point > 0x3000) return false;
  return point <= 0x200a || point === 0x2028 || point === 0x2029 || point === 0x202f || point === 0x205f || point === 0x3000;
}

/** LETTER, NUMBER, PUNCTUATION, SPACE or OTHER. */
export function classOf(point: u32): u32 {
  if (isSpace(point)) return SPACE;
  let low = 0;
  let high = CLASS_STARTS.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (unchecked(CLASS_STARTS[middle]) >> 2 <= point) low = middle;
    else high = middle - 1;
  }
  return unchecked(CLASS_STARTS[low]) & 3;
}

// ---- the alphabet in which a gpt2 vocabulary writes bytes: printable ones as themselves, the others as U+0100 and up, in order.

function printable(byte: u32): bool {
  return (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
}

/** The byte that a code point of a gpt2 vocabulary stands for; −1: none. */
export function byteOfPoint(point: u32): i32 {
  if (point < 0x100) return printable(point) ? <i32>point : -1;
  if (point >= 0x144) return -1;
  let rest = point - 0x100;
  if (rest < 0x21) return <i32>rest; // 0x00–0x20
  rest -= 0x21;
  if (rest < 0x22) return <i32>(0x7f + rest); // 0x7f–0xa0
  return 0xad;
}
