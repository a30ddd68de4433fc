// The address space of a process: what may be touched where, demand faults, release. Page tables are the shim's.
import { frame_copy, frame_write, frame_zero, initrd_read, space_map, space_unmap, time_now_ns } from "../../abi/host";
import { ProgramSegment } from "../../abi/layouts";
import { Event, PAGE_BYTES, Prot, Status, USER_STACK_BYTES, USER_STACK_TOP_VA } from "../../abi/numbers";
import { trace } from "../obs";
import { inArea } from "../proc/areas";
import { initrdProgramPage } from "../proc/initrd-program";
import { NO_FRAME, processAt } from "../proc/process";
import { inInitrd, programSegment } from "../proc/program";
import { stallRestored } from "../reclaim/stall";
import { queuedCount } from "../sched";
import { Access } from "./access";
import { FrameUse, giveFrame, setFrameOwner, takeFrame } from "./frames";
import { inMapping, serveMapping } from "./mapping";
import { linkFrame, unlinkFrame } from "./resident";
import { fillTablePool, tablesUsed } from "./tables";
import { dropCompressed, findCompressed, forgetRestored, unpackPage } from "./zpool";
import { NO_ENTRY } from "./zpool-table";

const segment = changetype<ProgramSegment>(memory.data(32, 8));
const zeros: usize = memory.data(4096, 8);
const archived: usize = memory.data(4096, 8);
/** What a fresh page begins with: nothing; a frame of the image; or, with this bit, the page at an offset of the initrd. */
const ARCHIVE: u64 = 1 << 63;
const NOTHING: u64 = u64.MAX_VALUE;

/**
 * Makes the page at `va` usable for `access`. Ok; Fault: the process may not touch it like that; NoMemory: no frame is
 * left (nothing changed; the caller reclaims and tries again); NoSpace: the process holds as much as its own limit says.
 */
export function serveFault(slot: i32, va: u64, access: Access, present: bool): i32 {
  // A page that is there and still faulted is a page that may not be touched so.
  if (present) return Status.Fault;
  const process = processAt(slot);
  const page = va & ~(<u64>PAGE_BYTES - 1);
  if (inMapping(process, va)) return serveMapping(slot, page, access);
  if (inArea(process, va) || va - (USER_STACK_TOP_VA - USER_STACK_BYTES) < USER_STACK_BYTES) {
    if (access == Access.Execute) return Status.Fault;
    return mapFresh(slot, page, Prot.Write, NOTHING, 0);
  }
  return serveSegment(slot, process.program, page, access);
}

function serveSegment(slot: i32, program: u32, page: u64, access: Access): i32 {
  for (let index: u32 = 0; programSegment(program, index, changetype<usize>(segment)) >= 0; index++) {
    if (page - segment.va >= segment.memoryBytes) continue;
    const prot = segment.prot;
    if ((access == Access.Write && prot != Prot.Write) || (access == Access.Execute && prot != Prot.Execute)) return Status.Fault;
    const offset = page - segment.va;
    const fileLeft: u64 = offset < segment.fileBytes ? segment.fileBytes - offset : 0;
    const source = segment.firstPfn + <u32>(offset >> 12);
    const copied = inInitrd(program);
    if (prot != Prot.Write && fileLeft > 0 && !copied) return mapShared(slot, page, source, prot);
    const begins = fileLeft == 0 ? NOTHING : copied ? ARCHIVE | initrdProgramPage(source) : source;
    return mapFresh(slot, page, prot, begins, fileLeft < PAGE_BYTES ? <u32>fileLeft : PAGE_BYTES);
  }
  return Status.Fault;
}

// A page of the image itself: read only, so every process of the program shares it.
function mapShared(slot: i32, page: u64, pfn: u32, prot: u32): i32 {
  const process = processAt(slot);
  if (!fillTablePool()) return Status.NoMemory;
  const tables = space_map(process.space, page, pfn, prot);
  if (tables < 0) return refused(tables);
  tablesUsed(tables);
  process.tablePages += tables;
  process.faults++;
  return Status.Ok;
}

// A frame of its own, zeroed or copied.
function mapFresh(slot: i32, page: u64, prot: u32, source: u64, sourceBytes: u32): i32 {
  const process = processAt(slot);
  if (process.memoryMaxBytes != 0 && (<u64>process.residentPages) << 12 >= process.memoryMaxBytes) return Status.NoSpace;
  if (!fillTablePool()) return Status.NoMemory;
  const taken = takeFrame(FrameUse.User);
  if (taken < 0) return Status.NoMemory;
  const pfn = <u32>taken;
  const entry = findCompressed(slot, page);
  if (entry != NO_ENTRY) {
    const status = restore(slot, entry, pfn);
    if (status < 0) return status;
  } else if (source == NOTHING) frame_zero(pfn, 1);
  else fillFrom(pfn, source, sourceBytes);
  const tables = space_map(process.space, page, pfn, prot);
  if (tables < 0) {
    giveFrame(pfn, FrameUse.User);
    return refused(tables);
  }
  tablesUsed(tables);
  process.tablePages += tables;
  process.faults++;
  setFrameOwner(pfn, slot, <u32>(page >> 12));
  linkFrame(process, pfn);
  if (entry == NO_ENTRY) trace(Event.Fault, process.pid, page, pfn);
  else {
    forgetRestored(entry);
    trace(Event.Restore, process.pid, page, pfn);
  }
  return Status.Ok;
}

function fillFrom(pfn: u32, source: u64, sourceBytes: u32): void {
  if ((source & ARCHIVE) == 0) frame_copy(pfn, <u32>source);
  else {
    initrd_read(source & ~ARCHIVE, archived, PAGE_BYTES);
    frame_write(pfn, 0, archived, PAGE_BYTES);
  }
  if (sourceBytes < PAGE_BYTES) frame_write(pfn, sourceBytes, zeros, PAGE_BYTES - sourceBytes);
}

// The page lies compressed: it waits for its bytes as it would for a frame.
function restore(slot: i32, entry: u32, pfn: u32): i32 {
  const startedNs = time_now_ns();
  const status = unpackPage(entry, pfn);
  if (status < 0) giveFrame(pfn, FrameUse.User);
  stallRestored(processAt(slot), <u64>(time_now_ns() - startedNs), queuedCount() == 0);
  return status;
}

// A page that is already there was touched in a way that it may not be.
function refused(status: i32): i32 {
  return status == Status.Exists ? Status.Fault : status;
}

/** Gives back up to `most` frames and as many compressed pages of a process that never runs again. Returns how many are left. */
export function releaseUserFrames(slot: i32, most: u32): u32 {
  const process = processAt(slot);
  for (let i: u32 = 0; i < most && process.firstFrame != NO_FRAME; i++) {
    const pfn = process.firstFrame;
    unlinkFrame(process, pfn);
    giveFrame(pfn, FrameUse.User);
  }
  for (let i: u32 = 0; i < most && process.compressedPages != 0; i++) dropCompressed(process.firstEntry);
  return process.residentPages + process.compressedPages;
}

/** Unmaps the pages of [va, va + bytes) that are there, in memory or compressed; they read as zeros afterwards. Frames given back. */
export function releaseRange(slot: i32, va: u64, bytes: u64): u32 {
  const process = processAt(slot);
  let given: u32 = 0;
  for (let page = va; page < va + bytes; page += PAGE_BYTES) {
    const pfn = space_unmap(process.space, page);
    if (pfn < 0) {
      const entry = findCompressed(slot, page);
      if (entry != NO_ENTRY) dropCompressed(entry);
      continue;
    }
    unlinkFrame(process, <u32>pfn);
    giveFrame(<u32>pfn, FrameUse.User);
    given++;
  }
  return given;
}
