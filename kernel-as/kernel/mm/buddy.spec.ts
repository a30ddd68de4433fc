// Specs of buddy.ts: random operations against a model that knows only which frame is taken.
import { Status } from "../../abi/numbers";
import { PPM } from "../../lib/fixed";
import { Rng } from "../../lib/rng";
import { room, spec } from "../../spec/harness";
import * as buddy from "./buddy";
import { verify } from "./buddy-check";
import { blockOrder, FrameState, frameState, getOwner, getPage, setOwner, spanEnd } from "./frame-rows";
import { fragmentationPpm, largestRun } from "./free-runs";

const QUARTER: u32 = 250_000;
const rng = changetype<Rng>(memory.data(32, 8));

/** An allocator over `frames` frames from `first` on, without holes. */
function machine(first: u32, frames: u32): void {
  assert(buddy.init(room(buddy.metadataBytes(first, first + frames)), first, first + frames) == Status.Ok, "init");
  assert(buddy.addRange(first, frames) == Status.Ok, "one range");
  assert(buddy.seal(QUARTER) == Status.Ok, "seal");
  assert(verify() == 0 && buddy.freePages() == frames, "all of it is free");
}

// ---- the model: per frame 0 no RAM, 1 free, 2 in use; and the live blocks.
let model: usize = 0;
let blocks: usize = 0;
let live: u32 = 0;

function blockPfn(i: u32): u32 {
  return load<u32>(blocks + ((<usize>i) << 3));
}
function blockSize(i: u32): u32 {
  return load<u32>(blocks + ((<usize>i) << 3), 4);
}

function modelAlloc(pfn: u32, order: u32): void {
  assert((pfn & ((1 << order) - 1)) == 0, "aligned to its size");
  for (let i: u32 = 0; i < (<u32>1) << order; i++) {
    assert(load<u8>(model + pfn + i) == 1, "every frame was free");
    store<u8>(model + pfn + i, 2);
  }
  store<u32>(blocks + ((<usize>live) << 3), pfn);
  store<u32>(blocks + ((<usize>live) << 3), order, 4);
  live++;
}

function modelFree(i: u32): void {
  memory.fill(model + blockPfn(i), 1, 1 << blockSize(i));
  live--;
  store<u64>(blocks + ((<usize>i) << 3), load<u64>(blocks + ((<usize>live) << 3)));
}

// Whether an aligned free block of that order exists, by the model.
function modelHas(order: u32, end: u32): bool {
  const size: u32 = 1 << order;
  for (let pfn: u32 = 0; pfn + size <= end; pfn += size) {
    let all = true;
    for (let i: u32 = 0; all && i < size; i++) all = load<u8>(model + pfn + i) == 1;
    if (all) return true;
  }
  return false;
}

function modelFreePages(end: u32): u32 {
  let pages: u32 = 0;
  for (let pfn: u32 = 0; pfn < end; pfn++) pages += u32(load<u8>(model + pfn) == 1);
  return pages;
}

// Requests that must be refused, and change nothing.
function refusals(end: u32): void {
  const free = buddy.freePages();
  const pfn = rng.below(end);
  if (load<u8>(model + pfn) != 2) assert(buddy.free(pfn, rng.below(11)) == Status.NotFound, "a frame that is free or no RAM");
  assert(buddy.free(spanEnd() + rng.below(1000), 0) == Status.Range, "a frame outside the map");
  assert(buddy.free(pfn, 11 + rng.below(1000)) == Status.Range && buddy.alloc(11, true) == Status.Range, "an order that is too large");
  if (live != 0) {
    const i = rng.below(live);
    const other = rng.below(11);
    if (other != blockSize(i)) assert(buddy.free(blockPfn(i), other) == Status.Invalid, "another order than it was allocated with");
    if (blockSize(i) != 0) assert(buddy.free(blockPfn(i) + 1 + rng.below((1 << blockSize(i)) - 1), 0) == Status.NotFound, "inside a block");
  }
  assert(buddy.freePages() == free, "nothing changed");
}

export function buddySpecs(): void {
  spec("kernel/mm/buddy/splits-and-merges", () => {
    machine(0, 8192);
    const first = buddy.alloc(0, true);
    assert(<u32>first == buddy.zoneBoundary(), "the lowest frame of the movable zone");
    for (let order: u32 = 0; order < 10; order++) assert(buddy.freeBlocks(1, order) == 1, "one upper half of every size");
    assert(buddy.freePages() == 8191 && verify() == 0, "one frame is gone");
    assert(buddy.free(first, 0) == Status.Ok && buddy.freeBlocks(1, 10) == 6 && buddy.freeBlocks(1, 9) == 0, "merged back to the top");
    const big = buddy.alloc(10, false);
    assert(big == 0 && buddy.largestFree() == 1024, "a whole largest block");
    assert(buddy.free(big, 10) == Status.Ok && verify() == 0, "and back");
    assert(buddy.allocations() == 2 && buddy.frees() == 2 && buddy.allocFailures() == 0, "counted");
  });

  spec("kernel/mm/buddy/refuses", () => {
    machine(0, 4096);
    const pfn = <u32>buddy.alloc(3, true);
    assert(buddy.free(pfn, 2) == Status.Invalid && buddy.free(pfn, 4) == Status.Invalid, "another order");
    assert(buddy.free(pfn + 1, 0) == Status.NotFound, "inside the block");
    assert(buddy.free(pfn, 3) == Status.Ok && buddy.free(pfn, 3) == Status.NotFound, "twice");
    assert(buddy.free(4096, 0) == Status.Range && buddy.free(u32.MAX_VALUE, 0) == Status.Range, "outside");
    assert(buddy.free(0, 0) == Status.NotFound && buddy.free(5, 11) == Status.Range, "never allocated; a bad order");
    assert(buddy.alloc(11, false) == Status.Range && buddy.alloc(u32.MAX_VALUE, true) == Status.Range, "a bad order");
    assert(verify() == 0 && buddy.freePages() == 4096 && buddy.frees() == 1, "nothing changed");
    assert(buddy.init(0, 5, 5) == Status.Range && buddy.init(0, 0, 0x0100_0001) == Status.Range, "init");
  });

  spec("kernel/mm/buddy/ranges-and-holes", () => {
    assert(buddy.init(room(buddy.metadataBytes(1500, 9000)), 1500, 9000) == Status.Ok, "init");
    assert(buddy.addRange(1500, 100) == Status.Ok && buddy.addRange(1550, 10) == Status.Invalid && buddy.addRange(9216, 1) == Status.Range, "overlap; outside");
    assert(buddy.addRange(1700, 7001) == Status.Ok && buddy.addRange(9000, 0) == Status.Ok, "a second range; an empty one");
    assert(buddy.seal(PPM + 1) == Status.Range && buddy.seal(QUARTER) == Status.Ok, "seal");
    assert(buddy.managedPages() == 7101 && buddy.freePages() == 7101 && verify() == 0, "only what was added");
    let got: u32 = 0;
    let pfn = buddy.alloc(0, false);
    while (pfn >= 0) {
      assert((pfn >= 1500 && pfn < 1600) || (pfn >= 1700 && pfn < 8701), "no frame of a hole");
      got++;
      pfn = buddy.alloc(0, (got & 1) != 0);
    }
    assert(got == 7101 && pfn == Status.NoMemory && buddy.freePages() == 0 && buddy.largestOrder() == -1 && buddy.largestFree() == 0, "every frame once, then none");
    assert(buddy.free(1650, 0) == Status.NotFound && buddy.free(1400, 0) == Status.NotFound, "a hole cannot be freed");
    assert(verify() == 0 && fragmentationPpm() == 0, "still sound");
  });

  spec("kernel/mm/buddy/range-cut-in-two", () => {
    assert(buddy.init(room(buddy.metadataBytes(0, 4096)), 0, 4096) == Status.Ok, "init");
    for (let first: u32 = 0; first < 4096; first += 96) assert(buddy.addRange(first, min<u32>(96, 4096 - first)) == Status.Ok, "a piece");
    assert(buddy.seal(QUARTER) == Status.Ok, "seal");
    assert(verify() == 0 && buddy.freePages() == 4096, "the pieces are one range");
    assert(buddy.freeBlocks(0, 10) == 1 && buddy.freeBlocks(1, 10) == 3, "whole blocks of the largest order");
  });
  spec("kernel/mm/buddy/zones", () => {
    machine(0, 16384);
    assert(buddy.zoneBoundary() == 4096, "a quarter is unmovable");
    const unmovable = buddy.alloc(0, false);
    const movable = buddy.alloc(0, true);
    assert(unmovable < 4096 && movable >= 4096, "each in its own zone");
    let last = 0;
    for (let i = 0; i < 4095; i++) {
      last = buddy.alloc(0, false);
      assert(last < 4096, "unmovable frames stay together");
    }
    last = buddy.alloc(0, false);
    assert(last >= 4096, "only then the other zone");
    assert(buddy.free(last, 0) == Status.Ok && buddy.free(unmovable, 0) == Status.Ok, "back");
    for (let i = 0; i < 12287; i++) assert(buddy.alloc(0, true) >= 4096, "movable frames too");
    assert(buddy.alloc(0, true) == unmovable, "then what the unmovable zone has left");
    assert(buddy.alloc(0, true) == Status.NoMemory && buddy.alloc(4, false) == Status.NoMemory && buddy.alloc(4, false) == Status.NoMemory, "dry");
    assert(buddy.failuresOf(1, 0) == 1 && buddy.failuresOf(0, 4) == 2 && buddy.failuresOf(1, 4) == 0 && buddy.allocFailures() == 3, "failures by zone asked and order");
    assert(buddy.movablePages() == 12289 && verify() == 0, "the movable ones are known");
  });

  spec("kernel/mm/buddy/small-machine", () => {
    // 8 MiB with a hole at 640 KiB and an image at 1 MiB.
    assert(buddy.init(room(buddy.metadataBytes(0, 2048)), 0, 2048) == Status.Ok, "init");
    buddy.addRange(0, 159);
    buddy.addRange(700, 1348);
    assert(buddy.seal(QUARTER) == Status.Ok && verify() == 0 && buddy.freePages() == 1507, "sealed");
    let got = 0;
    while (buddy.alloc(0, false) >= 0) got++;
    assert(got == 1507, "every frame can be had, wherever the boundary fell");
  });

  spec("kernel/mm/buddy/owners", () => {
    machine(1024, 4096);
    const pfn = <u32>buddy.alloc(0, true);
    assert(getOwner(pfn) == 0 && setOwner(pfn, 255, 0x0fff_ffff) == Status.Ok, "set");
    assert(getOwner(pfn) == 255 && getPage(pfn) == 0x0fff_ffff, "read");
    const fixed = <u32>buddy.alloc(0, false);
    assert(setOwner(fixed, 1, 1) == Status.Invalid && setOwner(pfn + 1, 1, 1) == Status.Invalid && setOwner(9000, 1, 1) == Status.Range, "only movable frames in use");
    assert(buddy.free(pfn, 0) == Status.Ok && <u32>buddy.alloc(0, true) == pfn && getOwner(pfn) == 0, "a new user starts without an owner");
    assert(getOwner(0) == 0 && getPage(u32.MAX_VALUE) == 0, "outside");
  });

  spec("kernel/mm/buddy/runs-and-fragmentation", () => {
    machine(0, 16384);
    assert(largestRun() == 16384 && fragmentationPpm() == 0, "an empty machine is not fragmented");
    const pfn = buddy.alloc(0, true);
    assert(pfn == 4096 && largestRun() == 16384 - 4097, "the run above the frame, beyond whole largest blocks");
    buddy.free(pfn, 0);
    for (let i = 0; i < 16384; i++) buddy.alloc(0, false);
    for (let i = 0; i < 16384; i += 2) buddy.free(i, 0);
    assert(largestRun() == 1 && buddy.largestFree() == 1 && fragmentationPpm() == 999_878, "every second frame");
    buddy.free(1, 0);
    assert(largestRun() == 2 && buddy.largestFree() == 2 && verify() == 0, "two beside each other");
  });

  spec("kernel/mm/buddy/isolation", () => {
    machine(0, 8192);
    const inside = <u32>buddy.alloc(0, true);
    assert(buddy.isolate(inside, 11) == Status.Range && buddy.isolate(inside + 1, 3) == Status.Range && buddy.isolate(8192, 3) == Status.Range, "bad blocks");
    assert(buddy.isolate(inside, 5) == Status.Ok && buddy.isolatedPages() == 31 && buddy.isolatedBlock() == 32 && buddy.isolate(4096, 3) == Status.Busy, "held");
    assert(buddy.freePages() == 8191 && verify() == 0, "held frames count as free");
    for (let i = 0; i < 200; i++) assert(<u32>buddy.alloc(0, true) - inside >= 32, "nothing is placed there");
    assert(buddy.free(inside, 0) == Status.Ok && buddy.isolatedPages() == 32 && verify() == 0, "what is freed there is held too");
    buddy.releaseIsolated();
    assert(buddy.isolatedPages() == 0 && buddy.isolatedBlock() == 0 && verify() == 0 && frameState(inside) == FrameState.Free && blockOrder(inside) == 5, "whole again");
    // Running dry: the held frames are given to the one who needs them.
    let taken = 200;
    assert(buddy.isolate(inside, 5) == Status.Ok, "held again");
    while (buddy.alloc(0, false) >= 0) taken++;
    assert(taken == 8192 && buddy.isolatedBlock() == 0 && verify() == 0, "none is withheld from an allocation");
  });

  spec("kernel/mm/buddy/model-200000-operations", () => {
    const end: u32 = 10000;
    rng.seed(42);
    model = room(end + 1024);
    blocks = room(end * 8);
    live = 0;
    assert(buddy.init(room(buddy.metadataBytes(300, end)), 300, end) == Status.Ok, "init");
    // Three ranges, none aligned.
    buddy.addRange(301, 1333);
    buddy.addRange(2047, 6003);
    buddy.addRange(8191, 1809);
    assert(buddy.seal(QUARTER) == Status.Ok, "seal");
    memory.fill(model + 301, 1, 1333);
    memory.fill(model + 2047, 1, 6003);
    memory.fill(model + 8191, 1, 1809);
    const managed = buddy.managedPages();
    assert(managed == modelFreePages(end), "as many as the model has");
    let filling = true;
    for (let i = 0; i < 200_000; i++) {
      // Waves: fill until something fails, drain until little is left.
      if (rng.chance(filling ? 600_000 : 350_000)) {
        const order = min<u32>(rng.below(11), rng.below(11));
        const pfn = buddy.alloc(order, rng.chance(700_000));
        if (pfn >= 0) modelAlloc(pfn, order);
        else {
          assert(pfn == Status.NoMemory, "only for lack of memory");
          if (rng.chance(50_000)) assert(!modelHas(order, end), "and only where no such block is free");
          if (order < 4) filling = false;
        }
      } else if (live != 0) {
        const block = rng.below(live);
        assert(buddy.free(blockPfn(block), blockSize(block)) == Status.Ok, "free what was allocated");
        modelFree(block);
        if (live < 20) filling = true;
      }
      if (rng.chance(20_000)) refusals(end);
      if (i % 5_000 == 0) assert(verify() == 0 && buddy.freePages() == modelFreePages(end), "sound, and as the model");
    }
    while (live != 0) {
      assert(buddy.free(blockPfn(0), blockSize(0)) == Status.Ok, "drain");
      modelFree(0);
    }
    assert(verify() == 0 && buddy.freePages() == managed && buddy.movablePages() == 0 && buddy.allocations() == buddy.frees(), "every frame is back");
  });
}
