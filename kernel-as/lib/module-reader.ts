// The bytes of a WebAssembly module, read forward: LEB128 numbers, spans inside spans, the head and the order of sections. The
// module lies in memory, or comes through a callback in windows of 1 KiB. Nothing is read at or past the limit; the first fault
// stays, and after it every read gives 0. One module at a time. Not the rules of the format: kernel-as/validate has all of them,
// kernel/module/scan.ts those that the kernel needs. Pure. Source: WebAssembly core specification 2.0, 5.2 and 5.5.
import { getU8 } from "./bytes";

/** Copy `count` bytes at `offset` into `buffer`; returns bytes copied, less at the end, or a number below zero. */
export type ByteRead = (offset: u64, buffer: usize, count: u32) => i32;

const WINDOW_BYTES: u32 = 1024;
const buffer: usize = memory.data(1024, 8);

const SECTION_CODE: u32 = 10;
const SECTION_DATA_COUNT: u32 = 12;
const SECTION_TAG: u32 = 13;

let refill: ByteRead | null = null;
/** where the module begins for the callback */
let base: u64 = 0;
let total: u32 = 0;
/** the window: its first byte's address and its offset in the module, and the bytes in it */
let windowAt: usize = 0;
let windowOffset: u32 = 0;
let windowBytes: u32 = 0;
/** address of the next byte, and of the first that may not be read without a look: end of the window or the limit */
let cursor: usize = 0;
let stop: usize = 0;
/** offset of the first byte that belongs to something else */
let limit: u32 = 0;

let kind: i32 = 0;
let text: string = "";
let faultAt: u32 = 0;
let lastSection: u32 = 0;

function open(at: usize, inWindow: u32, bytes: u32): void {
  windowAt = at;
  windowOffset = 0;
  windowBytes = inWindow;
  cursor = at;
  total = bytes;
  limit = bytes;
  kind = 0;
  text = "";
  faultAt = 0;
  lastSection = 0;
  setStop();
}
/** Read the module of `bytes` bytes at this address. */
export function openMemory(at: usize, bytes: u32): void {
  refill = null;
  open(at, bytes, bytes);
}
/** Read the module of `bytes` bytes that the callback has at `offset`. */
export function openCallback(read: ByteRead, offset: u64, bytes: u32): void {
  refill = read;
  base = offset;
  open(buffer, 0, bytes);
}

function setStop(): void {
  stop = windowAt + min(windowBytes, limit - windowOffset);
}

// ---- faults

/** Note what is wrong here, unless something was before. `why`: a literal. `what`: the caller's number for it, not 0. */
export function fault(what: i32, why: string): void {
  if (kind !== 0) return;
  kind = what;
  text = why;
  faultAt = offset();
}
/** The caller's number for a module that is malformed: that of Status. */
export const MALFORMED: i32 = -9;
/** The module is malformed here. */
export function corrupt(why: string): void {
  fault(MALFORMED, why);
}
/** Whether a fault was noted. */
export function broken(): bool {
  return kind !== 0;
}
/** Number of the fault; 0: none. */
export function faultKind(): i32 {
  return kind;
}
/** Its words: a literal; "": none. */
export function faultText(): string {
  return text;
}
/** Where it was noted, from the module's first byte. */
export function faultOffset(): u32 {
  return faultAt;
}

// ---- places

/** Offset of the next byte in the module. */
export function offset(): u32 {
  return windowOffset + <u32>(cursor - windowAt);
}
/** Bytes left up to the limit. */
export function left(): u32 {
  return limit - offset();
}
/** Address of the next byte; of a module in memory only. */
export function here(): usize {
  return cursor;
}
/** Address of the limit; of a module in memory only. */
export function stopAt(): usize {
  return stop;
}
/** Go to an address between one that here() gave and stopAt(). */
export function goTo(at: usize): void {
  cursor = at;
}

/** Set the limit `bytes` from here; returns the one before, for leave(). */
export function enter(bytes: u32): u32 {
  const before = limit;
  if (bytes > left()) corrupt("a length reaches past the end");
  else {
    limit = offset() + bytes;
    setStop();
  }
  return before;
}
/** Set a limit that enter() returned, wherever the reading stands. */
export function limitTo(before: u32): void {
  limit = before;
  setStop();
}
/** All up to the limit must have been read; set the one before. */
export function leave(before: u32): void {
  if (offset() !== limit) corrupt("a section or body is longer than what it holds");
  limitTo(before);
}

// ---- bytes and numbers

export function nextByte(): u32 {
  if (kind !== 0) return 0;
  if (cursor < stop) return getU8(cursor++);
  return firstOfNext();
}
// The window is read through, or the limit reached.
function firstOfNext(): u32 {
  const at = offset();
  if (at >= limit) {
    corrupt("it ends too early");
    return 0;
  }
  const wanted = min(WINDOW_BYTES, total - at);
  const read = refill;
  const got = read === null ? 0 : read(base + at, buffer, wanted);
  windowAt = buffer;
  windowOffset = at;
  windowBytes = got < 0 ? 0 : min(<u32>got, wanted);
  cursor = windowAt;
  setStop();
  if (windowBytes !== 0) return getU8(cursor++);
  corrupt("it cannot be read");
  return 0;
}
/** The next byte of a module in memory, not read; 0x100 at the limit. */
export function peekByte(): u32 {
  return cursor < stop ? getU8(cursor) : 0x100;
}

/** Pass over so many bytes. */
export function skip(bytes: u32): void {
  if (bytes > left()) corrupt("a length reaches past the end");
  else if (kind !== 0) return;
  else if (bytes <= <u32>(stop - cursor)) cursor += bytes;
  else {
    windowOffset = offset() + bytes;
    windowAt = buffer;
    windowBytes = 0;
    cursor = buffer;
    setStop();
  }
}

/** Unsigned LEB128 of 32 bits, at most 5 bytes, unused bits zero. */
export function nextU32(): u32 {
  if (cursor < stop && getU8(cursor) < 0x80) return nextByte();
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

// ---- sections

/** Read the eight bytes before the first section. */
export function head(): void {
  if (nextByte() !== 0x00 || nextByte() !== 0x61 || nextByte() !== 0x73 || nextByte() !== 0x6d) corrupt("not a WebAssembly module");
  if (nextByte() !== 1 || nextByte() !== 0 || nextByte() !== 0 || nextByte() !== 0) corrupt("not WebAssembly version 1");
}
/** Number of the next section, which stands where it may; −1 at the end or after a fault. Its length follows. */
export function nextSection(): i32 {
  if (kind !== 0 || left() === 0) return -1;
  const id = nextByte();
  if (id !== 0) {
    const place = rank(id);
    if (place <= lastSection) corrupt("sections are out of order");
    lastSection = place;
  }
  return kind === 0 ? <i32>id : -1;
}
// Sections come in this order: the tags behind the memories, the data count before the code.
function rank(id: u32): u32 {
  if (id === SECTION_DATA_COUNT) return 2 * SECTION_CODE - 1;
  if (id === SECTION_TAG) return 2 * 5 + 1;
  return id << 1;
}
