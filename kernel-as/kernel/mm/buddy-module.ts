// The allocator alone as a wasm module, for `npm run bench -- allocator`: measured against its C twin, and driven through ten
// million operations against a model. Not part of kernel.wasm. Imports nothing.
import { Rng } from "../../lib/rng";
import * as buddy from "./buddy";
import { verify } from "./buddy-check";

// init, isolate and releaseIsolated are there so that the optimiser may not take their state for constants.
export { alloc, free, freePages, init, isolate, managedPages, releaseIsolated } from "./buddy";
export { verify } from "./buddy-check";

/** Frames the managed range has holes at: the first page, and one inside, as real memory maps do. */
const HOLE_FIRST: u32 = 159;
const HOLE_END: u32 = 700;

/** An allocator over `frames` frames but for two holes. Frames managed, or a Status. */
export function setup(frames: u32): i32 {
  const at = (__heap_base + 15) & ~15;
  const end = at + buddy.metadataBytes(0, frames);
  const missing = <i32>((end + 0xffff) >> 16) - memory.size();
  if (missing > 0) memory.grow(missing);
  memory.fill(at, 0, end - at);
  let status = buddy.init(at, 0, frames);
  if (status == 0) status = buddy.addRange(1, HOLE_FIRST - 1);
  if (status == 0) status = buddy.addRange(HOLE_END, frames - HOLE_END);
  if (status == 0) status = buddy.seal(250_000);
  return status < 0 ? status : verify() == 0 ? buddy.managedPages() : -1;
}

/** Room for the script and the slots that churn reads; after the metadata. 0: no memory left. */
export function scratch(bytes: u32): usize {
  const at = (<usize>memory.size()) << 16;
  return memory.grow(<i32>((bytes + 0xffff) >> 16)) < 0 ? 0 : at;
}

/** Slots of a script. */
const SLOTS: u32 = 65536;
const rng = changetype<Rng>(memory.data(32, 8));

/**
 * Write a script of `count` words: each names a slot (bits 0–15), an order (16–19) and movable (20).
 * mixed 0: one frame is taken and given back at once, which splits a largest block ten times and merges it again.
 * mixed 1: random slots, seven of eight of order 0, the rest up to order 10, a quarter unmovable, the slots half full.
 */
export function fillScript(script: usize, count: u32, mixed: u32): void {
  rng.seed(42);
  for (let i: u32 = 0; i < count; i++) {
    let word: u32 = 1 << 20;
    if (mixed != 0) {
      const order = rng.below(8) != 0 ? 0 : rng.below(128) != 0 ? rng.below(4) : rng.below(11);
      word = rng.below(SLOTS) | (order << 16) | (u32(rng.below(4) != 0) << 20);
    }
    store<u32>(script + ((<usize>i) << 2), word);
  }
}

/**
 * Play a script. A slot that holds a block frees it, an empty one allocates. Slots are u32: pfn + 1 | order << 24, 0 empty.
 * Returns a sum over the frames given, equal for equal algorithms.
 */
export function churn(script: usize, count: u32, slots: usize): u32 {
  let sum: u32 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const word = load<u32>(script + ((<usize>i) << 2));
    const slot = slots + ((<usize>(word & 0xffff)) << 2);
    const held = load<u32>(slot);
    if (held != 0) {
      buddy.free((held & 0xff_ffff) - 1, held >> 24);
      store<u32>(slot, 0);
    } else {
      const order = (word >> 16) & 15;
      const pfn = buddy.alloc(order, ((word >> 20) & 1) != 0);
      if (pfn >= 0) store<u32>(slot, (pfn + 1) | (order << 24));
      sum = sum * 31 + pfn;
    }
  }
  return sum;
}
