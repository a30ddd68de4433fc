// The file of the initrd that a process has mapped into its linear memory. Its frames are the initrd's: nobody takes or gives them, they are in no
// list of a process, so neither reclaim nor compression nor compaction meets them, and the process's page tables forget them as it ends.
import { space_map, space_unmap } from "../../abi/host";
import { PAGE_BYTES, Prot, Status, USER_LINEAR_VA } from "../../abi/numbers";
import { MAP_AROUND } from "../limits";
import { Process, processAt } from "../proc/process";
import { Access } from "./access";
import { fillTablePool, tablesUsed } from "./tables";

/** Where the place of a mapped file begins. */
export function mappingStart(process: Process): u64 {
  return USER_LINEAR_VA + process.mapOffset;
}

/** Whether an address lies in the place that is kept for a mapped file, whether or not one is there. */
export function inMapping(process: Process, va: u64): bool {
  return va - mappingStart(process) < process.mapBytes;
}

/** Whether a span meets that place. */
export function touchesMapping(process: Process, va: u64, bytes: u64): bool {
  const start = mappingStart(process);
  return process.mapBytes != 0 && bytes != 0 && va < start + process.mapBytes && start < va + bytes;
}

/** Maps the page that was touched there, and those around it. Ok; Fault: not so, or nothing is mapped; NoMemory as serveFault. */
export function serveMapping(slot: i32, page: u64, access: Access): i32 {
  const process = processAt(slot);
  const start = mappingStart(process);
  const index = <u32>((page - start) / PAGE_BYTES);
  if (access != Access.Read || index >= process.mapPages) return Status.Fault;
  if (!fillTablePool()) return Status.NoMemory;
  // The place begins on a multiple of 64 KiB, so that a group of pages never lies across the end of a page table.
  const first = index & ~(MAP_AROUND - 1);
  const last = min<u32>(first + MAP_AROUND, process.mapPages);
  for (let i = first; i < last; i++) {
    const tables = space_map(process.space, start + <u64>i * PAGE_BYTES, process.mapFrame + i, Prot.Read);
    if (tables == Status.Exists) continue;
    if (tables < 0) return tables;
    tablesUsed(tables);
    process.tablePages += tables;
  }
  process.faults++;
  return Status.Ok;
}

/** Forgets the pages of a span of that place. How many were there. */
export function unmapRange(slot: i32, va: u64, bytes: u64): u32 {
  const space = processAt(slot).space;
  let gone: u32 = 0;
  for (let page = va; page < va + bytes; page += PAGE_BYTES) if (space_unmap(space, page) >= 0) gone++;
  return gone;
}
