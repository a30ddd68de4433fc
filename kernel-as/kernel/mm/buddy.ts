// The binary buddy allocator: which page frames are free. It knows frame numbers (pfn), never addresses, and touches no
// frame: only its own metadata in linear memory. Not the page tables (vm) and not the moving of pages (compaction.ts).
// One allocator a module: its state is module globals, so that the hot path has no indirection. Pure: no host call.
//
// One row of 16 bytes a frame, row of frame n at rows + 16·n:
//
//    0        4        8       9       10         12
//   +--------+--------+-------+-------+----------+-------------+
//   | next   | prev   | state | order | owner    | page        |
//   +--------+--------+-------+-------+----------+-------------+
//   next, prev   frame numbers: the free list of a free block, the owner's own list of a frame in use
//   state        of a block, in its first frame; every other frame of the block is Inner
//   owner, page  of a movable frame in use: who maps it (0: nobody yet) and at which virtual page; set by vm for compaction
//
// Two zones, each one contiguous range of frames with its own free lists: unmovable below `boundary`, movable above (why:
// docs/decisions/0002-zones.md). The boundary is a multiple of the largest block, so no block ever spans it.
import { Status } from "../../abi/numbers";
import { PPM } from "../../lib/fixed";

/** Largest block: 2^10 frames, 4 MiB. */
export const MAX_ORDER: u32 = 10;
/** Zone numbers as in OrderRow. */
export const ZONE_UNMOVABLE: u32 = 0;
export const ZONE_MOVABLE: u32 = 1;
/** Size of a frame's row. */
export const ROW_BYTES: u32 = 16;
/** What freed frames are filled with in debug runs, by whoever can reach them; recognisable in a dump and never a valid pointer. */
export const JUNK_PATTERN: u64 = 0xdead_f1ee_dead_f1ee;

/** What a frame is. */
export enum FrameState {
  /** not the first frame of its block */
  Inner = 0,
  /** first frame of a free block, on a free list */
  Free = 1,
  /** first frame of an allocated block that must stay where it is */
  Unmovable = 2,
  /** first frame of an allocated block that may be moved */
  Movable = 3,
  /** first frame of a free block that compaction holds back from the free lists */
  Isolated = 4,
  /** not managed: a hole in the memory map */
  Hole = 5,
}

const ORDERS: u32 = MAX_ORDER + 1;
const MAX_BLOCK: u32 = 1 << MAX_ORDER;
const NONE: u32 = 0xffff_ffff;
const MAX_RANGES: u32 = 256;

// Offsets in a row.
const NEXT: usize = 0;
const PREV: usize = 4;
const TAG: usize = 8; // state | order << 8 | owner << 16
const OWNER: usize = 10;
const PAGE: usize = 12;

// Per zone and order 8 bytes: head of the free list, number of blocks on it. Zone 1 begins 128 bytes after zone 0.
const LIST_SHIFT: u32 = 7;
const lists: usize = memory.data(256, 16);
// Per zone a bit for each order whose list is not empty: the smallest fitting block is one ctz away.
const masks: usize = memory.data(8, 8);
const failures: usize = memory.data(256, 16);
const ranges: usize = memory.data(2048, 8);

let rows: usize = 0;
let firstPfn: u32 = 0;
let spanPages: u32 = 0;
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
  firstPfn = lowPfn & ~(MAX_BLOCK - 1);
  spanPages = ((endPfn + MAX_BLOCK - 1) & ~(MAX_BLOCK - 1)) - firstPfn;
  rows = metadata - ((<usize>firstPfn) << 4);
  rangeCount = managed = free_ = movable_ = 0;
  allocations_ = frees_ = failures_ = 0;
  isolatedFirst = isolatedSpan = isolated_ = 0;
  memory.fill(lists, 0, 256);
  for (let i: u32 = 0; i < ORDERS; i++) {
    store<u32>(listOf(0, i), NONE);
    store<u32>(listOf(1, i), NONE);
  }
  store<u64>(masks, 0);
  memory.fill(failures, 0, 256);
  return Status.Ok;
}

/** Take over frames first … first + count − 1. Invalid: below an earlier range; Range: outside init's; NoMemory: too many ranges. */
export function addRange(first: u32, count: u32): i32 {
  if (count == 0) return Status.Ok;
  if (first < firstPfn || first - firstPfn >= spanPages || count > spanPages - (first - firstPfn)) return Status.Range;
  if (first < rangesEnd()) return Status.Invalid;
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
  markHoles(rangesEnd(), firstPfn + spanPages);
  let wanted = <u32>((<u64>managed * unmovablePpm) / PPM);
  boundary = firstPfn;
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
  return rangeCount == 0 ? firstPfn : load<u32>(ranges + ((<usize>(rangeCount - 1)) << 3), 4);
}

function markHoles(from: u32, to: u32): void {
  for (let pfn = from; pfn < to; pfn++) store<u32>(rowOf(pfn), FrameState.Hole, TAG);
}

// ---- free lists

function rowOf(pfn: u32): usize {
  return rows + ((<usize>pfn) << 4);
}

function listOf(zone: u32, order: u32): usize {
  return lists + (((<usize>zone) << LIST_SHIFT) + ((<usize>order) << 3));
}

function zoneOf(pfn: u32): u32 {
  return u32(pfn >= boundary);
}

function push(pfn: u32, order: u32): void {
  const row = rowOf(pfn);
  const zone = zoneOf(pfn);
  const list = listOf(zone, order);
  const head = load<u32>(list);
  store<u32>(row, head, NEXT);
  store<u32>(row, NONE, PREV);
  store<u32>(row, FrameState.Free | (order << 8), TAG);
  store<u32>(list, pfn);
  store<u32>(list, load<u32>(list, 4) + 1, 4);
  if (head != NONE) store<u32>(rowOf(head), pfn, PREV);
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
  if (next != NONE) store<u32>(rowOf(next), prev, PREV);
  if (prev != NONE) store<u32>(rowOf(prev), next, NEXT);
  else {
    store<u32>(list, next);
    if (next == NONE) {
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
  let found = order + ctz<u32>(fitting);
  let list = listOf(zone, found);
  const pfn = load<u32>(list);
  const row = rowOf(pfn);
  const next = load<u32>(row, NEXT);
  const count = load<u32>(list, 4) - 1;
  store<u64>(list, <u64>next | ((<u64>count) << 32));
  let flipped: u32 = 0;
  if (next != NONE) store<u32>(rowOf(next), NONE, PREV);
  else flipped = 1 << found;
  if (found != order) {
    // Every list from `order` up to below `found` is empty: the upper halves become their only entries.
    flipped |= (1 << found) - (1 << order);
    do {
      found--;
      list -= 8;
      const upper = pfn + (1 << found);
      const upperRow = rowOf(upper);
      store<u64>(upperRow, ~(<u64>0), NEXT);
      store<u32>(upperRow, FrameState.Free | (found << 8), TAG);
      store<u64>(list, <u64>upper | ((<u64>1) << 32));
    } while (found != order);
  }
  if (flipped != 0) {
    const mask = masks + ((<usize>zone) << 2);
    store<u32>(mask, load<u32>(mask) ^ flipped);
  }
  // Unmovable + 1 is Movable; owner 0.
  store<u32>(row, (FrameState.Unmovable + u32(movable)) | (order << 8), TAG);
  free_ -= 1 << order;
  movable_ += u32(movable) << order;
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
  if (order > MAX_ORDER || pfn - firstPfn >= spanPages) return Status.Range;
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

// Puts frames that are in no list back, merged as far as their buddies are free.
function merge(first: u32, firstOrder: u32): void {
  let pfn = first;
  let order = firstOrder;
  let wanted: u32 = FrameState.Free | (order << 8);
  store<u32>(rowOf(pfn), FrameState.Inner, TAG);
  while (order < MAX_ORDER) {
    const buddy = pfn ^ (1 << order);
    const row = rowOf(buddy);
    if (load<u32>(row, TAG) != wanted) break;
    unlink(buddy, order);
    store<u32>(row, FrameState.Inner, TAG);
    pfn &= buddy;
    order++;
    wanted += 1 << 8;
  }
  push(pfn, order);
}

// ---- owners

/** Say who maps a movable frame and at which virtual page, so that it can be moved. Invalid: not an order-0 movable frame in use. */
export function setOwner(pfn: u32, owner: u32, page: u32): i32 {
  if (pfn - firstPfn >= spanPages) return Status.Range;
  const row = rowOf(pfn);
  if ((load<u32>(row, TAG) & 0xffff) != FrameState.Movable) return Status.Invalid;
  store<u16>(row, <u16>owner, OWNER);
  store<u32>(row, page, PAGE);
  return Status.Ok;
}

/** Owner of a frame; 0 nobody. */
export function getOwner(pfn: u32): u32 {
  return pfn - firstPfn < spanPages ? load<u16>(rowOf(pfn), OWNER) : 0;
}

/** Virtual page at which the owner maps the frame; valid where getOwner is not 0. */
export function getPage(pfn: u32): u32 {
  return pfn - firstPfn < spanPages ? load<u32>(rowOf(pfn), PAGE) : 0;
}

// ---- isolation: compaction holds the free parts of one aligned block back while it empties the rest

/** Hold back the aligned block of 2^order frames at `first`. Busy: one is held already, or all of it lies inside one block. */
export function isolate(first: u32, order: u32): i32 {
  if (order > MAX_ORDER || (first & ((1 << order) - 1)) != 0 || first - firstPfn >= spanPages) return Status.Range;
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

/** FrameState of a frame; Hole outside the map. */
export function frameState(pfn: u32): u32 {
  return pfn - firstPfn < spanPages ? load<u32>(rowOf(pfn), TAG) & 0xff : FrameState.Hole;
}

/** Order of the block that begins at a frame; 0 for holes and inner frames. */
export function blockOrder(pfn: u32): u32 {
  return (load<u32>(rowOf(pfn), TAG) >> 8) & 0xff;
}

/** First frame that has a row; a multiple of the largest block. */
export function spanFirst(): u32 {
  return firstPfn;
}

/** One past the last frame that has a row. */
export function spanEnd(): u32 {
  return firstPfn + spanPages;
}

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

/**
 * Frames of the longest run of free frames, as far as it can be known cheaply: adjacent largest blocks, and what is free
 * beside them; where no largest block is free, the largest block. One look a largest block: 128 at 512 MiB.
 */
export function largestRun(): u32 {
  const wanted: u32 = FrameState.Free | (MAX_ORDER << 8);
  const end = spanEnd();
  let longest = largestFree();
  if (longest < MAX_BLOCK) return longest;
  for (let pfn = firstPfn; pfn < end; pfn += MAX_BLOCK) {
    if (load<u32>(rowOf(pfn), TAG) != wanted) continue;
    let first = pfn;
    while (first > firstPfn) {
      const before = freeBlockBefore(first);
      if (before == first) break;
      first = before;
    }
    while (pfn + MAX_BLOCK < end && load<u32>(rowOf(pfn + MAX_BLOCK), TAG) == wanted) pfn += MAX_BLOCK;
    let last = pfn + MAX_BLOCK;
    while (last < end && frameState(last) == FrameState.Free) last += 1 << blockOrder(last);
    if (last - first > longest) longest = last - first;
  }
  return longest;
}

// First frame of the free block that ends just before `pfn`, or `pfn` where there is none.
function freeBlockBefore(pfn: u32): u32 {
  for (let order: u32 = 0; order < MAX_ORDER; order++) {
    const first = pfn - (1 << order);
    if (first < firstPfn || first > pfn) break;
    if ((load<u32>(rowOf(first), TAG) & 0xffff) == (FrameState.Free | (order << 8))) return first;
  }
  return pfn;
}

/** 1 − longest free run ÷ free frames, in ppm; 0 where nothing is free. */
export function fragmentationPpm(): u32 {
  return free_ == 0 ? 0 : PPM - <u32>((<u64>largestRun() * PPM) / free_);
}

// ---- proof

/** Walk every row and every list; returns the number of inconsistencies. 0: each frame is accounted for. */
export function verify(): u32 {
  let wrong: u32 = 0;
  let listed: u32 = 0;
  let held: u32 = 0;
  let movable: u32 = 0;
  let used: u32 = 0;
  const counted = verifyLists();
  wrong += <u32>(counted >> 32);
  const end = spanEnd();
  let pfn = firstPfn;
  while (pfn < end) {
    const state = frameState(pfn);
    const order = blockOrder(pfn);
    const size: u32 = 1 << order;
    if (state == FrameState.Hole) {
      pfn++;
      continue;
    }
    if (state == FrameState.Inner || state > <u32>FrameState.Hole || order > MAX_ORDER || (pfn & (size - 1)) != 0) {
      wrong++;
      pfn++;
      continue;
    }
    for (let i: u32 = 1; i < size; i++) if (frameState(pfn + i) != FrameState.Inner) wrong++;
    if (state == FrameState.Free) {
      listed += size;
      // Two free buddies must have merged.
      if (order < MAX_ORDER && (load<u32>(rowOf(pfn ^ size), TAG) & 0xffff) == (FrameState.Free | (order << 8))) wrong++;
    } else if (state == FrameState.Isolated) {
      held += size;
      if (pfn - isolatedFirst >= isolatedSpan) wrong++;
    } else {
      used += size;
      if (state == FrameState.Movable) movable += size;
    }
    pfn += size;
  }
  if (<u32>counted != listed) wrong++;
  if (listed + held != free_) wrong++;
  if (held != isolated_) wrong++;
  if (movable != movable_) wrong++;
  if (listed + held + used != managed) wrong++;
  return wrong;
}

// Low half: frames on the lists; high half: inconsistencies.
function verifyLists(): u64 {
  let wrong: u64 = 0;
  let pages: u32 = 0;
  for (let zone: u32 = 0; zone < 2; zone++) {
    for (let order: u32 = 0; order < ORDERS; order++) {
      let seen: u32 = 0;
      let prev = NONE;
      const expected = freeBlocks(zone, order);
      let pfn = load<u32>(listOf(zone, order));
      if (u32(pfn != NONE) != ((load<u32>(masks + ((<usize>zone) << 2)) >> order) & 1)) wrong++;
      while (pfn != NONE && seen <= expected) {
        if (pfn - firstPfn >= spanPages) {
          wrong++;
          break;
        }
        const row = rowOf(pfn);
        if ((load<u32>(row, TAG) & 0xffff) != (FrameState.Free | (order << 8))) wrong++;
        if (zoneOf(pfn) != zone || load<u32>(row, PREV) != prev) wrong++;
        prev = pfn;
        pfn = load<u32>(row, NEXT);
        seen++;
      }
      if (seen != expected) wrong++;
      pages += seen << order;
    }
  }
  return (wrong << 32) | pages;
}

// ---- lists of frames in use: whoever took a frame may link it through its row until it is given back

/** Next frame of the owner's list. */
export function nextInUse(pfn: u32): u32 {
  return load<u32>(rowOf(pfn), NEXT);
}

/** Frame before it in the owner's list. */
export function previousInUse(pfn: u32): u32 {
  return load<u32>(rowOf(pfn), PREV);
}

export function setNextInUse(pfn: u32, next: u32): void {
  store<u32>(rowOf(pfn), next, NEXT);
}

export function setPreviousInUse(pfn: u32, previous: u32): void {
  store<u32>(rowOf(pfn), previous, PREV);
}
