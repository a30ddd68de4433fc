// The metadata of page frames: one row of 16 bytes a frame, row of frame n at rows + 16·n. Who may change what: the state, order
// and links of free blocks are buddy.ts's alone; owner, page and the links of a frame in use are its user's. Pure: no host call.
//
//    0        4        8       9       10      11      12
//   +--------+--------+-------+-------+-------+-------+-------------+
//   | next   | prev   | state | order | owner | marks | page        |
//   +--------+--------+-------+-------+-------+-------+-------------+
//   next, prev   frame numbers: the free list of a free block, the owner's own list of a frame in use
//   state        of a block, in its first frame; every other frame of the block is Inner
//   owner, page  of a movable frame in use: who maps it (0: nobody yet) and at which virtual page; set by vm for compaction
//   marks        what reclaim knows of the page: its age, and Mark bits; 0 in a frame just taken
import { Status } from "../../abi/numbers";

/** Size of a row. */
export const ROW_BYTES: u32 = 16;
/** Offsets in a row. TAG is the u32 state | order << 8 | owner << 16 | marks << 24. */
export const NEXT: usize = 0;
export const PREV: usize = 4;
export const TAG: usize = 8;
const OWNER: usize = 10;
const MARKS: usize = 11;
const PAGE: usize = 12;

/** What a frame is. */
export const enum FrameState {
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

/** Marks of a page: the low bits are its age, scans since it was last found accessed. */
export const enum Mark {
  Age = 15,
  /** just mapped: it stays until its process was seen to touch it, else two that starve could take it from each other for ever */
  New = 32,
  /** it would not shrink; not tried again before it is written */
  Refused = 64,
  /** its process offered it */
  Offered = 128,
}

let rows: usize = 0;
let firstPfn: u32 = 0;
let spanPages: u32 = 0;

/** Rows for frames first … first + count − 1 lie at `metadata`, zeroed. */
export function placeRows(metadata: usize, first: u32, count: u32): void {
  firstPfn = first;
  spanPages = count;
  rows = metadata - ((<usize>first) << 4);
}

/** Address of a frame's row; only for frames that have one. */
export function rowOf(pfn: u32): usize {
  return rows + ((<usize>pfn) << 4);
}

/** Whether a frame has a row. */
export function hasRow(pfn: u32): bool {
  return pfn - firstPfn < spanPages;
}

/** FrameState of a frame; Hole outside the map. */
export function frameState(pfn: u32): u32 {
  return hasRow(pfn) ? load<u32>(rowOf(pfn), TAG) & 0xff : FrameState.Hole;
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

// ---- owners

/** Say who (1 … 255) maps a movable frame and at which virtual page, so that it can be moved. Invalid: not an order-0 movable frame in use. */
export function setOwner(pfn: u32, owner: u32, page: u32): i32 {
  if (!hasRow(pfn)) return Status.Range;
  const row = rowOf(pfn);
  if ((load<u32>(row, TAG) & 0xffff) != FrameState.Movable) return Status.Invalid;
  store<u8>(row, <u8>owner, OWNER);
  store<u32>(row, page, PAGE);
  return Status.Ok;
}

/** Owner of a frame; 0 nobody. */
export function getOwner(pfn: u32): u32 {
  return hasRow(pfn) ? load<u8>(rowOf(pfn), OWNER) : 0;
}

/** Mark bits and age of a frame in use. */
export function getMarks(pfn: u32): u32 {
  return load<u8>(rowOf(pfn), MARKS);
}

export function setMarks(pfn: u32, marks: u32): void {
  store<u8>(rowOf(pfn), <u8>marks, MARKS);
}

/** The page moved: what is known of it goes along. */
export function copyMarks(to: u32, from: u32): void {
  setMarks(to, getMarks(from));
}

/** Virtual page at which the owner maps the frame; valid where getOwner is not 0. */
export function getPage(pfn: u32): u32 {
  return hasRow(pfn) ? load<u32>(rowOf(pfn), PAGE) : 0;
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
