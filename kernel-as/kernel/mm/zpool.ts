// The compressed pool: takes pages of processes out of memory and brings them back when they are touched. Transparent to the
// process. Which page, and when, is kernel/reclaim's; where the bytes lie is zpool-frames.ts, whose page it is zpool-table.ts.
//
// A page leaves in this order: read, shrink, see that there is room, unmap, give its frame back, and only then take room in the
// pool. So it works with no frame free at all: the page's own frame is there to be taken.
import { frame_fill, frame_read, frame_write, frame_zero, space_age, space_lookup, space_unmap, time_now_ns } from "../../abi/host";
import { ZpoolRow } from "../../abi/layouts";
import { PAGE_BYTES, PROCESSES, Status } from "../../abi/numbers";
import { LZ4_TABLE_BYTES, lz4Compress, lz4Decompress } from "../../lib/lz4";
import { observe } from "../../obs";
import { KERNEL_WASM_BYTES, POOL_ENTRIES, POOL_FRAMES, POOL_LEAST_PIECE, POOL_MOST_BYTES } from "../limits";
import { Histogram } from "../obs";
import { processAt } from "../proc/process";
import { getMarks, getPage, Mark, setMarks } from "./frame-rows";
import { FrameUse, giveFrame, takeFrame, useCount } from "./frames";
import { clearOffer, unlinkFrame } from "./resident";
import {
  addPoolFrame,
  findLongest,
  findRun,
  GRANULE_BYTES,
  GRANULES,
  giveGranules,
  granulesUsed,
  initPoolFrames,
  NO_INDEX,
  poolFrameCapacity,
  poolFrameCount,
  poolFramePfn,
  poolRowBytes,
  removePoolFrame,
  runOf,
  takeGranules,
  verifyPoolFrames,
} from "./zpool-frames";
import { addEntry, Entry, entryAt, entryCapacity, entryCount, entryFree, findEntry, initPoolTable, NO_ENTRY, poolTableBytes, removeEntry } from "./zpool-table";

const WRITABLE: i64 = 1 << 42;
const PFN_MASK: i64 = (1 << 40) - 1;
const CLEAR_DIRTY: u32 = 2;

const plain: usize = memory.data(4096, 8);
const packed: usize = memory.data(4096, 8);
const table: usize = memory.data(4096, 8);
if (LZ4_TABLE_BYTES != 4096) ERROR("the codec's table is stale");

let limit: u32 = 0;
let sameFilled: u64 = 0;
let storedBytes: u64 = 0;
let compressed: u64 = 0;
let restored: u64 = 0;
let dropped: u64 = 0;
let refused: u64 = 0;
let full: u64 = 0;
let compressNs: u64 = 0;
let restoreNs: u64 = 0;

/**
 * Takes memory for the tables of a machine of `frames` frames, from kernel.wasm's own, so before the first boot_region. Where
 * `othersBytes` of other tables leave no room there is no pool, and everything else works.
 */
export function initZpool(frames: u32, othersBytes: usize): void {
  const entries = min<u32>(frames, POOL_ENTRIES);
  const poolFrames = min<u32>((frames / 8) * 5, POOL_FRAMES);
  const start = (<usize>memory.size()) << 16;
  const bytes = poolTableBytes(entries) + poolRowBytes(poolFrames);
  initPoolTable(0, 0);
  initPoolFrames(0, 0);
  if (entries == 0 || <u64>start + bytes + othersBytes > KERNEL_WASM_BYTES) return;
  if (memory.grow(<i32>((bytes + 0xffff) >> 16)) < 0) return;
  initPoolTable(start, entries);
  initPoolFrames(start + poolTableBytes(entries), poolFrames);
}

/** Most frames that the pool may take from now on; what it holds beyond that stays. */
export function setPoolLimit(frames: u32): void {
  limit = min(frames, poolFrameCapacity());
}

/** Whether the pool could take one more page of any size. */
export function poolHasRoom(): bool {
  return entryFree() && poolFrameCount() < limit;
}

// ---- out of memory, into the pool

/**
 * Compresses the page in frame `pfn` of a process and gives the frame back. Ok; Busy: not a page that may be taken; Range: it
 * does not shrink enough; NoMemory: no room. But for Ok nothing changed.
 */
export function compressPage(slot: i32, pfn: u32): i32 {
  const startedNs = time_now_ns();
  const status = compressInto(slot, pfn);
  const ns = <u64>(time_now_ns() - startedNs);
  compressNs += ns;
  observe(Histogram.CompressNs, ns);
  return status;
}

function compressInto(slot: i32, pfn: u32): i32 {
  const process = processAt(slot);
  const page = getPage(pfn);
  const va = (<u64>page) << 12;
  const mapped = space_lookup(process.space, va);
  if (mapped < 0 || (mapped & PFN_MASK) != pfn || (mapped & WRITABLE) == 0) return Status.Busy;
  if (!entryFree()) return noRoom();
  frame_read(pfn, 0, plain, PAGE_BYTES);
  const word = load<u64>(plain);
  let bytes: u32 = 0;
  if (!isSame(word)) {
    bytes = lz4Compress(plain, PAGE_BYTES, packed, POOL_MOST_BYTES, table);
    if (bytes == 0) {
      refused++;
      setMarks(pfn, getMarks(pfn) | Mark.Refused);
      // Written again, it may be tried again.
      space_age(process.space, va, CLEAR_DIRTY);
      clearOffer(process, pfn);
      return Status.Range;
    }
    if (!findPlace((bytes + GRANULE_BYTES - 1) / GRANULE_BYTES)) return noRoom();
  }
  space_unmap(process.space, va);
  unlinkFrame(process, pfn);
  giveFrame(pfn, FrameUse.User);
  const index = addEntry(slot, page);
  const entry = entryAt(index);
  entry.bytes = <u16>bytes;
  entry.word = word;
  if (bytes == 0) sameFilled++;
  else writePieces(entry, bytes);
  compressed++;
  return Status.Ok;
}

function noRoom(): i32 {
  full++;
  return Status.NoMemory;
}

function isSame(word: u64): bool {
  for (let at: u32 = 8; at < PAGE_BYTES; at += 8) if (load<u64>(plain + at) != word) return false;
  return true;
}

// Where the page that is being stored will lie: one piece, or the longest run there is and the rest elsewhere. NO_INDEX: a new frame.
let placeFirst: u32 = NO_INDEX;
let placeSecond: u32 = NO_INDEX;
let granulesFirst: u32 = 0;
let granulesSecond: u32 = 0;

// Only chooses; false where it would take a new frame that the pool may not have.
function findPlace(granules: u32): bool {
  placeSecond = NO_INDEX;
  granulesFirst = granules;
  granulesSecond = 0;
  placeFirst = findRun(granules);
  if (placeFirst != NO_INDEX) return true;
  const longest = findLongest();
  if (longest != NO_INDEX && runOf(longest) >= POOL_LEAST_PIECE) {
    const rest = granules - runOf(longest);
    let other = findRun(rest);
    // Not in the same frame: its run will be used up. A fresh one then, most of which is left for the next page.
    if (other == longest) other = NO_INDEX;
    if (other != NO_INDEX || poolFrameCount() < limit) {
      placeFirst = longest;
      placeSecond = other;
      granulesFirst = runOf(longest);
      granulesSecond = rest;
      return true;
    }
  }
  return poolFrameCount() < limit;
}

function writePieces(entry: Entry, bytes: u32): void {
  storedBytes += bytes;
  const firstBytes = min(bytes, granulesFirst * GRANULE_BYTES);
  entry.firstFrame = placeFirst == NO_INDEX ? freshFrame() : placeFirst;
  entry.firstGranules = <u8>granulesFirst;
  entry.firstAt = <u8>takeGranules(entry.firstFrame, granulesFirst);
  frame_write(poolFramePfn(entry.firstFrame), <u32>entry.firstAt * GRANULE_BYTES, packed, firstBytes);
  entry.secondGranules = <u8>granulesSecond;
  entry.secondFrame = NO_INDEX;
  entry.secondAt = 0;
  if (granulesSecond == 0) return;
  entry.secondFrame = placeSecond == NO_INDEX ? freshFrame() : placeSecond;
  entry.secondAt = <u8>takeGranules(entry.secondFrame, granulesSecond);
  frame_write(poolFramePfn(entry.secondFrame), <u32>entry.secondAt * GRANULE_BYTES, packed + firstBytes, bytes - firstBytes);
}

// A frame has just been given back, and the pool has a row left: it cannot fail.
function freshFrame(): u32 {
  const pfn = takeFrame(FrameUse.Pool);
  assert(pfn >= 0, "the frame of a compressed page is gone");
  const index = addPoolFrame(<u32>pfn);
  assert(index != NO_INDEX, "the pool has no row left");
  return index;
}

// ---- back into memory

/** Entry of a page that lies compressed, or NO_ENTRY. */
export function findCompressed(slot: i32, va: u64): u32 {
  return processAt(slot).compressedPages == 0 ? NO_ENTRY : findEntry(slot, <u32>(va >> 12));
}

/** Writes a compressed page's contents into a frame; the entry stays. Ok, or Corrupt where the pool's bytes are damaged. */
export function unpackPage(index: u32, pfn: u32): i32 {
  const startedNs = time_now_ns();
  const entry = entryAt(index);
  if (entry.bytes == 0 && entry.word == 0) frame_zero(pfn, 1);
  else if (entry.bytes == 0) frame_fill(pfn, 1, entry.word);
  else {
    const bytes = <u32>entry.bytes;
    const firstBytes = min(bytes, <u32>entry.firstGranules * GRANULE_BYTES);
    frame_read(poolFramePfn(entry.firstFrame), <u32>entry.firstAt * GRANULE_BYTES, packed, firstBytes);
    if (bytes > firstBytes) frame_read(poolFramePfn(entry.secondFrame), <u32>entry.secondAt * GRANULE_BYTES, packed + firstBytes, bytes - firstBytes);
    if (lz4Decompress(packed, bytes, plain, PAGE_BYTES) != PAGE_BYTES) return Status.Corrupt;
    frame_write(pfn, 0, plain, PAGE_BYTES);
  }
  const ns = <u64>(time_now_ns() - startedNs);
  restoreNs += ns;
  observe(Histogram.RestoreNs, ns);
  return Status.Ok;
}

/** The page is back in memory: its entry goes. */
export function forgetRestored(index: u32): void {
  restored++;
  forget(index);
}

/** The page is not wanted any more: released, offered, or its process ended. */
export function dropCompressed(index: u32): void {
  dropped++;
  forget(index);
}

function forget(index: u32): void {
  const entry = entryAt(index);
  if (entry.bytes == 0) sameFilled--;
  else {
    storedBytes -= entry.bytes;
    givePiece(entry.firstFrame, entry.firstAt, entry.firstGranules);
    if (entry.secondGranules != 0) givePiece(entry.secondFrame, entry.secondAt, entry.secondGranules);
  }
  removeEntry(index);
}

function givePiece(frame: u32, at: u32, granules: u32): void {
  if (giveGranules(frame, at, granules)) giveFrame(removePoolFrame(frame), FrameUse.Pool);
}

// ---- figures and the check

/** Pages that lie in the pool. */
export function compressedPages(): u32 {
  return entryCount();
}

/** Frames that the pool takes. */
export function poolPages(): u32 {
  return poolFrameCount();
}

/** Pages compressed since boot. */
export function compressedTotal(): u64 {
  return compressed;
}

export function fillZpoolRow(at: usize): i32 {
  const row = changetype<ZpoolRow>(at);
  row.pages = entryCount();
  row.sameFilled = sameFilled;
  row.poolPages = poolFrameCount();
  row.limitPages = limit;
  row.capacityPages = entryCapacity();
  row.storedBytes = storedBytes;
  row.compressed = compressed;
  row.restored = restored;
  row.dropped = dropped;
  row.refused = refused;
  row.full = full;
  row.compressNs = compressNs;
  row.restoreNs = restoreNs;
  return 1;
}

/**
 * Inconsistencies of the pool: entries against the hash, the lists, the granules and the page tables; frames against their use.
 * Two pages that shared a granule would make the granules counted by page more than those counted by frame.
 */
export function verifyZpool(): u32 {
  const counted = verifyPoolFrames();
  let wrong = <u32>(counted >> 32);
  let granules: u64 = 0;
  let bytes: u64 = 0;
  let entries: u32 = 0;
  for (let slot: i32 = 0; slot < <i32>PROCESSES; slot++) {
    const process = processAt(slot);
    let seen: u32 = 0;
    // A process that ends has pages in both places until its steps are through; its space is still there.
    for (let index = process.compressedPages == 0 ? NO_ENTRY : process.firstEntry; index != NO_ENTRY && seen <= process.compressedPages; seen++) {
      const entry = entryAt(index);
      if (entry.slot != <u16>slot || findEntry(slot, entry.page) != index) wrong++;
      if (space_lookup(process.space, (<u64>entry.page) << 12) != Status.Fault) wrong++;
      if (entry.bytes != 0) wrong += piecesWrong(entry);
      granules += entry.bytes == 0 ? 0 : <u64>entry.firstGranules + entry.secondGranules;
      bytes += entry.bytes;
      index = entry.next;
    }
    if (seen != process.compressedPages) wrong++;
    entries += seen;
  }
  if (granules != (counted & 0xffff_ffff) || bytes != storedBytes || entries != entryCount()) wrong++;
  if (poolFrameCount() != useCount(FrameUse.Pool)) wrong++;
  return wrong;
}

function piecesWrong(entry: Entry): u32 {
  let wrong: u32 = 0;
  if (!granulesUsed(entry.firstFrame, entry.firstAt, entry.firstGranules)) wrong++;
  if (entry.secondGranules != 0 && !granulesUsed(entry.secondFrame, entry.secondAt, entry.secondGranules)) wrong++;
  const room = (<u32>entry.firstGranules + entry.secondGranules) * GRANULE_BYTES;
  return <u32>entry.bytes > room || <u32>entry.bytes + GRANULE_BYTES <= room ? wrong + 1 : wrong;
}

if (GRANULES * GRANULE_BYTES != PAGE_BYTES) ERROR("a frame has other granules");
