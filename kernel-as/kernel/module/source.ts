// Bytes of a module, read forward through a callback with a small buffer: LEB128 numbers, spans, and a sticky fault instead of
// exceptions. Not random access, and one at a time: kernel.wasm runs to completion. Pure. Used by scan.ts and the hash.
import { Status } from "../../abi/numbers";
import { getU8 } from "../../lib/bytes";
import { Sha256 } from "../../lib/sha256";

/** Copy `count` bytes at `offset` into `buffer`; returns bytes copied, less at the end, or a Status. */
export type ByteRead = (offset: u64, buffer: usize, count: u32) => i32;

const WINDOW_BYTES: u32 = 1024;
const window: usize = memory.data(1024, 8);

let reader: ByteRead | null = null;
let base: u64 = 0;
let total: u32 = 0;
let position: u32 = 0;
let windowAt: u32 = 0;
let windowFilled: u32 = 0;
/** nothing is read at or past this offset */
let limit: u32 = 0;
let fault: string | null = null;

/** Start at the first of `bytes` bytes at `offset` of the reader. */
export function sourceOpen(read: ByteRead, offset: u64, bytes: u32): void {
  reader = read;
  base = offset;
  total = bytes;
  position = 0;
  windowAt = 0;
  windowFilled = 0;
  limit = bytes;
  fault = null;
}

/** Note what is wrong, unless something was before: a literal. Everything read from then on is 0. */
export function sourceBreak(why: string): void {
  if (fault === null) fault = why;
}
export function sourceBroken(): bool {
  return fault !== null;
}
/** What was wrong; "" where nothing was. */
export function sourceFault(): string {
  const why = fault;
  return why === null ? "" : why;
}
export function sourceLeft(): u32 {
  return limit - position;
}

/** Set the end to `bytes` from here; returns the end before. Breaks where that lies past it. */
export function sourceEnter(bytes: u32): u32 {
  const before = limit;
  if (bytes > limit - position) {
    sourceBreak("a length reaches past the end");
    return before;
  }
  limit = position + bytes;
  return before;
}
/** Leave what sourceEnter entered: all of it must have been read. */
export function sourceLeave(before: u32): void {
  if (position !== limit) sourceBreak("a section or body is longer than what it holds");
  limit = before;
}

/** Next byte; 0 and a fault at the end. */
export function nextByte(): u32 {
  if (fault !== null) return 0;
  if (position >= limit) {
    sourceBreak("it ends too early");
    return 0;
  }
  const at = position - windowAt;
  if (at >= windowFilled) {
    windowAt = position;
    const wanted = min(WINDOW_BYTES, total - position);
    const read = reader;
    const got = read === null ? 0 : read(base + position, window, wanted);
    windowFilled = got < 0 ? 0 : min(<u32>got, wanted);
    if (windowFilled === 0) {
      sourceBreak("it cannot be read");
      return 0;
    }
    position++;
    return getU8(window);
  }
  position++;
  return getU8(window + at);
}

/** Pass over `count` bytes. */
export function skipBytes(count: u32): void {
  if (fault !== null) return;
  if (count > limit - position) {
    sourceBreak("a length reaches past the end");
    return;
  }
  position += count;
  // A window behind the position is refilled; one that still covers it is kept.
  if (position - windowAt > windowFilled) {
    windowAt = position;
    windowFilled = 0;
  }
}

/** Unsigned LEB128 of 32 bits. */
export function nextU32(): u32 {
  let value: u32 = 0;
  for (let shift: u32 = 0; shift < 35; shift += 7) {
    const byte = nextByte();
    if (shift === 28 && byte > 0x0f) break;
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) return value;
  }
  sourceBreak("a number is too long");
  return 0;
}

/** Signed LEB128 of 32, 33 or 64 bits. */
export function nextSigned(bits: u32): i64 {
  let value: i64 = 0;
  for (let shift: u32 = 0; shift < bits; shift += 7) {
    const byte = nextByte();
    const used = bits - shift;
    if (used < 7) {
      // The last byte: what lies above the number must repeat its sign.
      const mask = (0x7f << (used - 1)) & 0x7f;
      if (byte >= 0x80 || ((byte & mask) !== 0 && (byte & mask) !== mask)) break;
    }
    value |= (<i64>(byte & 0x7f)) << shift;
    if (byte < 0x80) {
      const sign = shift + 7;
      return sign < 64 && (byte & 0x40) !== 0 ? value | ((<i64>-1) << sign) : value;
    }
  }
  sourceBreak("a number is too long");
  return 0;
}

const hash: Sha256 = changetype<Sha256>(memory.data(offsetof<Sha256>(), 8));

/** SHA-256 of `bytes` bytes at `offset` into `out` (32 bytes). Io: they cannot all be read. */
export function hashSpan(read: ByteRead, offset: u64, bytes: u32, out: usize): i32 {
  hash.begin();
  let done: u32 = 0;
  while (done < bytes) {
    const wanted = min(WINDOW_BYTES, bytes - done);
    const got = read(offset + done, window, wanted);
    if (got < 0) return got;
    if (<u32>got !== wanted) return Status.Io;
    hash.add(window, wanted);
    done += wanted;
  }
  hash.finish(out);
  windowFilled = 0;
  return Status.Ok;
}
