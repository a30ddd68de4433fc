// How scattered the free memory is: the longest run of free frames, and fragmentation from it. A block's size ends at 2^10
// frames, so that the largest block says nothing about a machine with much free memory; the longest run does. Pure.
import { PPM } from "../../lib/fixed";
import { freePages, largestFree, MAX_ORDER } from "./buddy";
import { blockOrder, FrameState, frameState, rowOf, spanEnd, spanFirst, TAG } from "./frame-rows";

const MAX_BLOCK: u32 = 1 << MAX_ORDER;

/**
 * Frames of the longest run of free frames, as far as it can be known cheaply: adjacent largest blocks, and what is free
 * beside them; where no largest block is free, the largest block. One look a largest block: 128 at 512 MiB.
 */
export function largestRun(): u32 {
  const wanted: u32 = FrameState.Free | (MAX_ORDER << 8);
  const end = spanEnd();
  let longest = largestFree();
  if (longest < MAX_BLOCK) return longest;
  for (let pfn = spanFirst(); pfn < end; pfn += MAX_BLOCK) {
    if (load<u32>(rowOf(pfn), TAG) != wanted) continue;
    let first = pfn;
    while (first > spanFirst()) {
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
    if (first < spanFirst() || first > pfn) break;
    if ((load<u32>(rowOf(first), TAG) & 0xffff) == (FrameState.Free | (order << 8))) return first;
  }
  return pfn;
}

/** 1 − longest free run ÷ free frames, in ppm; 0 where nothing is free. */
export function fragmentationPpm(): u32 {
  return freePages() == 0 ? 0 : PPM - <u32>((<u64>largestRun() * PPM) / freePages());
}
