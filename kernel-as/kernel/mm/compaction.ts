// Compaction: empty one aligned block of frames by moving its movable pages elsewhere, a few pages at a time.
// Not the copying (that is the caller's migrate) and not the decision when to compact. Pure: sits on buddy.ts alone.
//
// A run goes through three phases, each in pieces that the budget limits, with anything allowed to happen between two pieces:
//   1. search   one pass over the metadata: the aligned block without an unmovable frame or a hole that has the fewest
//               movable frames in use. That number is also the least that any plan can move: some such block must be emptied.
//   2. isolate  its free parts leave the free lists, so that nothing new is placed into it; what is freed there joins them.
//   3. move     each page in use: a frame outside, migrate, free the old frame. When none is left the whole block is free.
// It ends early and well where a block of the wanted order turns up by itself. Where the allocator runs dry it takes the held
// frames back (an allocation matters more than a large block) and the run ends with NoMemory.
import { CompactResult } from "../../abi/layouts";
import { Status } from "../../abi/numbers";
import * as buddy from "./buddy";
import { MAX_ORDER } from "./buddy";
import { blockOrder, FrameState, frameState, getOwner, getPage, setOwner, spanEnd, spanFirst } from "./frame-rows";

/**
 * Copies the page in frame `from` to frame `to` and makes owner's virtual page `page` point there.
 * Ok; NotFound: the owner no longer maps `from` there, and its frame is about to be freed; Busy: not now. Else the run fails.
 */
export type Migrate = (from: u32, to: u32, owner: u32, page: u32) => i32;

/** Rows that count as one page of budget while searching: reading a row costs far less than copying 4 KiB. */
export const ROWS_PER_PAGE: u32 = 256;
/** Passes over a block whose pages were Busy before the run gives up. */
const MAX_PASSES: u32 = 8;
/** Searches again where the chosen block was taken between two pieces. */
const MAX_SEARCHES: u32 = 4;
const NO_BLOCK: u32 = 0xffff_ffff;

enum Phase {
  Idle = 0,
  Search = 1,
  Move = 2,
}

let phase: u32 = Phase.Idle;
let order_: u32 = 0;
let status_: i32 = Status.Ok;
let moved_: u32 = 0;
let least: u32 = 0;
let before: u32 = 0;
let after: u32 = 0;
let cursor: u32 = 0;
let best: u32 = NO_BLOCK;
let bestCost: u32 = 0;
let searches: u32 = 0;
let passes: u32 = 0;

/** Start a run for a free block of 2^order frames. Range: order > 10; Busy: a run is under way. */
export function begin(order: u32): i32 {
  if (order > MAX_ORDER) return Status.Range;
  if (phase != Phase.Idle) return Status.Busy;
  order_ = order;
  status_ = Status.Again;
  moved_ = 0;
  least = 0;
  searches = 0;
  before = after = buddy.largestFree();
  startSearch();
  return Status.Ok;
}

/** Whether a run is under way. */
export function active(): bool {
  return phase != Phase.Idle;
}

/** Go on for at most about `pages` pages of work (≥ 1). Returns 1 while there is more to do, 0 when the run has ended. */
export function step(pages: u32, migrate: Migrate): i32 {
  if (phase == Phase.Idle) return 0;
  if (served()) return finish(Status.Ok);
  return phase == Phase.Search ? search(pages) : move(pages, migrate);
}

/** End the run now; the frames held back return to the free lists. */
export function cancel(): void {
  if (phase != Phase.Idle) finish(Status.Interrupted);
}

/** What the last run did, or this one so far (status Again). elapsedNs is the caller's to fill. */
export function result(out: CompactResult): void {
  out.order = order_;
  out.status = status_;
  out.moved = moved_;
  out.leastPossible = least;
  out.largestBeforePages = before;
  out.largestAfterPages = phase == Phase.Idle ? after : buddy.largestFree();
  out.elapsedNs = 0;
}

// Whether a free block of the wanted order exists.
function served(): bool {
  return buddy.largestOrder() >= <i32>order_;
}

// Ends the run; returns what step returns then.
function finish(status: i32): i32 {
  phase = Phase.Idle;
  if (buddy.isolatedBlock() != 0) buddy.releaseIsolated();
  after = buddy.largestFree();
  status_ = served() ? Status.Ok : status;
  return 0;
}

// ---- search

function startSearch(): void {
  phase = Phase.Search;
  cursor = spanFirst();
  best = NO_BLOCK;
  bestCost = 1 << order_;
  searches++;
}

// On a tie the later block wins: it lies in the movable zone, and the unmovable one keeps its free frames.
function search(pages: u32): i32 {
  // Not even an empty machine of this many free frames could hold such a block.
  if (buddy.freePages() < 1 << order_) return finish(Status.NoMemory);
  const size: u32 = 1 << order_;
  const end = spanEnd();
  let rows = <i32>(pages * ROWS_PER_PAGE);
  while (cursor < end && rows > 0) {
    const looked = weigh(cursor, size);
    if (cost <= bestCost) {
      best = cursor;
      bestCost = cost;
    }
    rows -= looked;
    cursor += size;
  }
  return cursor >= end ? choose() : 1;
}

// Movable frames in use in the block that weigh looked at last; NO_BLOCK where it cannot be emptied (or is dearer than the best).
let cost: u32 = 0;

// Weighs one candidate; returns how many rows it read.
function weigh(first: u32, size: u32): i32 {
  const end = first + size;
  let looked = 0;
  cost = 0;
  for (let pfn = first; pfn < end; ) {
    const state = frameState(pfn);
    looked++;
    if (state == FrameState.Free || state == FrameState.Isolated) pfn += 1 << blockOrder(pfn);
    else if (state == FrameState.Movable && blockOrder(pfn) == 0 && getOwner(pfn) != 0 && cost < bestCost) {
      cost++;
      pfn++;
    } else {
      cost = NO_BLOCK;
      break;
    }
  }
  return looked;
}

function choose(): i32 {
  if (best == NO_BLOCK) return finish(Status.NotFound);
  // The block may have changed since it was weighed.
  bestCost = 1 << order_;
  weigh(best, 1 << order_);
  if (cost == NO_BLOCK || buddy.isolate(best, order_) != Status.Ok) {
    if (searches == MAX_SEARCHES) return finish(Status.Busy);
    startSearch();
    return 1;
  }
  least = cost;
  phase = Phase.Move;
  cursor = best;
  passes = 0;
  return 1;
}

// ---- move

function move(pages: u32, migrate: Migrate): i32 {
  const end = best + (1 << order_);
  let budget = <i32>pages;
  while (budget > 0) {
    if (buddy.isolatedBlock() == 0) return finish(Status.NoMemory);
    if (cursor >= end) {
      // A block that is wholly free now, or pages that could not be moved yet.
      if (buddy.isolatedPages() == 1 << order_) return finish(Status.Ok);
      if (++passes == MAX_PASSES) return finish(Status.Busy);
      cursor = best;
      return 1;
    }
    if (frameState(cursor) != FrameState.Movable) {
      cursor += 1 << blockOrder(cursor);
      continue;
    }
    budget--;
    const status = moveOne(cursor, migrate);
    if (status == Status.Ok) moved_++;
    else if (status != Status.NotFound && status != Status.Busy) return finish(status);
    cursor++;
  }
  return 1;
}

function moveOne(from: u32, migrate: Migrate): i32 {
  const owner = getOwner(from);
  const page = getPage(from);
  if (owner == 0) return Status.Busy;
  const to = buddy.alloc(0, true);
  if (to < 0) return to;
  // Running dry made the allocator take the held block back, so `to` may lie inside it: nothing to gain any more.
  const status = buddy.isolatedBlock() == 0 ? Status.NoMemory : migrate(from, to, owner, page);
  if (status != Status.Ok) {
    buddy.free(to, 0);
    return status;
  }
  setOwner(to, owner, page);
  return buddy.free(from, 0);
}
