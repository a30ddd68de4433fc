// Where in the pool's frames a compressed page lies: each frame is 64 granules of 64 bytes with a bit each. Knows frame numbers
// and granules only, never bytes, pages or processes (zpool-table.ts, zpool.ts). Pure: no host call; memory sized at boot.
//
//    row of 24 bytes, by index:  0 used: bit i is granule i | 8 pfn | 12 next | 16 prev | 20 run | 24
//    run     longest run of free granules; the frames of one run form a list, so the tightest fit is one ctz away
//    next    also links the rows that are free
import { setOwner } from "./frame-rows";

export const GRANULE_BYTES: u32 = 64;
export const GRANULES: u32 = 64;
export const NO_INDEX: u32 = 0xffff_ffff;
/** Owner in the frame rows of the pool's frames; "page" is then the row's index. Processes have 1 … PROCESSES. */
export const POOL_OWNER: u32 = 255;
const ROW_BYTES: u32 = 24;
const ALL_USED: u64 = ~(<u64>0);

@unmanaged
class PoolFrame {
  used: u64;
  pfn: u32;
  next: u32;
  prev: u32;
  run: u32;
}

const heads: usize = memory.data(260, 4);
let rows: usize = 0;
let room: u32 = 0;
let firstFree: u32 = NO_INDEX;
let untouched: u32 = 0;
let count_: u32 = 0;
// Bit r: some frame's longest free run is r. Full frames (0) and fresh ones (64) are not looked for.
let mask: u64 = 0;

/** Bytes of rows for `capacity` frames. */
export function poolRowBytes(capacity: u32): usize {
  return <usize>capacity * ROW_BYTES;
}

/** Begin, with poolRowBytes(capacity) at `base`. */
export function initPoolFrames(base: usize, capacity: u32): void {
  rows = base;
  room = capacity;
  firstFree = NO_INDEX;
  untouched = 0;
  count_ = 0;
  mask = 0;
  memory.fill(heads, 0xff, 260);
}

function rowAt(index: u32): PoolFrame {
  return changetype<PoolFrame>(rows + <usize>index * ROW_BYTES);
}

/** Frames of the pool. */
export function poolFrameCount(): u32 {
  return count_;
}

/** Frames that there are rows for. */
export function poolFrameCapacity(): u32 {
  return room;
}

export function poolFramePfn(index: u32): u32 {
  return rowAt(index).pfn;
}

/** Granules in use of a frame, a bit each. */
export function poolFrameUsed(index: u32): u64 {
  return rowAt(index).used;
}

/** A frame joins the pool, empty. Its index, or NO_INDEX where every row is taken. Use it at once: an empty frame is not found. */
export function addPoolFrame(pfn: u32): u32 {
  let index = firstFree;
  if (index != NO_INDEX) firstFree = rowAt(index).next;
  else if (untouched < room) index = untouched++;
  else return NO_INDEX;
  const row = rowAt(index);
  row.used = 0;
  row.pfn = pfn;
  link(index, GRANULES);
  setOwner(pfn, POOL_OWNER, index);
  count_++;
  return index;
}

/** An empty frame leaves the pool. Its pfn, the caller's again. */
export function removePoolFrame(index: u32): u32 {
  const row = rowAt(index);
  assert(row.used == 0, "a frame of the pool is given back in use");
  unlink(index);
  row.next = firstFree;
  firstFree = index;
  count_--;
  return row.pfn;
}

/** Compaction moved a frame's bytes to `pfn`. */
export function movePoolFrame(index: u32, pfn: u32): void {
  rowAt(index).pfn = pfn;
}

function link(index: u32, run: u32): void {
  const row = rowAt(index);
  const head = heads + (run << 2);
  row.run = run;
  row.prev = NO_INDEX;
  row.next = load<u32>(head);
  if (row.next != NO_INDEX) rowAt(row.next).prev = index;
  store<u32>(head, index);
  if (run < GRANULES) mask |= (<u64>1) << run;
}

function unlink(index: u32): void {
  const row = rowAt(index);
  if (row.next != NO_INDEX) rowAt(row.next).prev = row.prev;
  if (row.prev != NO_INDEX) rowAt(row.prev).next = row.next;
  else {
    store<u32>(heads + (row.run << 2), row.next);
    if (row.next == NO_INDEX && row.run < GRANULES) mask &= ~((<u64>1) << row.run);
  }
}

/** Frame whose longest run is the shortest that holds `granules` (1 … 63), or NO_INDEX. */
export function findRun(granules: u32): u32 {
  const fitting = mask >> granules;
  return fitting == 0 ? NO_INDEX : load<u32>(heads + ((granules + <u32>ctz(fitting)) << 2));
}

/** Frame with the longest run of all that are neither full nor empty, or NO_INDEX. */
export function findLongest(): u32 {
  const partly = mask & ~(<u64>1);
  return partly == 0 ? NO_INDEX : load<u32>(heads + ((63 - <u32>clz(partly)) << 2));
}

/** Longest run of free granules of a frame. */
export function runOf(index: u32): u32 {
  return rowAt(index).run;
}

/** Longest run of zero bits. */
function longestRun(used: u64): u32 {
  let free = ~used;
  if (free == ALL_USED) return GRANULES;
  let run: u32 = 0;
  for (; free != 0; run++) free &= free >> 1;
  return run;
}

// `granules` ones from bit `at` on; 1 … 64.
function bits(at: u32, granules: u32): u64 {
  return (ALL_USED >> (64 - granules)) << at;
}

function changeUsed(index: u32, used: u64): void {
  unlink(index);
  rowAt(index).used = used;
  link(index, longestRun(used));
}

/** Takes `granules` of a frame whose run holds them; the lowest ones. Their first granule. */
export function takeGranules(index: u32, granules: u32): u32 {
  const used = rowAt(index).used;
  // Bit i stays where granules i … i + have − 1 are free.
  let free = ~used;
  let have: u32 = 1;
  while (have < granules) {
    const step = min(have, granules - have);
    free &= free >> step;
    have += step;
  }
  assert(free != 0, "a frame of the pool has no such run");
  const at = <u32>ctz(free);
  changeUsed(index, used | bits(at, granules));
  return at;
}

/** Gives granules back. True where the frame is empty now. */
export function giveGranules(index: u32, at: u32, granules: u32): bool {
  const used = rowAt(index).used;
  const given = bits(at, granules);
  assert((used & given) == given, "granules of the pool are given back twice");
  changeUsed(index, used & ~given);
  return used == given;
}

/** Whether the granules are in use; for the check. */
export function granulesUsed(index: u32, at: u32, granules: u32): bool {
  const wanted = bits(at, granules);
  return index < untouched && (rowAt(index).used & wanted) == wanted;
}

/** For the check: low half granules in use in all frames, high half rows and lists that contradict each other. */
export function verifyPoolFrames(): u64 {
  let granules: u64 = 0;
  let wrong: u64 = 0;
  let seen: u32 = 0;
  for (let run: u32 = 0; run <= GRANULES; run++) {
    let prev = NO_INDEX;
    let index = load<u32>(heads + (run << 2));
    if (run < GRANULES && u32(index != NO_INDEX) != <u32>((mask >> run) & 1)) wrong++;
    while (index != NO_INDEX && seen <= count_) {
      const row = rowAt(index);
      if (row.run != run || row.prev != prev || longestRun(row.used) != run || row.used == 0) wrong++;
      granules += popcnt(row.used);
      seen++;
      prev = index;
      index = row.next;
    }
  }
  if (seen != count_) wrong++;
  return granules | (wrong << 32);
}
