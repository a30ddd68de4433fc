// The line being edited: its bytes and the cursor. Always valid UTF-8 of at most LINE_BYTES; knows no key and no screen.
import { decodeText } from "./rows";
import { columnsOf, lengthOf } from "./utf8";

/** Longest command line. */
export const LINE_BYTES: i32 = 1000;

export class Line {
  bytes: StaticArray<u8> = new StaticArray<u8>(LINE_BYTES);
  length: i32 = 0;
  cursor: i32 = 0;
  /** bytes typed past the end of a full line */
  dropped: i32 = 0;

  clear(): void {
    this.length = 0;
    this.cursor = 0;
    this.dropped = 0;
  }

  /** Inserts a character of `count` bytes at the cursor; where it does not fit it is dropped and counted. */
  insert(code: u32, count: i32): bool {
    if (this.length + count > LINE_BYTES) {
      this.dropped += count;
      return false;
    }
    for (let i = this.length - 1; i >= this.cursor; i--) this.bytes[i + count] = this.bytes[i];
    let shift = 6 * (count - 1);
    if (count == 1) this.bytes[this.cursor] = code as u8;
    else {
      this.bytes[this.cursor] = ((((0xf00 >> count) & 0xff) | (code >> shift)) & 0xff) as u8;
      for (let i = 1; i < count; i++) {
        shift -= 6;
        this.bytes[this.cursor + i] = (0x80 | ((code >> shift) & 0x3f)) as u8;
      }
    }
    this.cursor += count;
    this.length += count;
    return true;
  }

  /** Inserts text at the cursor. */
  insertText(text: string): void {
    for (let i = 0; i < text.length; i++) {
      const code = text.codePointAt(i) as u32;
      if (code >= 0x10000) i++;
      this.insert(code, code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4);
    }
  }

  set(text: string): void {
    this.length = 0;
    this.cursor = 0;
    this.insertText(text);
    this.dropped = 0;
  }

  text(): string {
    return decodeText(this.bytes, this.length);
  }
  textToCursor(): string {
    return decodeText(this.bytes, this.cursor);
  }

  /** Start of the character before `at`. */
  before(at: i32): i32 {
    if (at == 0) return 0;
    at--;
    while (at > 0 && (this.bytes[at] & 0xc0) == 0x80) at--;
    return at;
  }
  /** Start of the character after the one at `at`. */
  after(at: i32): i32 {
    return at >= this.length ? this.length : at + lengthOf(this.bytes[at]);
  }
  /** Start of the word before the cursor. */
  wordBefore(): i32 {
    let at = this.cursor;
    while (at > 0 && this.bytes[at - 1] == 32) at--;
    while (at > 0 && this.bytes[at - 1] != 32) at--;
    return at;
  }
  /** End of the word after the cursor. */
  wordAfter(): i32 {
    let at = this.cursor;
    while (at < this.length && this.bytes[at] == 32) at++;
    while (at < this.length && this.bytes[at] != 32) at++;
    return at;
  }

  /** Removes [from, to); the cursor goes to `from`. */
  remove(from: i32, to: i32): void {
    const gap = to - from;
    for (let i = to; i < this.length; i++) this.bytes[i - gap] = this.bytes[i];
    this.length -= gap;
    this.cursor = from;
  }

  /** The character at `at`. */
  codeAt(at: i32): u32 {
    const lead = this.bytes[at];
    const count = lengthOf(lead);
    if (count == 1) return lead;
    let code: u32 = (lead as u32) & (0x7f >> count);
    for (let i = 1; i < count; i++) code = (code << 6) | (this.bytes[at + i] & 0x3f);
    return code;
  }
  /** Columns from the line's start to `at`. */
  columnsTo(at: i32): i32 {
    let columns = 0;
    for (let i = 0; i < at; i = this.after(i)) columns += columnsOf(this.codeAt(i));
    return columns;
  }
}
