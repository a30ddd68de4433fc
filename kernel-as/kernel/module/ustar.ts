// Reads a USTAR archive (POSIX.1-1988) through a reader callback, one header at a time. Not a file system: it finds entries.
// Trusts nothing: checksums, sizes and the end of the archive are checked. Pure; one block of buffer.
//
//   header, 512 bytes: name 0+100 | size 124+12 octal | modified 136+12 octal | checksum 148+8 octal | type 156 | link 157+100 |
//   "ustar\0" 257 | prefix 345+155
//   then the data, padded to 512 bytes; two zero blocks end the archive
//   An entry of type x (pax: "LENGTH key=value\n"), L or K (GNU) before it may give it a longer path or link.
import { Status } from "../../abi/numbers";
import { copy, equal, getU8, getU64, isLiteral, nameLength, setU8, startsWithLiteral } from "../../lib/bytes";

/** Copy `count` bytes at `offset` of the archive into `buffer`; returns bytes copied, less at the end, or a Status. */
export type ArchiveRead = (offset: u64, buffer: usize, count: u32) => i32;

export const BLOCK_BYTES: u32 = 512;
const NAME_AT: usize = 0;
const NAME_BYTES: usize = 100;
const SIZE_AT: usize = 124;
const SIZE_BYTES: usize = 12;
const MODIFIED_AT: usize = 136;
const LINK_AT: usize = 157;
const CHECKSUM_AT: usize = 148;
const CHECKSUM_BYTES: usize = 8;
const TYPE_AT: usize = 156;
const MAGIC_AT: usize = 257;
const PREFIX_AT: usize = 345;
const PREFIX_BYTES: usize = 155;
const NO_NUMBER: u64 = u64.MAX_VALUE;
const TYPE_FILE: u32 = 0x30;
const SLASH: u32 = 0x2f;
const DOT: u32 = 0x2e;

const block: usize = memory.data(512, 8);
const LONG_BYTES: u32 = 1024;
const longPath: usize = memory.data(1024);
const longLink: usize = memory.data(1024);
const extra: usize = memory.data(2560);
const EXTRA_BYTES: u32 = 2560;
let longPathBytes: u32 = 0;
let longLinkBytes: u32 = 0;

/** What an entry is. */
export const enum UstarKind {
  /** devices and what else has no place here */
  Other = 0,
  File = 1,
  Folder = 2,
  /** a symbolic link */
  Link = 3,
  /** a second name of a file before it */
  Same = 4,
}

let fault: string = "";

/** What was wrong at the last Corrupt: a literal. */
export function ustarFault(): string {
  return fault;
}

/** Where an entry lies. */
@unmanaged
export class UstarEntry {
  /** offset of its header */
  at: u64;
  /** offset of its data */
  dataAt: u64;
  /** bytes of data */
  bytes: u64;
  /** offset of the header after it */
  next: u64;
  /** 1: a regular file */
  isFile: u32;
  /** UstarKind */
  kind: u32;
  /** since 1970; 0 where the archive does not say */
  modifiedSeconds: u64;
}

function corrupt(why: string): i32 {
  fault = why;
  return Status.Corrupt;
}

function octal(at: usize, count: usize): u64 {
  let value: u64 = 0;
  let digits: u32 = 0;
  for (let i: usize = 0; i < count; i++) {
    const byte = getU8(at + i);
    if (byte >= 0x30 && byte <= 0x37) {
      value = (value << 3) | (byte - 0x30);
      digits++;
    } else if (byte === 0x20 && digits === 0) continue;
    else if (byte === 0 || byte === 0x20) break;
    else return NO_NUMBER;
  }
  return digits === 0 ? NO_NUMBER : value;
}

function isZeroBlock(): bool {
  for (let i: usize = 0; i < BLOCK_BYTES; i += 8) if (getU64(block + i) !== 0) return false;
  return true;
}

/** Every second byte of a word. */
const EVEN_BYTES: u64 = 0x00ff00ff00ff00ff;

// The sum of the header's bytes with spaces in place of the checksum itself. Eight bytes at a time: a lane of 16 bits takes 64 × 2 bytes.
function checksum(): u64 {
  let lanes: u64 = 0;
  for (let i: usize = 0; i < BLOCK_BYTES; i += 8) {
    const word = getU64(block + i);
    lanes += (word & EVEN_BYTES) + ((word >> 8) & EVEN_BYTES);
  }
  let sum = (lanes & 0xffff) + ((lanes >> 16) & 0xffff) + ((lanes >> 32) & 0xffff) + (lanes >> 48);
  for (let i: usize = 0; i < CHECKSUM_BYTES; i++) sum = sum + 0x20 - getU8(block + CHECKSUM_AT + i);
  return sum;
}

/**
 * Read the header at `at` into the block buffer and `out`.
 * Returns Ok; NotFound at the end of the archive. Corrupt: not a USTAR header, or the archive is cut off; ustarFault says which.
 */
export function ustarEntry(read: ArchiveRead, archiveBytes: u64, at: u64, out: UstarEntry): i32 {
  longPathBytes = 0;
  longLinkBytes = 0;
  // Each step goes on by at least one block: it ends.
  while (true) {
    const status = oneEntry(read, archiveBytes, at, out);
    if (status < 0) return status;
    const type = getU8(block + TYPE_AT);
    if (type !== 0x78 && type !== 0x4c && type !== 0x4b) return Status.Ok;
    const kept = keepLong(read, type, out);
    if (kept < 0) return kept;
    at = out.next;
  }
}

// A longer path or link for the entry that follows.
function keepLong(read: ArchiveRead, type: u32, out: UstarEntry): i32 {
  if (out.bytes > EXTRA_BYTES) return corrupt("an extended header is too long");
  const bytes = <u32>out.bytes;
  if (read(out.dataAt, extra, bytes) !== <i32>bytes) return corrupt("the archive is cut off");
  if (type === 0x78) return keepPax(bytes);
  const length = <u32>nameLength(extra, bytes);
  return type === 0x4c ? keepPath(extra, length) : keepLink(extra, length);
}

function keepPath(text: usize, bytes: u32): i32 {
  if (bytes > LONG_BYTES) return corrupt("a path is too long");
  copy(longPath, text, bytes);
  longPathBytes = bytes;
  return Status.Ok;
}

function keepLink(text: usize, bytes: u32): i32 {
  if (bytes > LONG_BYTES) return corrupt("a link is too long");
  copy(longLink, text, bytes);
  longLinkBytes = bytes;
  return Status.Ok;
}

function keepPax(bytes: u32): i32 {
  let at: u32 = 0;
  while (at < bytes) {
    let length: u32 = 0;
    let digits: u32 = 0;
    while (at + digits < bytes && digits < 5 && getU8(extra + at + digits) - 0x30 < 10) length = length * 10 + getU8(extra + at + digits++) - 0x30;
    const body = at + digits + 1;
    const end = at + length;
    if (digits === 0 || length < digits + 2 || end > bytes || getU8(extra + body - 1) !== 0x20 || getU8(extra + end - 1) !== 0x0a)
      return corrupt("an extended header makes no sense");
    const text = extra + body;
    const count = end - 1 - body;
    let status = Status.Ok;
    if (startsWithLiteral(text, count, "path=")) status = keepPath(text + 5, count - 5);
    else if (startsWithLiteral(text, count, "linkpath=")) status = keepLink(text + 9, count - 9);
    if (status < 0) return status;
    at = end;
  }
  return Status.Ok;
}

/** Path of the entry read last, as the archive has it. Its length, or Range where it is longer than `capacity`. */
export function ustarPath(to: usize, capacity: u32): i32 {
  if (longPathBytes > 0) return take(longPath, longPathBytes, to, capacity);
  const prefixBytes = <u32>nameLength(block + PREFIX_AT, PREFIX_BYTES);
  const nameBytes = <u32>nameLength(block + NAME_AT, NAME_BYTES);
  if (prefixBytes === 0) return take(block + NAME_AT, nameBytes, to, capacity);
  const bytes = prefixBytes + 1 + nameBytes;
  if (bytes > capacity) return Status.Range;
  copy(to, block + PREFIX_AT, prefixBytes);
  setU8(to + prefixBytes, SLASH);
  copy(to + prefixBytes + 1, block + NAME_AT, nameBytes);
  return bytes;
}

/** Target of the link read last. Its length, or Range where it is longer than `capacity`. */
export function ustarLink(to: usize, capacity: u32): i32 {
  if (longLinkBytes > 0) return take(longLink, longLinkBytes, to, capacity);
  return take(block + LINK_AT, <u32>nameLength(block + LINK_AT, NAME_BYTES), to, capacity);
}

function take(from: usize, bytes: u32, to: usize, capacity: u32): i32 {
  if (bytes > capacity) return Status.Range;
  copy(to, from, bytes);
  return bytes;
}

function oneEntry(read: ArchiveRead, archiveBytes: u64, at: u64, out: UstarEntry): i32 {
  out.at = at;
  if (at > archiveBytes || archiveBytes - at < BLOCK_BYTES) return corrupt("the archive is cut off");
  const got = read(at, block, BLOCK_BYTES);
  if (got < 0) return got;
  if (<u32>got !== BLOCK_BYTES) return corrupt("the archive is cut off");
  if (isZeroBlock()) return Status.NotFound;
  if (!isLiteral(block + MAGIC_AT, 5, "ustar")) return corrupt("not a USTAR archive");
  if (octal(block + CHECKSUM_AT, CHECKSUM_BYTES) !== checksum()) return corrupt("a header's checksum is wrong");
  const bytes = octal(block + SIZE_AT, SIZE_BYTES);
  if (bytes === NO_NUMBER) return corrupt("a file size is not a number");
  out.dataAt = at + BLOCK_BYTES;
  out.bytes = bytes;
  if (bytes > archiveBytes - out.dataAt) return corrupt("a file reaches past the end of the archive");
  out.next = out.dataAt + ((bytes + (BLOCK_BYTES - 1)) & ~(<u64>BLOCK_BYTES - 1));
  const type = getU8(block + TYPE_AT);
  out.isFile = type === TYPE_FILE || type === 0 ? 1 : 0;
  const modified = octal(block + MODIFIED_AT, SIZE_BYTES);
  out.modifiedSeconds = modified === NO_NUMBER ? 0 : modified;
  out.kind = out.isFile !== 0 ? UstarKind.File : type === 0x35 ? UstarKind.Folder : type === 0x32 ? UstarKind.Link : type === 0x31 ? UstarKind.Same : UstarKind.Other;
  return Status.Ok;
}

/** Where the path proper begins: without leading slashes and "./". */
function skipRoot(path: usize, bytes: usize): usize {
  let at: usize = 0;
  while (at < bytes) {
    if (getU8(path + at) === SLASH) at++;
    else if (getU8(path + at) === DOT && at + 1 < bytes && getU8(path + at + 1) === SLASH) at += 2;
    else break;
  }
  return at;
}

// Whether the header in the block buffer has this path. A prefix and a name are joined by a slash.
function hasPath(path: usize, bytes: usize): bool {
  const nameAt = block + NAME_AT;
  const nameBytes = nameLength(nameAt, NAME_BYTES);
  const prefixAt = block + PREFIX_AT;
  const prefixBytes = nameLength(prefixAt, PREFIX_BYTES);
  if (prefixBytes === 0) {
    const skip = skipRoot(nameAt, nameBytes);
    return nameBytes - skip === bytes && equal(nameAt + skip, path, bytes);
  }
  const skip = skipRoot(prefixAt, prefixBytes);
  const kept = prefixBytes - skip;
  if (kept === 0) return nameBytes === bytes && equal(nameAt, path, bytes);
  if (kept + 1 + nameBytes !== bytes) return false;
  return equal(prefixAt + skip, path, kept) && getU8(path + kept) === SLASH && equal(nameAt, path + kept + 1, nameBytes);
}

/**
 * Find the regular file with this path; a leading "/" or "./" on either side does not count.
 * Returns Ok and fills `out`. NotFound: the archive ends properly and has no such file, or has no bytes at all.
 * Corrupt: what lies before the file, or in its place, is broken, or the archive is cut off; ustarFault says which.
 */
export function ustarFind(read: ArchiveRead, archiveBytes: u64, path: usize, pathBytes: u32, out: UstarEntry): i32 {
  if (archiveBytes === 0) return Status.NotFound;
  const skip = skipRoot(path, pathBytes);
  if (skip === <usize>pathBytes) return Status.NotFound;
  let at: u64 = 0;
  // Each step goes on by at least one block: it ends.
  while (true) {
    const status = ustarEntry(read, archiveBytes, at, out);
    if (status < 0) return status;
    if (out.isFile !== 0 && hasPath(path + skip, <usize>pathBytes - skip)) return Status.Ok;
    at = out.next;
  }
}
