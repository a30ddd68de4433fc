// A simple regular expression over bytes: characters, `.`, `[abc]`, `[^a-z]`, `\x` for x itself, each with `*`, `+` or `?` behind it, `^` at the
// start and `$` at the end. No groups, no alternatives, no counts. All positions of the pattern are followed at once (Thompson 1968), so the
// work is at most the line's length times the pattern's, and a line may come in pieces. Pure.
import { fill, getU8, setU8 } from "../lib/bytes";

/** Most signs of a pattern. */
const MOST: i32 = 256;
const SET_BYTES: i32 = 32;

const enum Repeat {
  Once = 0,
  /** `*` */
  Any = 1,
  /** `+` */
  Some = 2,
  /** `?` */
  Maybe = 3,
}

export class Pattern {
  /** what is wrong with it; "" nothing */
  error: string = "";
  private count: i32 = 0;
  private sets: StaticArray<u8> = new StaticArray<u8>(MOST * SET_BYTES);
  private repeats: StaticArray<u8> = new StaticArray<u8>(MOST);
  private fromStart: bool = false;
  private toEnd: bool = false;
  /** position i: all signs before i are matched */
  private now: StaticArray<u8> = new StaticArray<u8>(MOST + 1);
  private after: StaticArray<u8> = new StaticArray<u8>(MOST + 1);
  private found: bool = false;

  /** nothing but the start is reached: a byte that no match begins with changes nothing */
  private idle: bool = false;
  /** no match can follow on this line */
  private dead: bool = false;
  /** bytes that a match can begin with */
  private first: StaticArray<u8> = new StaticArray<u8>(256);

  constructor(
    text: string,
    literal: bool,
    private ignoreCase: bool,
  ) {
    const bytes = String.UTF8.encode(text);
    this.parse(changetype<usize>(bytes), bytes.byteLength, literal);
    this.findFirst();
  }

  private findFirst(): void {
    this.enter(this.now, 0);
    for (let sign = 0; sign < this.count; sign++) {
      if (this.now[sign] == 0) continue;
      for (let byte: u32 = 0; byte < 256; byte++) if (this.allows(sign, byte)) this.first[byte] = 1;
    }
  }

  private get setsAt(): usize {
    return changetype<usize>(this.sets);
  }
  private allow(sign: i32, byte: u32): void {
    const at = this.setsAt + sign * SET_BYTES + (byte >> 3);
    setU8(at, getU8(at) | (1 << (byte & 7)));
  }
  private allowBoth(sign: i32, byte: u32): void {
    this.allow(sign, byte);
    const letter = byte | 32;
    if (this.ignoreCase && letter >= 97 && letter <= 122) this.allow(sign, byte ^ 32);
  }
  private allows(sign: i32, byte: u32): bool {
    return (getU8(this.setsAt + sign * SET_BYTES + (byte >> 3)) & (1 << (byte & 7))) != 0;
  }

  private parse(from: usize, length: i32, literal: bool): void {
    let at = 0;
    if (!literal && length > 0 && getU8(from) == 94) {
      this.fromStart = true;
      at = 1;
    }
    while (at < length && this.error == "") {
      if (this.count == MOST) {
        this.error = "the pattern is too long (at most " + MOST.toString() + " signs)";
        return;
      }
      const byte = getU8(from + at);
      if (!literal && byte == 36 && at == length - 1) {
        this.toEnd = true;
        return;
      }
      const sign = this.count++;
      at++;
      if (literal) this.allowBoth(sign, byte);
      else if (byte == 46) {
        fill(this.setsAt + sign * SET_BYTES, 0xff, SET_BYTES);
      } else if (byte == 91) at = this.parseSet(sign, from, at, length);
      else if (byte == 92) {
        if (at == length) this.error = "the pattern ends with \\";
        else this.allowBoth(sign, getU8(from + at++));
      } else if (byte == 42 || byte == 43 || byte == 63) {
        this.error = "nothing before " + String.fromCharCode(byte) + " that could be repeated (\\" + String.fromCharCode(byte) + " means the sign)";
      } else this.allowBoth(sign, byte);
      if (!literal && at < length && this.error == "") {
        const repeat = getU8(from + at);
        if (repeat == 42) this.repeats[sign] = Repeat.Any as u8;
        else if (repeat == 43) this.repeats[sign] = Repeat.Some as u8;
        else if (repeat == 63) this.repeats[sign] = Repeat.Maybe as u8;
        else continue;
        at++;
      }
    }
  }

  /** `[…]`, from behind its first sign on; returns what follows it. */
  private parseSet(sign: i32, from: usize, start: i32, length: i32): i32 {
    let at = start;
    const except = at < length && getU8(from + at) == 94;
    if (except) at++;
    const first = at;
    while (at < length && (getU8(from + at) != 93 || at == first)) {
      const low = getU8(from + at);
      let high = low;
      if (at + 2 < length && getU8(from + at + 1) == 45 && getU8(from + at + 2) != 93) {
        high = getU8(from + at + 2);
        at += 2;
      }
      if (high < low) this.error = "a range in [ ] goes backwards";
      for (let byte = low; byte <= high; byte++) this.allowBoth(sign, byte);
      at++;
    }
    if (at >= length) {
      this.error = "missing ]";
      return at;
    }
    if (except) for (let i: usize = 0; i < (SET_BYTES as usize); i++) setU8(this.setsAt + sign * SET_BYTES + i, ~getU8(this.setsAt + sign * SET_BYTES + i) & 0xff);
    return at + 1;
  }

  /** A line begins. */
  begin(): void {
    fill(changetype<usize>(this.now), 0, this.count + 1);
    this.found = false;
    this.enter(this.now, 0);
    this.idle = true;
    this.dead = false;
    this.look();
  }

  /** Position `at` is reached, and those behind signs that may be missing. */
  private enter(positions: StaticArray<u8>, start: i32): void {
    let at = start;
    while (unchecked(positions[at]) == 0) {
      positions[at] = 1;
      if (at == this.count) return;
      const repeat = unchecked(this.repeats[at]);
      if (repeat != (Repeat.Any as u8) && repeat != (Repeat.Maybe as u8)) return;
      at++;
    }
  }

  /** Without `$` a match anywhere is a match. */
  private look(): void {
    if (!this.toEnd && unchecked(this.now[this.count]) != 0) this.found = true;
  }

  /** The line goes on. */
  add(from: usize, length: i32): void {
    const count = this.count;
    for (let i = 0; i < length && !this.found && !this.dead; i++) {
      const byte = getU8(from + i);
      if (this.idle && !this.fromStart && unchecked(this.first[byte]) == 0) continue;
      const now = this.now;
      const after = this.after;
      fill(changetype<usize>(after), 0, count + 1);
      this.idle = true;
      for (let sign = 0; sign < count; sign++) {
        if (unchecked(now[sign]) == 0 || !this.allows(sign, byte)) continue;
        this.idle = false;
        const repeat = unchecked(this.repeats[sign]);
        if (repeat == (Repeat.Any as u8) || repeat == (Repeat.Some as u8)) this.enter(after, sign);
        this.enter(after, sign + 1);
      }
      // anchored, and nothing is left that could match
      if (this.idle && this.fromStart) this.dead = true;
      if (!this.fromStart) this.enter(after, 0);
      this.now = after;
      this.after = now;
      this.look();
    }
  }

  /** The line ends: whether it matches. */
  matches(): bool {
    return this.found || unchecked(this.now[this.count]) != 0;
  }
}
