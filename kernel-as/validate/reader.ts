// The bytes of a module that lies in memory, read forward: LEB128 numbers, names, spans inside spans. Nothing is read at or past
// the limit; after a fault every read gives 0. One module at a time. Not the rules of the format. Pure.
// Source: WebAssembly core specification 2.0, 5.2 (values).
import { getU8 } from "../lib/bytes";
import { broken, note, Verdict } from "./verdict";

let start: usize = 0;
let cursor: usize = 0;
let limit: usize = 0;
let faultOffset: u32 = 0;

export function readerOpen(at: usize, bytes: u32): void {
  start = at;
  cursor = at;
  limit = at + bytes;
  faultOffset = 0;
}

function noteHere(kind: Verdict, why: string): void {
  if (note(kind, why)) faultOffset = <u32>(cursor - start);
}
/** The module is malformed or invalid here. */
export function corrupt(why: string): void {
  noteHere(Verdict.Corrupt, why);
}
/** The module wants here what no engine of this machine runs. */
export function unsupported(why: string): void {
  noteHere(Verdict.Unsupported, why);
}
export function tooDeep(why: string): void {
  noteHere(Verdict.TooDeep, why);
}
export function outOfMemory(): void {
  noteHere(Verdict.NoMemory, "the arena is too small");
}
/** Where the fault was noted, from the module's first byte. */
export function readerFaultOffset(): u32 {
  return faultOffset;
}

/** Address of the next byte. */
export function here(): usize {
  return cursor;
}
/** Bytes left up to the limit. */
export function left(): u32 {
  return <u32>(limit - cursor);
}
/** Go back to an address that here() gave. */
export function goTo(at: usize): void {
  cursor = at;
}

/** Set the limit `bytes` from here; returns the one before, for leave(). */
export function enter(bytes: u32): usize {
  const before = limit;
  if (bytes > left()) corrupt("a length reaches past the end");
  else limit = cursor + bytes;
  return before;
}
/** All up to the limit must have been read; set the one before. */
export function leave(before: usize): void {
  if (cursor !== limit) corrupt("a section or body is longer than what it holds");
  limit = before;
}

export function nextByte(): u32 {
  if (broken()) return 0;
  if (cursor >= limit) {
    corrupt("it ends too early");
    return 0;
  }
  return getU8(cursor++);
}
/** The next byte, not read; 0x100 at the limit. */
export function peekByte(): u32 {
  return cursor < limit ? getU8(cursor) : 0x100;
}

export function skip(bytes: u32): void {
  if (bytes > left()) corrupt("a length reaches past the end");
  else if (!broken()) cursor += bytes;
}

/** Unsigned LEB128 of 32 bits, at most 5 bytes, unused bits zero. */
export function nextU32(): u32 {
  if (cursor < limit && getU8(cursor) < 0x80) return nextByte();
  let value: u32 = 0;
  for (let shift: u32 = 0; shift < 35; shift += 7) {
    const byte = nextByte();
    if (shift === 28 && byte > 0x0f) break;
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) return value;
  }
  corrupt("a number is too long");
  return 0;
}

/** Signed LEB128 of 32, 33 or 64 bits; unused bits repeat the sign. */
export function nextSigned(bits: u32): i64 {
  let value: i64 = 0;
  for (let shift: u32 = 0; shift < bits; shift += 7) {
    const byte = nextByte();
    const useful = bits - shift;
    if (useful < 7) {
      const mask: u32 = (0x7f << (useful - 1)) & 0x7f;
      if (byte >= 0x80 || ((byte & mask) !== 0 && (byte & mask) !== mask)) break;
    }
    value |= (<i64>(byte & 0x7f)) << shift;
    if (byte < 0x80) {
      const sign = shift + 7;
      return sign < 64 && (byte & 0x40) !== 0 ? value | ((<i64>-1) << sign) : value;
    }
  }
  corrupt("a number is too long");
  return 0;
}

/** A count of things that take `bytesEach` bytes or more: so no more than what is left can hold. 0 after a fault. */
export function nextCount(most: u32, bytesEach: u32): u32 {
  const count = nextU32();
  if (count > most) corrupt("there are more of them than engines take");
  else if (count > left() / bytesEach) corrupt("a count reaches past the end");
  return broken() ? 0 : count;
}

function continuation(low: u32, high: u32): void {
  const byte = nextByte();
  if (byte < low || byte > high) corrupt("a name is not UTF-8");
}

/** Pass over a name: a length and so many bytes of UTF-8 (no surrogates, no longer form than needed). Returns its bytes. */
export function nextName(): u32 {
  const bytes = nextU32();
  const before = enter(bytes);
  while (!broken() && cursor < limit) {
    const byte = nextByte();
    if (byte < 0x80) continue;
    if (byte >= 0xc2 && byte <= 0xdf) continuation(0x80, 0xbf);
    else if (byte >= 0xe0 && byte <= 0xef) {
      continuation(byte === 0xe0 ? 0xa0 : 0x80, byte === 0xed ? 0x9f : 0xbf);
      continuation(0x80, 0xbf);
    } else if (byte >= 0xf0 && byte <= 0xf4) {
      continuation(byte === 0xf0 ? 0x90 : 0x80, byte === 0xf4 ? 0x8f : 0xbf);
      continuation(0x80, 0xbf);
      continuation(0x80, 0xbf);
    } else corrupt("a name is not UTF-8");
  }
  limit = before;
  return bytes;
}
