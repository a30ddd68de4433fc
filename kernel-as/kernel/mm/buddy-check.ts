// The proof that no frame is lost: every row and every free list walked and held against the counts. For tests and the
// self-check command; takes time in proportion to the frames of the machine. Pure, changes nothing.
import * as buddy from "./buddy";
import { MAX_ORDER, NO_FRAME, ORDERS } from "./buddy";
import { blockOrder, FrameState, frameState, hasRow, NEXT, PREV, rowOf, spanEnd, spanFirst, TAG } from "./frame-rows";

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
  let pfn = spanFirst();
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
      if (pfn - buddy.isolatedStart() >= buddy.isolatedBlock()) wrong++;
    } else {
      used += size;
      if (state == FrameState.Movable) movable += size;
    }
    pfn += size;
  }
  if (<u32>counted != listed) wrong++;
  if (listed + held != buddy.freePages()) wrong++;
  if (held != buddy.isolatedPages()) wrong++;
  if (movable != buddy.movablePages()) wrong++;
  if (listed + held + used != buddy.managedPages()) wrong++;
  return wrong;
}

// Low half: frames on the lists; high half: inconsistencies.
function verifyLists(): u64 {
  let wrong: u64 = 0;
  let pages: u32 = 0;
  for (let zone: u32 = 0; zone < 2; zone++) {
    for (let order: u32 = 0; order < ORDERS; order++) {
      let seen: u32 = 0;
      let prev = NO_FRAME;
      const expected = buddy.freeBlocks(zone, order);
      let pfn = buddy.freeListHead(zone, order);
      if (u32(pfn != NO_FRAME) != ((buddy.zoneMask(zone) >> order) & 1)) wrong++;
      while (pfn != NO_FRAME && seen <= expected) {
        if (!hasRow(pfn)) {
          wrong++;
          break;
        }
        const row = rowOf(pfn);
        if ((load<u32>(row, TAG) & 0xffff) != (FrameState.Free | (order << 8))) wrong++;
        if (buddy.zoneOf(pfn) != zone || load<u32>(row, PREV) != prev) wrong++;
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
