// The frames of this machine: the buddy allocator over the real memory map, and who uses what. Which page a frame backs is
// vm.ts; how blocks are found is buddy.ts.
import { boot_region, frame_fill } from "../../abi/host";
import { MemRegion } from "../../abi/layouts";
import { Event, RegionKind, Status } from "../../abi/numbers";
import { bootInfo, frameLimit, junkFill } from "../boot";
import { UNMOVABLE_PPM } from "../limits";
import { trace } from "../obs";
import * as buddy from "./buddy";
import { verify } from "./buddy-check";
import { nextInUse, setNextInUse, setOwner } from "./frame-rows";

/** What a frame is taken for. */
export const enum FrameUse {
  /** a page of a process; may be moved */
  User = 0,
  /** a page table, or the pool of them */
  Table = 1,
  /** arenas of modules, and frames held for tests */
  Kernel = 2,
  /** bytes of files in memory and of pipes */
  Files = 3,
  /** the compressed pool; may be moved */
  Pool = 4,
}

const uses: usize = memory.data(20, 4);
const region = changetype<MemRegion>(memory.data(24, 8));
let outOfMemoryCount: u64 = 0;

/** Frames in use for a purpose. */
export function useCount(use: FrameUse): u32 {
  return load<u32>(uses + ((<usize>use) << 2));
}

function changeUse(use: FrameUse, pages: i32): void {
  store<u32>(uses + ((<usize>use) << 2), useCount(use) + pages);
}

/**
 * Sizes the metadata by the highest address of RAM and takes over every usable range. From the first boot_region on the
 * shim takes no frame any more. Ok, or NoMemory where the machine is too small.
 */
export function initMemory(): i32 {
  const endPfn = <u32>(bootInfo.ramBytes >> 12);
  const bytes = buddy.metadataBytes(0, endPfn);
  const metadata = (<usize>memory.size()) << 16;
  if (memory.grow(<i32>((bytes + 0xffff) >> 16)) < 0) return Status.NoMemory;
  let left = frameLimit;
  let status = buddy.init(metadata, 0, endPfn);
  for (let index: u32 = 0; status == Status.Ok && boot_region(index, changetype<usize>(region)) == Status.Ok; index++) {
    if (region.kind != RegionKind.Usable || left == 0) continue;
    const pages = <u32>min<u64>(region.bytes >> 12, left);
    left -= pages;
    status = buddy.addRange(<u32>(region.basePa >> 12), pages);
  }
  return status == Status.Ok ? buddy.seal(UNMOVABLE_PPM) : status;
}

/** Takes one frame. Its pfn, or NoMemory. */
export function takeFrame(use: FrameUse): i32 {
  return takeBlock(0, use);
}

/** Takes 2^order frames. The first one's pfn, Range or NoMemory. */
export function takeBlock(order: u32, use: FrameUse): i32 {
  const pfn = buddy.alloc(order, use == FrameUse.User || use == FrameUse.Pool);
  if (pfn >= 0) changeUse(use, 1 << order);
  else if (pfn == Status.NoMemory) trace(Event.AllocFailure, 0, order, buddy.freePages());
  return pfn;
}

export function giveFrame(pfn: u32, use: FrameUse): void {
  giveBlock(pfn, 0, use);
}

/** Gives a block back. A refusal is our own bug. */
export function giveBlock(pfn: u32, order: u32, use: FrameUse): void {
  if (junkFill) frame_fill(pfn, 1 << order, buddy.JUNK_PATTERN);
  const status = buddy.free(pfn, order);
  assert(status == Status.Ok, "a frame was given back that nobody has");
  changeUse(use, -(1 << order));
}

/** Says which process slot maps the frame, and at which virtual page number. */
export function setFrameOwner(pfn: u32, slot: i32, page: u32): void {
  setOwner(pfn, slot + 1, page);
}

export function freePages(): u32 {
  return buddy.freePages();
}

export function managedPages(): u32 {
  return buddy.managedPages();
}

export function countOutOfMemory(): void {
  outOfMemoryCount++;
}

export function outOfMemoryTotal(): u64 {
  return outOfMemoryCount;
}

// ---- test aids

let firstHeld: u32 = 0;
let held: u32 = 0;

/** Takes `count` unmovable frames more, or gives all back where count is 0. How many are held, or NoMemory. */
export function holdFrames(count: u32): i64 {
  if (count == 0) {
    for (; held > 0; held--) {
      const pfn = firstHeld;
      firstHeld = nextInUse(pfn);
      giveFrame(pfn, FrameUse.Kernel);
    }
    return 0;
  }
  for (let i: u32 = 0; i < count; i++) {
    const pfn = takeFrame(FrameUse.Kernel);
    if (pfn < 0) return Status.NoMemory;
    setNextInUse(pfn, firstHeld);
    firstHeld = pfn;
    held++;
  }
  return held;
}

/** Whether a movable block of this order can be had: takes one and gives it back. Ok, Range or NoMemory. */
export function tryOrder(order: u32): i64 {
  const pfn = takeBlock(order, FrameUse.User);
  if (pfn < 0) return pfn;
  giveBlock(pfn, order, FrameUse.User);
  return Status.Ok;
}

/** Inconsistencies in the accounts of frames; 0 is right. */
export function verifyFrames(): i64 {
  let wrong: i64 = verify();
  const movable = useCount(FrameUse.User) + useCount(FrameUse.Pool);
  const used = movable + useCount(FrameUse.Table) + useCount(FrameUse.Kernel) + useCount(FrameUse.Files);
  if (used + buddy.freePages() != buddy.managedPages()) wrong++;
  if (movable != buddy.movablePages()) wrong++;
  return wrong;
}
