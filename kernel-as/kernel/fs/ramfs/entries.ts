// The names of the file system in memory: rows of 64 bytes in one table. A row is an entry of a directory (with the first bytes of its
// name) or carries more of a name. Found by a hash of directory and name; listed in the order in which they were made.
import { DIRECTORY_ROW_BYTES, DirectoryRow } from "../../../abi/layouts";
import { Status } from "../../../abi/numbers";
import { Arena } from "../../../lib/arena";
import { copy, equal, getU8 } from "../../../lib/bytes";
import { Inode, inodeAt } from "./inodes";

/** Rows are named by index + 1; 0 none. */
@unmanaged
export class Entry {
  /** the inode it leads to */
  inode: u32;
  /** the directory it stands in */
  directory: u32;
  hash: u32;
  hashNext: u32;
  next: u32;
  previous: u32;
  /** row with more of the name; of a free row: the next free one */
  more: u32;
  nameBytes: u32;
  /** grows with each entry made; a listing goes on at one (a cookie) */
  sequence: u64;
  name0: u64;
  name1: u64;
  name2: u64;
}

const HERE: u32 = 24;
const MORE: u32 = 60;
const NAME_BYTES: u32 = 255;

const name: usize = memory.data(256);
let table: usize = 0;
let buckets: usize = 0;
let bucketMask: u32 = 0;
let firstFree: u32 = 0;
let freeRows: u32 = 0;
let rowLimit: u32 = 0;
let lastSequence: u64 = 0;

function bucketsFor(count: u32): u32 {
  let size: u32 = 16;
  while (size < count) size <<= 1;
  return size;
}

export function entryBytes(count: u32): u32 {
  return count * <u32>offsetof<Entry>() + bucketsFor(count) * 4;
}

export function initEntries(arena: Arena, count: u32): void {
  table = arena.take(count * <u32>offsetof<Entry>());
  buckets = arena.take(bucketsFor(count) << 2);
  bucketMask = bucketsFor(count) - 1;
  rowLimit = count;
  for (let row = count; row > 0; row--) giveRow(row);
}

export function entryAt(row: u32): Entry {
  return changetype<Entry>(table + <usize>(row - 1) * offsetof<Entry>());
}

function giveRow(row: u32): void {
  entryAt(row).more = firstFree;
  firstFree = row;
  freeRows++;
}

function takeRow(): u32 {
  const row = firstFree;
  firstFree = entryAt(row).more;
  freeRows--;
  memory.fill(changetype<usize>(entryAt(row)), 0, offsetof<Entry>());
  return row;
}

function hashOf(directory: u32, text: usize, bytes: u32): u32 {
  let hash: u32 = (0x811c9dc5 ^ directory) * 0x01000193;
  for (let i: u32 = 0; i < bytes; i++) hash = (hash ^ getU8(text + i)) * 0x01000193;
  return hash;
}

// The name of an entry, put together in `name`.
function readName(row: u32, to: usize): void {
  const entry = entryAt(row);
  const here = min<u32>(entry.nameBytes, HERE);
  copy(to, changetype<usize>(entry) + offsetof<Entry>("name0"), here);
  let done = here;
  let more = entry.more;
  while (done < entry.nameBytes) {
    const at = changetype<usize>(entryAt(more));
    const part = min<u32>(entry.nameBytes - done, MORE);
    copy(to + done, at + 4, part);
    done += part;
    more = load<u32>(at);
  }
}

function rowsFor(bytes: u32): u32 {
  return bytes <= HERE ? 0 : (bytes - HERE + MORE - 1) / MORE;
}

/** Rows that carry entries or their names. */
export function rowsUsed(): u32 {
  return rowLimit - freeRows;
}

/** Rows that an entry takes. */
export function rowsOf(entry: Entry): u32 {
  return 1 + rowsFor(entry.nameBytes);
}

/** Row of a name in a directory; 0 none. */
export function findEntry(directory: u32, text: usize, bytes: u32): u32 {
  const hash = hashOf(directory, text, bytes);
  let row = load<u32>(buckets + ((<usize>(hash & bucketMask)) << 2));
  while (row != 0) {
    const entry = entryAt(row);
    if (entry.hash == hash && entry.directory == directory && entry.nameBytes == bytes) {
      readName(row, name);
      if (equal(name, text, bytes)) return row;
    }
    row = entry.hashNext;
  }
  return 0;
}

/** Makes an entry at the end of a directory. Its row, or NoSpace. The name is not taken there yet. */
export function addEntry(directory: u32, text: usize, bytes: u32, inode: u32): i32 {
  if (bytes == 0 || bytes > NAME_BYTES) return Status.NameTooLong;
  if (freeRows < 1 + rowsFor(bytes)) return Status.NoSpace;
  const row = takeRow();
  const entry = entryAt(row);
  entry.inode = inode;
  entry.directory = directory;
  entry.nameBytes = bytes;
  entry.sequence = ++lastSequence;
  const here = min<u32>(bytes, HERE);
  copy(changetype<usize>(entry) + offsetof<Entry>("name0"), text, here);
  let link = changetype<usize>(entry) + offsetof<Entry>("more");
  for (let done = here; done < bytes; ) {
    const more = takeRow();
    const part = min<u32>(bytes - done, MORE);
    store<u32>(link, more);
    link = changetype<usize>(entryAt(more));
    copy(link + 4, text + done, part);
    done += part;
  }
  entry.hash = hashOf(directory, text, bytes);
  const bucket = buckets + ((<usize>(entry.hash & bucketMask)) << 2);
  entry.hashNext = load<u32>(bucket);
  store<u32>(bucket, row);
  const parent = inodeAt(directory);
  entry.previous = parent.lastEntry;
  if (parent.lastEntry != 0) entryAt(parent.lastEntry).next = row;
  else parent.firstEntry = row;
  parent.lastEntry = row;
  return row;
}

export function removeEntry(row: u32): void {
  const entry = entryAt(row);
  const bucket = buckets + ((<usize>(entry.hash & bucketMask)) << 2);
  if (load<u32>(bucket) == row) store<u32>(bucket, entry.hashNext);
  else {
    let before = load<u32>(bucket);
    while (entryAt(before).hashNext != row) before = entryAt(before).hashNext;
    entryAt(before).hashNext = entry.hashNext;
  }
  const parent = inodeAt(entry.directory);
  if (entry.previous != 0) entryAt(entry.previous).next = entry.next;
  else parent.firstEntry = entry.next;
  if (entry.next != 0) entryAt(entry.next).previous = entry.previous;
  else parent.lastEntry = entry.previous;
  let left = rowsFor(entry.nameBytes);
  let more = entry.more;
  for (; left > 0; left--) {
    const next = load<u32>(changetype<usize>(entryAt(more)));
    giveRow(more);
    more = next;
  }
  giveRow(row);
}

/** Whole DirectoryRows from a cookie on. Bytes filled. */
export function listEntries(directory: Inode, cookie: u64, to: usize, room: u32): u32 {
  let row = resume(directory, cookie);
  let used: u32 = 0;
  while (row != 0) {
    const entry = entryAt(row);
    const bytes = DIRECTORY_ROW_BYTES + ((entry.nameBytes + 7) & ~7);
    if (used + bytes > room) break;
    memory.fill(to + used, 0, bytes);
    const out = changetype<DirectoryRow>(to + used);
    out.next = entry.next != 0 ? entryAt(entry.next).sequence : entry.sequence + 1;
    out.inode = entry.inode + 1;
    out.type = inodeAt(entry.inode).type;
    out.nameBytes = entry.nameBytes;
    readName(row, to + used + DIRECTORY_ROW_BYTES);
    used += bytes;
    row = entry.next;
  }
  return used;
}

// The entry that a cookie means, or the first one made after it.
function resume(directory: Inode, cookie: u64): u32 {
  let row = directory.firstEntry;
  while (row != 0 && entryAt(row).sequence < cookie) row = entryAt(row).next;
  return row;
}
