// UTF-8 one byte at a time, strict, and the width of a character on a terminal. Pure.

export const enum Feed {
  /** more bytes belong to the character */
  More = 0,
  /** a character is complete */
  Done = 1,
  /** the byte cannot be here: shed it and what was begun */
  Broken = 2,
  /** what was begun is broken and shed; the byte itself is to be fed again */
  Again = 3,
}

/** Decodes a stream: shortest forms only, no surrogates, nothing past U+10FFFF (RFC 3629). */
export class Utf8Stream {
  code: u32 = 0;
  /** bytes of the character so far */
  held: i32 = 0;
  private needed: i32 = 0;
  private low: u8 = 0x80;
  private high: u8 = 0xbf;

  reset(): void {
    this.held = 0;
    this.needed = 0;
  }

  /** A character is begun and not complete. */
  get open(): bool {
    return this.needed > 0;
  }

  feed(byte: u8): Feed {
    if (this.needed == 0) {
      this.held = 1;
      this.low = 0x80;
      this.high = 0xbf;
      if (byte < 0x80) {
        this.code = byte;
        return Feed.Done;
      }
      if (byte < 0xc2 || byte > 0xf4) return Feed.Broken;
      if (byte < 0xe0) this.begin(1, byte & 0x1f);
      else if (byte < 0xf0) {
        this.begin(2, byte & 0x0f);
        if (byte == 0xe0) this.low = 0xa0;
        if (byte == 0xed) this.high = 0x9f;
      } else {
        this.begin(3, byte & 0x07);
        if (byte == 0xf0) this.low = 0x90;
        if (byte == 0xf4) this.high = 0x8f;
      }
      return Feed.More;
    }
    if (byte < this.low || byte > this.high) {
      this.needed = 0;
      return Feed.Again;
    }
    this.low = 0x80;
    this.high = 0xbf;
    this.code = (this.code << 6) | (byte & 0x3f);
    this.held++;
    return --this.needed == 0 ? Feed.Done : Feed.More;
  }

  private begin(needed: i32, code: u32): void {
    this.needed = needed;
    this.code = code;
  }
}

/** Bytes of the character that begins with `lead`. */
export function lengthOf(lead: u8): i32 {
  return lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

/** First and last code of the ranges that take no column (combining marks, joiners, selectors). */
const ZERO: u32[] = [
  0x300, 0x36f, 0x483, 0x489, 0x591, 0x5bd, 0x610, 0x61a, 0x64b, 0x65f, 0x6d6, 0x6dc, 0x93c, 0x93c, 0x941, 0x948, 0xe31, 0xe31, 0xe34, 0xe3a, 0xe47, 0xe4e, 0x1ab0, 0x1aff, 0x1dc0,
  0x1dff, 0x200b, 0x200f, 0x2028, 0x202e, 0x2060, 0x2064, 0x20d0, 0x20f0, 0xfe00, 0xfe0f, 0xfe20, 0xfe2f, 0xfeff, 0xfeff, 0xe0100, 0xe01ef,
];
/** Those that take two (East Asian wide, emoji). */
const WIDE: u32[] = [
  0x1100, 0x115f, 0x2329, 0x232a, 0x2e80, 0x303e, 0x3041, 0x33ff, 0x3400, 0x4dbf, 0x4e00, 0x9fff, 0xa000, 0xa4cf, 0xac00, 0xd7a3, 0xf900, 0xfaff, 0xfe30, 0xfe6f, 0xff00, 0xff60,
  0xffe0, 0xffe6, 0x1f300, 0x1f64f, 0x1f680, 0x1f6ff, 0x1f900, 0x1f9ff, 0x20000, 0x2fffd, 0x30000, 0x3fffd,
];

function inRanges(ranges: u32[], code: u32): bool {
  for (let i = 0; i < ranges.length; i += 2) {
    if (code < ranges[i]) return false;
    if (code <= ranges[i + 1]) return true;
  }
  return false;
}

/** Columns that a character takes: 0, 1 or 2. */
export function columnsOf(code: u32): i32 {
  if (code < 0x300) return 1;
  if (inRanges(ZERO, code)) return 0;
  return inRanges(WIDE, code) ? 2 : 1;
}

/** The start of a text that fits, with … where it was cut. */
export function cutToColumns(text: string, columns: i32): string {
  let used = 0;
  let fits = 0;
  for (let i = 0; i < text.length; ) {
    const code = text.codePointAt(i) as u32;
    used += columnsOf(code);
    if (used > columns) return text.substring(0, fits) + "…";
    i += code > 0xffff ? 2 : 1;
    if (used < columns) fits = i;
  }
  return text;
}
