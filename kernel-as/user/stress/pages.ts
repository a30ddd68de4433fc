// The pages a worker holds: a run of whole pages at the end of linear memory, touched one by one and given back with memory_release.
// A page that was given back is touched again before it counts as held.
import { PAGE_BYTES } from "../../abi/numbers";
import * as sys from "../../abi/sys";
import { getU64, setU64 } from "../../lib/bytes";

/** a step of memory.grow: 64 KiB */
const GROW_BYTES: u64 = 65536;
const PAGES_PER_GROW: u32 = (GROW_BYTES / PAGE_BYTES) as u32;
const MIX: u64 = 0x9e3779b97f4a7c15;

/** address of page 0 */
let base: usize = 0;
/** pages of the run that memory.grow gave */
let reserved: u32 = 0;
/** pages 0 … held − 1 are touched, but for the holes */
let held: u32 = 0;
/** 0 or 1: pages of this parity were given back; 2: none */
let holes: u32 = 2;
let full: bool = false;
let verified: u32 = 0;
/** differs between workers: a frame of another one is seen too */
let salt: u64 = 0;

/** The run begins where linear memory ends now. */
export function setUp(ownSalt: u64): void {
  salt = ownSalt;
  base = (memory.size() as usize) << 16;
}

export function heldPages(): u32 {
  return held;
}
/** memory.grow was refused: the program's limit is reached. */
export function isFull(): bool {
  return full && held == reserved;
}
/** No page was given back from between others. */
export function allTouched(): bool {
  return holes == 2;
}

function address(page: u32): usize {
  return base + (page as usize) * PAGE_BYTES;
}

/** What page `page` holds. */
function mark(page: u32): u64 {
  return (((page as u64) + 1) * MIX) ^ salt;
}

/** Takes `count` more pages; fewer where linear memory is at its limit. */
export function grow(count: u32): void {
  for (let i: u32 = 0; i < count; i++) {
    if (held == reserved) {
      if (full || memory.grow(1) < 0) {
        full = true;
        return;
      }
      reserved += PAGES_PER_GROW;
    }
    setU64(address(held), mark(held));
    held++;
  }
}

/** Gives all pages from `count` on back. */
export function shrink(count: u32): void {
  if (count >= held) return;
  sys.memory_release(address(count), (held - count) * PAGE_BYTES);
  held = count;
  if (count == 0) holes = 2;
}

/** Gives every other page back, from `first` (0 or 1) on. */
export function shrinkAlternating(first: u32): void {
  for (let page = first; page < held; page += 2) sys.memory_release(address(page), PAGE_BYTES);
  holes = first;
}

/** Looks at the next `count` pages, in turns. False where one does not hold what was put there. */
export function verify(count: u32): bool {
  for (let i: u32 = 0; i < count && held > 0; i++) {
    if (verified >= held) verified = 0;
    const page = verified++;
    if (page % 2 == holes) continue;
    if (getU64(address(page)) != mark(page)) return false;
  }
  return true;
}
