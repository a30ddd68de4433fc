// The binary buddy allocator: which page frames are free. It knows frame numbers (pfn), never addresses, and touches no
// frame: only their rows of metadata (frame-rows.ts). Not the page tables (vm) and not the moving of pages (compaction.ts).
// One allocator a module: its state is module globals, so that the hot path has no indirection. Pure: no host call.
//
// Two zones, each one contiguous range of frames with its own free lists: unmovable below `boundary`, movable above (why:
// docs/decisions/0002-zones.md). The boundary is a multiple of the largest block, so no block ever spans it.
import { Status } from "../../abi/numbers";
import { PPM } from "../../lib/fixed";
import { blockOrder, FrameState, frameState, hasRow, NEXT, PREV, placeRows, ROW_BYTES, rowOf, spanEnd, spanFirst, TAG } from "./frame-rows";

/** Largest block: 2^10 frames, 4 MiB. */
export const MAX_ORDER: u32 = 10;
/** What freed frames are filled with in debug runs, by whoever can reach them; recognisable in a dump and never a valid pointer. */
export const JUNK_PATTERN: u64 = 0xdead_f1ee_dead_f1ee;

/** Orders 0 … MAX_ORDER. */
export const ORDERS: u32 = MAX_ORDER + 1;
const MAX_BLOCK: u32 = 1 << MAX_ORDER;
/** Ends a free list. */
export const NO_FRAME: u32 = 0xffff_ffff;
const MAX_RANGES: u32 = 256;
// next and prev of the only block of a list; head and count of a list without one.
const ALONE: u64 = ~(<u64>0);
const EMPTY_LIST: u64 = NO_FRAME;

// Per zone and order 8 bytes: head of the free list, number of blocks on it. Zone 1 begins 128 bytes after zone 0.
const LIST_SHIFT: u32 = 7;
const lists: usize = memory.data(256, 16);
// Per zone a bit for each order whose list is not empty: the smallest fitting block is one ctz away.
const masks: usize = memory.data(8, 8);
const failures: usize = memory.data(256, 16);
const ranges: usize = memory.data(2048, 8);

let boundary: u32 = 0;
let rangeCount: u32 = 0;
let managed: u32 = 0;
let free_: u32 = 0;
let movable_: u32 = 0;
let allocations_: u64 = 0;
let frees_: u64 = 0;
let failures_: u64 = 0;
// The block that compaction empties: [isolatedFirst, isolatedFirst + isolatedSpan); span 0: none.
let isolatedFirst: u32 = 0;
let isolatedSpan: u32 = 0;
let isolated_: u32 = 0;

// ---- setting up

/** Bytes of metadata for frames lowPfn … endPfn − 1: rows for whole largest blocks. */
export function metadataBytes(lowPfn: u32, endPfn: u32): usize {
  const low = lowPfn & ~(MAX_BLOCK - 1);
  const end = (endPfn + MAX_BLOCK - 1) & ~(MAX_BLOCK - 1);
  return <usize>(end - low) * ROW_BYTES;
}

/**
 * Begin. `metadata` has metadataBytes(lowPfn, endPfn), zeroed, and belongs to the allocator from now on.
 * Then addRange for each range in rising order, then seal. Range: endPfn ≤ lowPfn, or more than 2^24 frames (64 GiB).
 */
export function init(metadata: usize, lowPfn: u32, endPfn: u32): i32 {
  if (endPfn <= lowPfn || endPfn > 0x0100_0000) return Status.Range;
  const first = lowPfn & ~(MAX_BLOCK - 1);
  placeRows(metadata, first, ((endPfn + MAX_BLOCK - 1) & ~(MAX_BLOCK - 1)) - first);
  rangeCount = managed = free_ = movable_ = 0;
  allocations_ = frees_ = failures_ = 0;
  isolatedFirst = isolatedSpan = isolated_ = 0;
  memory.fill(lists, 0, 256);
  for (let i: u32 = 0; i < ORDERS; i++) {
    store<u32>(listOf(0, i), NO_FRAME);
    store<u32>(listOf(1, i), NO_FRAME);
  }
  store<u64>(masks, 0);
  memory.fill(failures, 0, 256);
  return Status.Ok;
}

/** Take over frames first … first + count − 1. Invalid: below an earlier range; Range: outside init's; NoMemory: too many ranges. */
export function addRange(first: u32, count: u32): i32 {
  if (count == 0) return Status.Ok;
  if (!hasRow(first) || count > spanEnd() - first) return Status.Range;
  if (first < rangesEnd()) return Status.Invalid;
  // A map may cut one range in two: only as one do its blocks merge.
  if (rangeCount > 0 && first == rangesEnd()) {
    store<u32>(ranges + ((<usize>(rangeCount - 1)) << 3), first + count, 4);
    managed += count;
    return Status.Ok;
  }
  if (rangeCount == MAX_RANGES) return Status.NoMemory;
  markHoles(rangesEnd(), first);
  store<u32>(ranges + ((<usize>rangeCount) << 3), first);
  store<u32>(ranges + ((<usize>rangeCount) << 3), first + count, 4);
  rangeCount++;
  managed += count;
  return Status.Ok;
}

/** End of the ranges: draw the zone boundary so that about unmovablePpm of the frames lie below, and free everything. */
export function seal(unmovablePpm: u32): i32 {
  if (unmovablePpm > PPM) return Status.Range;
  if (rangeCount == 0) return Status.Invalid;
  markHoles(rangesEnd(), spanEnd());
  let wanted = <u32>((<u64>managed * unmovablePpm) / PPM);
  boundary = spanFirst();
  for (let i: u32 = 0; i < rangeCount; i++) {
    const first = load<u32>(ranges + ((<usize>i) << 3));
    const count = load<u32>(ranges + ((<usize>i) << 3), 4) - first;
    boundary = first + min<u32>(wanted, count);
    if (wanted <= count) break;
    wanted -= count;
  }
  boundary = (boundary + MAX_BLOCK / 2) & ~(MAX_BLOCK - 1);
  // From the top down, so that the lists, which are last in first out, give the lowest block first.
  for (let i = <i32>rangeCount - 1; i >= 0; i--) {
    const first = load<u32>(ranges + ((<usize>i) << 3));
    let end = load<u32>(ranges + ((<usize>i) << 3), 4);
    while (end > first) {
      let order = min<u32>(ctz<u32>(end), MAX_ORDER);
      while (end - first < (<u32>1) << order) order--;
      end -= 1 << order;
      push(end, order);
      free_ += 1 << order;
    }
  }
  return Status.Ok;
}

function rangesEnd(): u32 {
  return rangeCount == 0 ? spanFirst() : load<u32>(ranges + ((<usize>(rangeCount - 1)) << 3), 4);
}

function markHoles(from: u32, to: u32): void {
  for (let pfn = from; pfn < to; pfn++) store<u32>(rowOf(pfn), FrameState.Hole, TAG);
}

// ---- free lists

function listOf(zone: u32, order: u32): usize {
  return lists + (((<usize>zone) << LIST_SHIFT) + ((<usize>order) << 3));
}

/** Zone of a frame. */
export function zoneOf(pfn: u32): u32 {
  return u32(pfn >= boundary);
}

function push(pfn: u32, order: u32): void {
  const row = rowOf(pfn);
  const zone = zoneOf(pfn);
  const list = listOf(zone, order);
  const head = load<u32>(list);
  store<u32>(row, head, NEXT);
  store<u32>(row, NO_FRAME, PREV);
  store<u32>(row, FrameState.Free | (order << 8), TAG);
  store<u32>(list, pfn);
  store<u32>(list, load<u32>(list, 4) + 1, 4);
  if (head != NO_FRAME) store<u32>(rowOf(head), pfn, PREV);
  else {
    const mask = masks + ((<usize>zone) << 2);
    store<u32>(mask, load<u32>(mask) | (1 << order));
  }
}

// Takes a free block off its list; its tag is the caller's to set.
function unlink(pfn: u32, order: u32): void {
  const row = rowOf(pfn);
  const next = load<u32>(row, NEXT);
  const prev = load<u32>(row, PREV);
  const zone = zoneOf(pfn);
  const list = listOf(zone, order);
  store<u32>(list, load<u32>(list, 4) - 1, 4);
  if (next != NO_FRAME) store<u32>(rowOf(next), prev, PREV);
  if (prev != NO_FRAME) store<u32>(rowOf(prev), next, NEXT);
  else {
    store<u32>(list, next);
    if (next == NO_FRAME) {
      const mask = masks + ((<usize>zone) << 2);
      store<u32>(mask, load<u32>(mask) & ~(1 << order));
    }
  }
}

// ---- allocate and free

/**
 * Allocate 2^order frames, aligned to their size, from the zone that fits `movable`, else from the other one.
 * Returns the first frame's number. Range: order > 10; NoMemory: no block of that order is left (counted as a failure).
 */
export function alloc(order: u32, movable: bool): i32 {
  if (order > MAX_ORDER) return Status.Range;
  let zone = u32(movable);
  let fitting = load<u32>(masks + ((<usize>zone) << 2)) >> order;
  if (fitting == 0) {
    zone ^= 1;
    fitting = load<u32>(masks + ((<usize>zone) << 2)) >> order;
    if (fitting == 0) return allocDry(order, movable);
  }
  const base = rowOf(0);
  let found = order + ctz<u32>(fitting);
  let list = listOf(zone, found);
  const pfn = load<u32>(list);
  const row = base + ((<usize>pfn) << 4);
  const next = load<u32>(row, NEXT);
  const count = load<u32>(list, 4) - 1;
  store<u64>(list, <u64>next | ((<u64>count) << 32));
  let size: u32 = 1 << found;
  let flipped: u32 = 0;
  if (next != NO_FRAME) store<u32>(base + ((<usize>next) << 4), NO_FRAME, PREV);
  else flipped = size;
  if (found != order) {
    // Every list from `order` up to below `found` is empty: the upper halves become their only entries.
    flipped |= size - (1 << order);
    let tag: u32 = FrameState.Free | (found << 8);
    do {
      found--;
      size >>= 1;
      tag -= 1 << 8;
      list -= 8;
      const upper = pfn + size;
      const upperRow = base + ((<usize>upper) << 4);
      store<u64>(upperRow, ALONE, NEXT);
      store<u32>(upperRow, tag, TAG);
      store<u64>(list, <u64>upper | ((<u64>1) << 32));
    } while (found != order);
  }
  if (flipped != 0) {
    const mask = masks + ((<usize>zone) << 2);
    store<u32>(mask, load<u32>(mask) ^ flipped);
  }
  // Unmovable + 1 is Movable; owner 0.
  store<u32>(row, (FrameState.Unmovable + u32(movable)) | (order << 8), TAG);
  free_ -= size;
  movable_ += movable ? size : 0;
  allocations_++;
  return pfn;
}

// The lists have no such block. What compaction holds back belongs to whoever needs it now.
function allocDry(order: u32, movable: bool): i32 {
  if (isolatedSpan >> order > 1) {
    releaseIsolated();
    if ((load<u32>(masks) | load<u32>(masks, 4)) >> order != 0) return alloc(order, movable);
  }
  failures_++;
  const at = failures + (((<usize>u32(movable)) << LIST_SHIFT) + ((<usize>order) << 3));
  store<u64>(at, load<u64>(at) + 1);
  return Status.NoMemory;
}

/**
 * Give a block back, with the order it was allocated with; it merges with free neighbours at once.
 * Range: order > 10 or no frame of the map; NotFound: no allocated block begins there (freed twice, a hole, inside a block);
 * Invalid: a block begins there, of another order. A refusal changes nothing.
 */
export function free(pfn: u32, order: u32): i32 {
  if (order > MAX_ORDER || !hasRow(pfn)) return Status.Range;
  const row = rowOf(pfn);
  const tag = load<u32>(row, TAG);
  if ((tag & 0xfffe) != (FrameState.Unmovable | (order << 8))) return (tag & 0xfe) == FrameState.Unmovable ? Status.Invalid : Status.NotFound;
  movable_ -= (tag & 1) << order;
  free_ += 1 << order;
  frees_++;
  if (pfn - isolatedFirst < isolatedSpan) {
    store<u32>(row, FrameState.Isolated | (order << 8), TAG);
    isolated_ += 1 << order;
    return Status.Ok;
  }
  merge(pfn, order);
  return Status.Ok;
}

// Puts frames that are in no list back, merged as far as their buddies are free. Unlinking and pushing are written out: a
// block never leaves its zone, and the zone's mask is written once.
function merge(first: u32, firstOrder: u32): void {
  const base = rowOf(0);
  const zone = zoneOf(first);
  const maskAt = masks + ((<usize>zone) << 2);
  let mask = load<u32>(maskAt);
  let list = listOf(zone, firstOrder);
  let pfn = first;
  let order = firstOrder;
  let size: u32 = 1 << order;
  let tag: u32 = FrameState.Free | (order << 8);
  store<u32>(base + ((<usize>pfn) << 4), FrameState.Inner, TAG);
  while (order < MAX_ORDER) {
    const buddy = pfn ^ size;
    const row = base + ((<usize>buddy) << 4);
    if (load<u32>(row, TAG) != tag) break;
    store<u32>(row, FrameState.Inner, TAG);
    const links = load<u64>(row, NEXT);
    if (links == ALONE) {
      store<u64>(list, EMPTY_LIST);
      mask ^= size;
    } else {
      // Another block is on the list, so its bit stays.
      const next = <u32>links;
      const prev = <u32>(links >> 32);
      store<u32>(list, load<u32>(list, 4) - 1, 4);
      if (next != NO_FRAME) store<u32>(base + ((<usize>next) << 4), prev, PREV);
      if (prev != NO_FRAME) store<u32>(base + ((<usize>prev) << 4), next, NEXT);
      else store<u32>(list, next);
    }
    pfn &= buddy;
    order++;
    size <<= 1;
    list += 8;
    tag += 1 << 8;
  }
  const row = base + ((<usize>pfn) << 4);
  const head = load<u32>(list);
  const count = load<u32>(list, 4) + 1;
  store<u64>(row, <u64>head | ((<u64>NO_FRAME) << 32), NEXT);
  store<u32>(row, tag, TAG);
  store<u64>(list, <u64>pfn | ((<u64>count) << 32));
  if (head != NO_FRAME) store<u32>(base + ((<usize>head) << 4), pfn, PREV);
  store<u32>(maskAt, mask | size);
}

// ---- isolation: compaction holds the free parts of one aligned block back while it empties the rest

/** Hold back the aligned block of 2^order frames at `first`. Busy: one is held already, or all of it lies inside one block. */
export function isolate(first: u32, order: u32): i32 {
  if (order > MAX_ORDER || (first & ((1 << order) - 1)) != 0 || !hasRow(first)) return Status.Range;
  if (isolatedSpan != 0 || (load<u32>(rowOf(first), TAG) & 0xff) == FrameState.Inner) return Status.Busy;
  if (blockOrder(first) > order) return Status.Busy;
  isolatedFirst = first;
  isolatedSpan = 1 << order;
  const end = first + isolatedSpan;
  for (let pfn = first; pfn < end; pfn += 1 << blockOrder(pfn)) {
    if (frameState(pfn) != FrameState.Free) continue;
    const size = blockOrder(pfn);
    unlink(pfn, size);
    store<u32>(rowOf(pfn), FrameState.Isolated | (size << 8), TAG);
    isolated_ += 1 << size;
  }
  return Status.Ok;
}

/** Give everything held back to the free lists, merged. Nothing happens where nothing is held. */
export function releaseIsolated(): void {
  const end = isolatedFirst + isolatedSpan;
  const wholeOrder = <u32>ctz<u32>(isolatedSpan);
  const whole = isolatedSpan != 0 && isolated_ == isolatedSpan;
  let pfn = isolatedFirst;
  const first = pfn;
  isolatedSpan = 0;
  isolated_ = 0;
  while (pfn < end) {
    const size = blockOrder(pfn);
    if (frameState(pfn) == FrameState.Isolated) {
      if (whole) store<u32>(rowOf(pfn), FrameState.Inner, TAG);
      else merge(pfn, size);
    }
    pfn += 1 << size;
  }
  if (whole) merge(first, wholeOrder);
}

/** Frames held back now. They count as free. */
export function isolatedPages(): u32 {
  return isolated_;
}

/** Size in frames of the block that is being emptied; 0: none, or the allocator took it back. */
export function isolatedBlock(): u32 {
  return isolatedSpan;
}

// ---- figures

/** First frame of the movable zone. */
export function zoneBoundary(): u32 {
  return boundary;
}

/** Frames under management: free and allocated. */
export function managedPages(): u32 {
  return managed;
}

/** Free frames, those held back by compaction too. */
export function freePages(): u32 {
  return free_;
}

/** Allocated frames that may be moved. */
export function movablePages(): u32 {
  return movable_;
}

/** Allocations since init. */
export function allocations(): u64 {
  return allocations_;
}

/** Frees since init. */
export function frees(): u64 {
  return frees_;
}

/** Allocations that found no block, since init. */
export function allocFailures(): u64 {
  return failures_;
}

/** Allocations of this order, asked of this zone, that found no block. */
export function failuresOf(zone: u32, order: u32): u64 {
  return load<u64>(failures + (((<usize>zone) << LIST_SHIFT) + ((<usize>order) << 3)));
}

/** Free blocks of this order in this zone. */
export function freeBlocks(zone: u32, order: u32): u32 {
  return load<u32>(listOf(zone, order), 4);
}

/** Order of the largest free block, −1 where nothing is free. */
export function largestOrder(): i32 {
  return 31 - <i32>clz<u32>(load<u32>(masks) | load<u32>(masks, 4));
}

/** Frames of the largest free block. */
export function largestFree(): u32 {
  const order = largestOrder();
  return order < 0 ? 0 : 1 << order;
}

// ---- for the check

/** First block of a free list; NO_FRAME where it is empty. */
export function freeListHead(zone: u32, order: u32): u32 {
  return load<u32>(listOf(zone, order));
}

/** The order bitmap of a zone. */
export function zoneMask(zone: u32): u32 {
  return load<u32>(masks + ((<usize>zone) << 2));
}

/** First frame of the block that is being emptied; valid where isolatedBlock is not 0. */
export function isolatedStart(): u32 {
  return isolatedFirst;
}
