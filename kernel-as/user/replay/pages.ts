// The pages of a replayed process: reserved and touched, by the rules of tools/episodes/types.ts; the simulator's twin is
// tools/sim/operations.ts. Pages lie at the end of linear memory; nothing else grows after setUp.
import { Control, PAGE_BYTES } from "../../abi/numbers";
import * as sys from "../../abi/sys";
import { fill, setU64 } from "../../lib/bytes";

const WASM_PAGE: u64 = 65536;
const WORDS: u32 = PAGE_BYTES / 8;

let base: usize = 0;
/** Pages behind `base` that linear memory has. */
let room: u64 = 0;
let reserved: u32 = 0;
let touched: u32 = 0;
let again: u32 = 0;
/** Pages of blocks that were not to be had: freed first. */
let missing: u32 = 0;
let randomWords: u32 = WORDS;
let state: u64 = 1;

/** @param compressPct share of a page that a codec can save: zeros at its end */
export function setUp(pid: u32, compressPct: u32): void {
  base = (memory.size() as usize) << 16;
  randomWords = (WORDS * (100 - compressPct)) / 100;
  state = (<u64>pid + 1) * 0x9e3779b97f4a7c15;
}

/** Reserves pages. False where linear memory may not grow any more. */
export function reserve(pages: u32): bool {
  const wanted = <u64>reserved + pages;
  if (wanted > room) {
    const more = ((wanted - room) * PAGE_BYTES + WASM_PAGE - 1) / WASM_PAGE;
    if (memory.grow(<i32>more) < 0) return false;
    room += (more * WASM_PAGE) / PAGE_BYTES;
  }
  reserved += pages;
  return true;
}

/** Blocks of 2^order pages: each is asked for; one that is there is taken at once, page by page. */
export function reserveBlocks(pages: u32, order: u32): bool {
  const block: u32 = 1 << order;
  for (let done: u32 = 0; done < pages; done += block) {
    if (sys.control(Control.TryOrder, order, 0, 0, 0) < 0) {
      missing += block;
      continue;
    }
    if (!reserve(block)) return false;
    touch(block);
  }
  return true;
}

function address(page: u32): usize {
  return base + (page as usize) * PAGE_BYTES;
}

function writeFresh(page: u32): void {
  const at = address(page);
  for (let i: u32 = 0; i < randomWords; i++) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    setU64(at + i * 8, state);
  }
  if (randomWords < WORDS) fill(at + randomWords * 8, 0, (WORDS - randomWords) * 8);
}

/** Writes pages: new ones first, then those written longest ago. */
export function touch(pages: u32): void {
  for (let i: u32 = 0; i < pages; i++) {
    if (touched < reserved) writeFresh(touched++);
    else if (touched > 0) {
      setU64(address(again), <u64>i + 1);
      if (++again >= touched) again = 0;
    }
  }
}

/** Gives the top pages back. */
export function release(pages: u32): void {
  const gone = min(pages, missing);
  missing -= gone;
  reserved -= min(pages - gone, reserved);
  if (touched > reserved) {
    sys.memory_release(address(reserved), (touched - reserved) * PAGE_BYTES);
    touched = reserved;
  }
  if (again >= touched) again = 0;
}
