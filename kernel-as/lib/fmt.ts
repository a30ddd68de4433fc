// A writer of ASCII text into a buffer that the caller owns: numbers, columns, units, JSON strings.
// Not printf, and it never allocates: what does not fit is dropped and counted. Integers only.
import { copy, fill, getU8, literalByte, setU8 } from "./bytes";

/** Text in [base, base + length). */
@unmanaged
export class TextWriter {
  base: usize;
  capacity: u32;
  length: u32;
  /** bytes that did not fit since the last clear */
  dropped: u32;

  /** Write into `capacity` bytes at `base`. */
  init(base: usize, capacity: u32): void {
    this.base = base;
    this.capacity = capacity;
    this.length = 0;
    this.dropped = 0;
  }

  /** Forget the text. */
  clear(): void {
    this.length = 0;
    this.dropped = 0;
  }

  /** One byte. */
  byte(value: u32): void {
    if (this.length >= this.capacity) {
      this.dropped++;
      return;
    }
    setU8(this.base + this.length, value);
    this.length++;
  }

  /** `count` copies of a byte. */
  repeat(value: u32, count: u32): void {
    for (let i: u32 = 0; i < count; i++) this.byte(value);
  }

  /** An ASCII literal. */
  text(literal: string): void {
    const count = literal.length;
    for (let i = 0; i < count; i++) this.byte(literalByte(literal, i));
  }

  /** Bytes as they are. */
  bytes(from: usize, count: u32): void {
    const room = this.capacity - this.length;
    const fits = count < room ? count : room;
    copy(this.base + this.length, from, fits);
    this.length += fits;
    this.dropped += count - fits;
  }

  /** A NUL-padded name in a field of `capacity` bytes. */
  name(field: usize, capacity: u32): void {
    for (let i: u32 = 0; i < capacity && getU8(field + i) !== 0; i++) this.byte(getU8(field + i));
  }

  /** Unsigned decimal, at least `digits` digits (zeros in front). */
  unsigned(value: u64, digits: u32 = 1): void {
    let scale: u64 = 1;
    let count: u32 = 1;
    while (value / scale >= 10) {
      scale *= 10;
      count++;
    }
    if (digits > count) this.repeat(0x30, digits - count);
    while (scale !== 0) {
      this.byte(0x30 + <u32>((value / scale) % 10));
      scale /= 10;
    }
  }

  /** Signed decimal. */
  signed(value: i64): void {
    if (value < 0) this.byte(0x2d);
    this.unsigned(value < 0 ? 0 - <u64>value : <u64>value);
  }

  /** Lower-case hex without a prefix, at least `digits` digits. */
  hex(value: u64, digits: u32 = 1): void {
    let count: u32 = value === 0 ? 1 : 16 - (<u32>clz<u64>(value) >> 2);
    if (digits > count) {
      this.repeat(0x30, digits - count);
    }
    while (count !== 0) {
      count--;
      const nibble = <u32>(value >> (count << 2)) & 15;
      this.byte(nibble < 10 ? 0x30 + nibble : 0x57 + nibble);
    }
  }

  /** value ÷ 10^scale with `places` decimals (≤ scale), rounded half up, halves away from zero: (1234567, 6, 3) → 1.235 */
  scaled(value: i64, scale: u32, places: u32): void {
    let magnitude = value < 0 ? 0 - <u64>value : <u64>value;
    let drop: u64 = 1;
    for (let i = places; i < scale; i++) drop *= 10;
    let unit: u64 = 1;
    for (let i: u32 = 0; i < places; i++) unit *= 10;
    const rest = magnitude % drop;
    magnitude = magnitude / drop + (drop > 1 && rest >= drop - rest ? 1 : 0);
    if (value < 0 && magnitude !== 0) this.byte(0x2d);
    this.unsigned(magnitude / unit);
    if (places === 0) return;
    this.byte(0x2e);
    this.unsigned(magnitude % unit, places);
  }

  /** Parts per million as a fraction with three decimals: 812500 → 0.813 */
  ppm(value: i64): void {
    this.scaled(value, 6, 3);
  }
  /** Parts per million as a percentage with one decimal, without the sign: 812500 → 81.3 */
  percent(value: i64): void {
    this.scaled(value, 4, 1);
  }
  /** Nanoseconds as seconds with `places` (≤ 9) decimals: 1500000000 → 1.500 */
  seconds(ns: i64, places: u32 = 3): void {
    this.scaled(ns, 9, places);
  }

  /** Bytes in the largest binary unit that keeps it ≥ 1; one decimal below 10: 512 B, 4.0 KiB, 64 MiB */
  humanBytes(value: u64): void {
    if (value < 1024) {
      this.unsigned(value);
      this.text(" B");
      return;
    }
    let shift: u32 = ((63 - <u32>clz<u64>(value)) / 10) * 10;
    let whole = value >> shift;
    let tenths = (((value >> (shift - 10)) & 1023) * 10 + 512) >> 10;
    if (tenths === 10) {
      tenths = 0;
      whole++;
    }
    if (whole < 10) {
      this.unsigned(whole);
      this.byte(0x2e);
      this.unsigned(tenths);
    } else {
      whole = (value >> shift) + ((value >> (shift - 1)) & 1);
      if (whole === 1024) {
        whole = 1;
        shift += 10;
        this.text("1.0");
      } else this.unsigned(whole);
    }
    this.byte(0x20);
    this.byte(literalByte("BKMGTPE", shift / 10));
    this.text("iB");
  }

  /** Fill with spaces so that what was written since `mark` (an earlier length) is `width` wide, text at the left. */
  padRight(mark: u32, width: u32): void {
    const written = this.length - mark;
    if (written < width) this.repeat(0x20, width - written);
  }

  /** The same with the text at the right. */
  padLeft(mark: u32, width: u32): void {
    const written = this.length - mark;
    if (written >= width) return;
    const gap = width - written;
    this.repeat(0x20, gap);
    const added = this.length - mark - written;
    copy(this.base + mark + added, this.base + mark, written);
    fill(this.base + mark, 0x20, added);
  }

  /** Bytes as a JSON string with its quotes; control bytes and bytes that are not ASCII become \u00XX. */
  jsonString(from: usize, count: u32): void {
    this.byte(0x22);
    for (let i: u32 = 0; i < count; i++) this.jsonByte(getU8(from + i));
    this.byte(0x22);
  }

  /** A literal as a JSON string with its quotes. */
  jsonText(literal: string): void {
    this.byte(0x22);
    for (let i = 0; i < literal.length; i++) this.jsonByte(literalByte(literal, i));
    this.byte(0x22);
  }

  /** A NUL-padded name as a JSON string with its quotes. */
  jsonName(field: usize, capacity: u32): void {
    this.byte(0x22);
    for (let i: u32 = 0; i < capacity && getU8(field + i) !== 0; i++) this.jsonByte(getU8(field + i));
    this.byte(0x22);
  }

  private jsonByte(value: u32): void {
    if (value === 0x22 || value === 0x5c) {
      this.byte(0x5c);
      this.byte(value);
    } else if (value === 0x0a) this.text("\\n");
    else if (value === 0x09) this.text("\\t");
    else if (value === 0x0d) this.text("\\r");
    else if (value < 0x20 || value >= 0x7f) {
      this.text("\\u");
      this.hex(value, 4);
    } else this.byte(value);
  }
}
