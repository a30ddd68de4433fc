// Which page of which process lies compressed, and where: entries found by (slot, page) through a hash, and by process through
// a list. Not the bytes (zpool.ts) and not the frames (zpool-frames.ts). Pure: no host call; memory sized at boot.
import { Process, processAt } from "../proc/process";

export const NO_ENTRY: u32 = 0xffff_ffff;
const ENTRY_BYTES: u32 = 40;

/** One compressed page. `bytes` 0: the word repeated, and no granules. Else one or two pieces of granules. */
@unmanaged
export class Entry {
  page: u32;
  slot: u16;
  bytes: u16;
  chain: u32;
  next: u32;
  prev: u32;
  firstFrame: u32;
  secondFrame: u32;
  firstAt: u8;
  firstGranules: u8;
  secondAt: u8;
  secondGranules: u8;
  word: u64;
}

let entries: usize = 0;
let buckets: usize = 0;
let bucketMask: u32 = 0;
let room: u32 = 0;
let firstFree: u32 = NO_ENTRY;
let untouched: u32 = 0;
let count_: u32 = 0;

function bucketCount(capacity: u32): u32 {
  let buckets: u32 = 16;
  while (buckets < capacity) buckets <<= 1;
  return buckets;
}

/** Bytes of a table for `capacity` pages. */
export function poolTableBytes(capacity: u32): usize {
  return <usize>capacity * ENTRY_BYTES + ((<usize>bucketCount(capacity)) << 2);
}

/** Begin, with poolTableBytes(capacity) at `base`, 8-aligned. */
export function initPoolTable(base: usize, capacity: u32): void {
  entries = base;
  buckets = base + <usize>capacity * ENTRY_BYTES;
  bucketMask = bucketCount(capacity) - 1;
  memory.fill(buckets, 0xff, (<usize>bucketMask + 1) << 2);
  room = capacity;
  firstFree = NO_ENTRY;
  untouched = 0;
  count_ = 0;
}

export function entryAt(index: u32): Entry {
  return changetype<Entry>(entries + <usize>index * ENTRY_BYTES);
}

/** Pages in the table. */
export function entryCount(): u32 {
  return count_;
}

/** Pages that the table can name. */
export function entryCapacity(): u32 {
  return room;
}

// Fibonacci hashing; pages of one process lie side by side, so neighbours spread.
function bucketOf(slot: u32, page: u32): usize {
  const hash = (page ^ (slot << 24)) * 0x9e37_79b1;
  return buckets + (((hash ^ (hash >> 15)) & bucketMask) << 2);
}

/** Entry of a process's page, or NO_ENTRY. */
export function findEntry(slot: i32, page: u32): u32 {
  let index = load<u32>(bucketOf(slot, page));
  while (index != NO_ENTRY) {
    const entry = entryAt(index);
    if (entry.page == page && entry.slot == <u16>slot) return index;
    index = entry.chain;
  }
  return NO_ENTRY;
}

/** A new entry for a page that has none; its place is the caller's to fill. NO_ENTRY: the table is full. */
export function addEntry(slot: i32, page: u32): u32 {
  let index = firstFree;
  if (index != NO_ENTRY) firstFree = entryAt(index).next;
  else if (untouched < room) index = untouched++;
  else return NO_ENTRY;
  const entry = entryAt(index);
  const process = processAt(slot);
  const bucket = bucketOf(slot, page);
  entry.page = page;
  entry.slot = <u16>slot;
  entry.chain = load<u32>(bucket);
  store<u32>(bucket, index);
  entry.prev = NO_ENTRY;
  entry.next = process.firstEntry;
  if (process.firstEntry != NO_ENTRY) entryAt(process.firstEntry).prev = index;
  process.firstEntry = index;
  process.compressedPages++;
  count_++;
  return index;
}

/** Takes an entry out; its granules are the caller's to give back first. */
export function removeEntry(index: u32): void {
  const entry = entryAt(index);
  const process: Process = processAt(entry.slot);
  let link = bucketOf(entry.slot, entry.page);
  while (load<u32>(link) != index) link = changetype<usize>(entryAt(load<u32>(link))) + offsetof<Entry>("chain");
  store<u32>(link, entry.chain);
  if (entry.prev == NO_ENTRY) process.firstEntry = entry.next;
  else entryAt(entry.prev).next = entry.next;
  if (entry.next != NO_ENTRY) entryAt(entry.next).prev = entry.prev;
  process.compressedPages--;
  entry.next = firstFree;
  firstFree = index;
  count_--;
}

/** Whether an entry for one more page is to be had. */
export function entryFree(): bool {
  return firstFree != NO_ENTRY || untouched < room;
}

if (offsetof<Entry>() != ENTRY_BYTES) ERROR("an entry has another size");
