// Rows about memory, for the query system call.
import { MemoryRow, OrderRow } from "../abi/layouts";
import { bootInfo, junkFill } from "./boot";
import * as buddy from "./mm/buddy";
import { compactionCount, compactionMoved } from "./mm/compactor";
import { FrameUse, outOfMemoryTotal, useCount } from "./mm/frames";
import { fragmentationPpm } from "./mm/free-runs";
import { offeredPages } from "./mm/resident";
import { compressedPages, poolPages } from "./mm/zpool";

export function fillMemoryRow(at: usize): i32 {
  const row = changetype<MemoryRow>(at);
  row.totalPages = bootInfo.ramBytes >> 12;
  row.managedPages = buddy.managedPages();
  row.freePages = buddy.freePages();
  row.userPages = useCount(FrameUse.User);
  row.tablePages = useCount(FrameUse.Table);
  row.kernelPages = useCount(FrameUse.Kernel);
  row.filePages = useCount(FrameUse.Files);
  row.movablePages = buddy.movablePages();
  row.largestFreePages = buddy.largestFree();
  row.allocations = buddy.allocations();
  row.frees = buddy.frees();
  row.failures = buddy.allocFailures();
  row.outOfMemory = outOfMemoryTotal();
  row.compactions = compactionCount();
  row.pagesMoved = compactionMoved();
  row.fragmentationPpm = fragmentationPpm();
  row.junkFill = junkFill ? 1 : 0;
  row.poolPages = poolPages();
  row.compressedPages = compressedPages();
  row.offeredPages = offeredPages();
  return 1;
}

/** Row `index`: the orders of the unmovable zone, then those of the movable one; −1 past them. */
export function fillOrderRow(index: u32, at: usize): i32 {
  const orders = buddy.MAX_ORDER + 1;
  if (index >= orders * 2) return -1;
  const row = changetype<OrderRow>(at);
  row.zone = index / orders;
  row.order = index % orders;
  row.freeBlocks = buddy.freeBlocks(row.zone, row.order);
  row.failures = buddy.failuresOf(row.zone, row.order);
  return 1;
}
