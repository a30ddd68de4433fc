// Where the bytes of files in memory lie: frames, found through an inode and two levels of frames full of frame numbers. Pages that
// were never written have no frame and read as zeros. Every frame counts against the limit of the file system.
//
//   page 0…7            the inode names the frame
//   page 8…1031         single → 1024 frames
//   page 1032…1049607   double → 1024 × (→ 1024 frames)
import { frame_read, frame_write, frame_zero } from "../../../abi/host";
import { PAGE_BYTES } from "../../../abi/numbers";
import { FrameUse, giveFrame, takeFrame } from "../../mm/frames";
import { queueWork, Work } from "../../work";
import { DIRECT, giveInode, Inode, inodeAt, takeInode } from "./inodes";

const FAN: u32 = PAGE_BYTES / 4;
const DOUBLE_AT: u32 = DIRECT + FAN;
const PAGES: u32 = DOUBLE_AT + FAN * FAN;
/** Largest file. */
export const FILE_BYTES: u64 = (<u64>PAGES) << 12;
/** Pages that are given back at once; more go by and by. */
const AT_ONCE: u32 = 64;
/** Pages that one step gives back. */
const STEP_PAGES: u32 = 512;

const word: usize = memory.data(4, 4);
let limitPages: u32 = 0;
let usedPages: u32 = 0;
/** Inodes whose frames are on their way back; the first + 1. */
let dying: u32 = 0;
let queued: bool = false;

export function setPageLimit(pages: u32): void {
  limitPages = pages;
}

export function pageLimit(): u32 {
  return limitPages;
}

export function pagesUsed(): u32 {
  return usedPages;
}

/** Frames that an inode holds, those full of frame numbers too. */
export function countFrames(inode: Inode): u32 {
  let frames: u32 = 0;
  for (let page: u32 = 0; page < DIRECT; page++) if (load<u32>(directAt(inode, page)) != 0) frames++;
  frames += countIn(inode.single);
  if (inode.double == 0) return frames;
  frames++;
  for (let at: u32 = 0; at < FAN; at++) frames += countIn(wordOf(inode.double, at));
  return frames;
}

function countIn(table: u32): u32 {
  if (table == 0) return 0;
  let frames: u32 = 1;
  for (let at: u32 = 0; at < FAN; at++) if (wordOf(table, at) != 0) frames++;
  return frames;
}

// ---- frames full of frame numbers

function wordOf(table: u32, at: u32): u32 {
  if (table == 0) return 0;
  frame_read(table - 1, at << 2, word, 4);
  return load<u32>(word);
}

function setWord(table: u32, at: u32, value: u32): void {
  store<u32>(word, value);
  frame_write(table - 1, at << 2, word, 4);
}

function directAt(inode: Inode, page: u32): usize {
  return changetype<usize>(inode) + offsetof<Inode>("direct0") + ((<usize>page) << 2);
}

/** Frame number + 1 of a page; 0 none. */
export function frameOf(inode: Inode, page: u32): u32 {
  if (page < DIRECT) return load<u32>(directAt(inode, page));
  if (page < DOUBLE_AT) return wordOf(inode.single, page - DIRECT);
  const at = page - DOUBLE_AT;
  return wordOf(wordOf(inode.double, at / FAN), at % FAN);
}

// A zeroed frame, as its number + 1; 0 where there is none.
function take(): u32 {
  if (usedPages >= limitPages) finishDying();
  if (usedPages >= limitPages) return 0;
  let pfn = takeFrame(FrameUse.Files);
  if (pfn < 0 && dying != 0) {
    finishDying();
    pfn = takeFrame(FrameUse.Files);
  }
  if (pfn < 0) return 0;
  frame_zero(<u32>pfn, 1);
  usedPages++;
  return <u32>pfn + 1;
}

function give(frame: u32): void {
  giveFrame(frame - 1, FrameUse.Files);
  usedPages--;
}

/** The frame of a page, taken where it has none: its number + 1; 0 where the file system or the memory is full. */
export function ensureFrame(inode: Inode, page: u32): u32 {
  const known = frameOf(inode, page);
  if (known != 0) return known;
  if (page < DIRECT) {
    const frame = take();
    store<u32>(directAt(inode, page), frame);
    if (frame != 0) noteEnd(inode, page);
    return frame;
  }
  // What is taken on the way is found by trimPages even where the rest fails.
  noteEnd(inode, page);
  if (page < DOUBLE_AT) {
    if (inode.single == 0) inode.single = take();
    return inode.single == 0 ? 0 : fill(inode.single, page - DIRECT);
  }
  const at = page - DOUBLE_AT;
  if (inode.double == 0) inode.double = take();
  if (inode.double == 0) return 0;
  let table = wordOf(inode.double, at / FAN);
  if (table == 0) table = fill(inode.double, at / FAN);
  return table == 0 ? 0 : fill(table, at % FAN);
}

function fill(table: u32, at: u32): u32 {
  const frame = take();
  if (frame != 0) setWord(table, at, frame);
  return frame;
}

function noteEnd(inode: Inode, page: u32): void {
  if (page >= inode.endPage) inode.endPage = page + 1;
}

/** Gives frames back from the end until `keep` pages are left, at most `most` pages looked at. True when it is done. */
export function trimPages(inode: Inode, keep: u32, most: u32): bool {
  for (let left = most; inode.endPage > keep; left--) {
    if (left == 0) return false;
    trimLast(inode, inode.endPage - 1);
  }
  return true;
}

function trimLast(inode: Inode, page: u32): void {
  inode.endPage = page;
  if (page < DIRECT) {
    const frame = load<u32>(directAt(inode, page));
    if (frame != 0) give(frame);
    store<u32>(directAt(inode, page), 0);
    return;
  }
  if (page < DOUBLE_AT) {
    inode.single = trimIn(inode.single, page - DIRECT);
    if (inode.single == 0) inode.endPage = DIRECT;
    return;
  }
  const at = page - DOUBLE_AT;
  const table = wordOf(inode.double, at / FAN);
  const rest = trimIn(table, at % FAN);
  if (rest != 0) return;
  if (table != 0) setWord(inode.double, at / FAN, 0);
  inode.endPage = DOUBLE_AT + (at / FAN) * FAN;
  if (at / FAN != 0) return;
  if (inode.double != 0) give(inode.double);
  inode.double = 0;
}

// Empties place `at` of a table, the last that is used; the table goes with its first place. What is left of it.
function trimIn(table: u32, at: u32): u32 {
  if (table == 0) return 0;
  const frame = wordOf(table, at);
  if (frame != 0) {
    setWord(table, at, 0);
    give(frame);
  }
  if (at != 0) return table;
  give(table);
  return 0;
}

/** An inode without a name that nobody has open: its frames go back, at once or by and by, then the inode. */
export function discard(index: u32): void {
  const inode = inodeAt(index);
  if (trimPages(inode, 0, AT_ONCE)) {
    giveInode(index);
    return;
  }
  inode.parent = dying;
  dying = index + 1;
  if (queued) return;
  queued = true;
  queueWork(Work.Files, 0);
}

/** Empties a file whose inode stays. */
export function dropAll(inode: Inode): void {
  if (inode.endPage > AT_ONCE) {
    // Another inode takes over the frames and is discarded.
    const heir = takeInode(inode.type);
    if (heir >= 0) {
      const from = changetype<usize>(inode) + offsetof<Inode>("endPage");
      const bytes = offsetof<Inode>() - offsetof<Inode>("endPage");
      memory.copy(changetype<usize>(inodeAt(heir)) + offsetof<Inode>("endPage"), from, bytes);
      memory.fill(from, 0, bytes);
      discard(heir);
      return;
    }
  }
  trimPages(inode, 0, u32.MAX_VALUE);
}

/** One step of giving frames of discarded inodes back. True when none is left. */
export function discardStep(_subject: i32): bool {
  clearFirst();
  queued = dying != 0;
  return !queued;
}

function clearFirst(): void {
  if (dying == 0) return;
  const index = dying - 1;
  if (!trimPages(inodeAt(index), 0, STEP_PAGES)) return;
  dying = inodeAt(index).parent;
  giveInode(index);
}

function finishDying(): void {
  while (dying != 0) clearFirst();
}
