// Specs of compaction.ts over a machine whose pages have contents: what moves must arrive, at the address its owner knows.
import { CompactResult } from "../../abi/layouts";
import { Status } from "../../abi/numbers";
import { Rng } from "../../lib/rng";
import { room, spec } from "../../spec/harness";
import * as buddy from "./buddy";
import { verify } from "./buddy-check";
import * as compaction from "./compaction";
import { blockOrder, FrameState, frameState, setOwner } from "./frame-rows";

const rng = changetype<Rng>(memory.data(32, 8));
const result = changetype<CompactResult>(memory.data(32, 8));
const OWNERS: u32 = 8;

// One u32 of contents a frame; owner o's page p lies in frame pageFrame(o, p) (0: not mapped) and must contain o << 24 | p.
let contents: usize = 0;
let maps: usize = 0;
let pages: u32 = 0;
let frames: u32 = 0;
let migrations: u32 = 0;
let busyEvery: u32 = 0;

function pageFrame(owner: u32, page: u32): usize {
  return maps + ((<usize>(owner * pages + page)) << 2);
}

function machine(count: u32): void {
  frames = count;
  pages = count;
  contents = room(<usize>count * 4);
  maps = room(<usize>(OWNERS + 1) * count * 4);
  migrations = 0;
  busyEvery = 0;
  buddy.init(room(buddy.metadataBytes(0, count)), 0, count);
  buddy.addRange(1, count - 1);
  assert(buddy.seal(250_000) == Status.Ok, "seal");
}

/** Give owner's page a frame, as a demand fault does; false where memory is out. */
function map(owner: u32, page: u32): bool {
  const pfn = buddy.alloc(0, true);
  if (pfn < 0) return false;
  assert(setOwner(pfn, owner, page) == Status.Ok, "owner");
  store<u32>(pageFrame(owner, page), pfn);
  store<u32>(contents + ((<usize>pfn) << 2), (owner << 24) | page);
  return true;
}

function unmap(owner: u32, page: u32): void {
  const pfn = load<u32>(pageFrame(owner, page));
  if (pfn == 0) return;
  assert(load<u32>(contents + ((<usize>pfn) << 2)) == ((owner << 24) | page), "the page has its contents");
  assert(buddy.free(pfn, 0) == Status.Ok, "freed where it is mapped");
  store<u32>(pageFrame(owner, page), 0);
}

/** What the kernel's glue does: copy the frame, then point the page table entry at the copy. */
function migrate(from: u32, to: u32, owner: u32, page: u32): i32 {
  migrations++;
  if (busyEvery != 0 && migrations % busyEvery == 0) return Status.Busy;
  if (load<u32>(pageFrame(owner, page)) != from) return Status.NotFound;
  store<u32>(contents + ((<usize>to) << 2), load<u32>(contents + ((<usize>from) << 2)));
  store<u32>(contents + ((<usize>from) << 2), 0xdead_dead);
  store<u32>(pageFrame(owner, page), to);
  return Status.Ok;
}

function checkContents(): void {
  for (let owner: u32 = 1; owner <= OWNERS; owner++) {
    for (let page: u32 = 0; page < pages; page++) {
      const pfn = load<u32>(pageFrame(owner, page));
      if (pfn != 0) assert(load<u32>(contents + ((<usize>pfn) << 2)) == ((owner << 24) | page), "every page has its contents");
    }
  }
  assert(verify() == 0, "every frame is accounted for");
}

/** 20 % unmovable; the rest mapped by owners, then some unmapped at random until freePpm of the frames is free. */
function scatter(freePpm: u32): void {
  for (let i: u32 = 0; i < frames / 5; i++) buddy.alloc(0, false);
  let mapped: u32 = 0;
  while (map(1 + (mapped % OWNERS), mapped / OWNERS)) mapped++;
  const wanted = <u32>((<u64>frames * freePpm) / 1_000_000);
  while (buddy.freePages() < wanted) {
    const victim = rng.below(mapped);
    unmap(1 + (victim % OWNERS), victim / OWNERS);
  }
}

/** The fewest movable frames in any aligned block that could be emptied, counted frame by frame. */
function leastByHand(order: u32): u32 {
  const size: u32 = 1 << order;
  let least: u32 = u32.MAX_VALUE;
  for (let first: u32 = 0; first + size <= frames; first += size) {
    let cost: u32 = 0;
    for (let pfn = first; pfn < first + size; pfn++) {
      const state = frameState(pfn);
      if (state == FrameState.Unmovable || state == FrameState.Hole) cost = u32.MAX_VALUE;
      else if (state == FrameState.Movable && cost != u32.MAX_VALUE) cost++;
    }
    least = min<u32>(least, cost);
  }
  return least;
}

/** Run to the end in pieces of `piece` pages. */
function compact(order: u32, piece: u32): void {
  assert(compaction.begin(order) == Status.Ok && compaction.active(), "begin");
  let steps = 0;
  while (compaction.step(piece, migrate) != 0) assert(++steps < 100_000, "it ends");
  compaction.result(result);
  assert(!compaction.active() && buddy.isolatedBlock() == 0 && buddy.isolatedPages() == 0, "nothing is held back afterwards");
}

export function compactionSpecs(): void {
  spec("kernel/mm/compaction/order-9-out-of-scattered-memory", () => {
    rng.seed(1);
    machine(16384);
    scatter(400_000);
    assert(buddy.alloc(9, true) == Status.NoMemory, "no block of 2 MiB before");
    const before = buddy.largestFree();
    const least = leastByHand(9);
    const free = buddy.freePages();
    compact(9, 32);
    assert(result.status == Status.Ok && result.order == 9, "it worked");
    assert(result.leastPossible == least && result.moved == least, "moved the least that any plan can move");
    assert(result.largestBeforePages == before && result.largestAfterPages == 512 && buddy.freePages() == free, "the largest block grew, the free memory did not change");
    checkContents();
    const pfn = buddy.alloc(9, true);
    assert(pfn >= 0 && buddy.free(pfn, 9) == Status.Ok, "a block of 2 MiB after");
  });

  spec("kernel/mm/compaction/every-order-and-again", () => {
    rng.seed(2);
    machine(8192);
    scatter(500_000);
    for (let order: u32 = 1; order <= 10; order++) {
      const had = buddy.largestOrder() >= <i32>order;
      const least = had ? 0 : leastByHand(order);
      compact(order, 1 + rng.below(100));
      assert(result.status == Status.Ok && result.moved == least && buddy.largestOrder() >= <i32>order, "each order, at least cost; nothing moves where one is free");
      checkContents();
    }
  });

  spec("kernel/mm/compaction/refusals", () => {
    rng.seed(3);
    machine(4096);
    assert(compaction.begin(11) == Status.Range && !compaction.active() && compaction.step(1, migrate) == 0, "a bad order");
    compact(10, 1);
    assert(result.status == Status.Ok && result.moved == 0, "nothing to do");
    scatter(100_000);
    assert(compaction.begin(8) == Status.Ok && compaction.begin(8) == Status.Busy, "one run at a time");
    compaction.step(1, migrate);
    compaction.cancel();
    compaction.result(result);
    assert(result.status == Status.Interrupted && !compaction.active() && buddy.isolatedBlock() == 0, "cancelled");
    compact(10, 32);
    assert(result.status == Status.NoMemory && result.moved == 0, "fewer free frames than the block has");
    checkContents();
    // One frame that must stay in every block of 16.
    machine(4096);
    for (let i = 0; i < 4095; i++) buddy.alloc(0, false);
    for (let pfn: u32 = 1; pfn < 4096; pfn++) if (pfn % 16 != 3) buddy.free(pfn, 0);
    compact(4, 32);
    assert(result.status == Status.NotFound && result.moved == 0 && verify() == 0, "no block can be emptied");
  });

  spec("kernel/mm/compaction/busy-pages", () => {
    rng.seed(4);
    machine(8192);
    scatter(400_000);
    busyEvery = 3;
    compact(8, 16);
    assert(result.status == Status.Ok && result.moved == result.leastPossible, "a page that is busy once moves on a later pass");
    checkContents();
    busyEvery = 1;
    compact(9, 16);
    assert(result.status == Status.Busy && result.moved == 0, "pages that stay busy end the run");
    checkContents();
  });

  spec("kernel/mm/compaction/others-allocate-free-and-die", () => {
    let worked = 0;
    for (let seed: u64 = 10; seed < 30; seed++) {
      rng.seed(seed);
      machine(8192);
      scatter(400_000);
      assert(compaction.begin(9) == Status.Ok, "begin");
      let steps = 0;
      let fresh: u32 = 4000;
      while (compaction.step(8, migrate) != 0) {
        assert(++steps < 10_000, "it ends");
        // Between two pieces: faults, releases, now and then the death of a process, kernel frames.
        for (let i: u32 = 0; i < rng.below(20); i++) map(1 + rng.below(OWNERS), fresh++);
        for (let i: u32 = 0; i < rng.below(20); i++) unmap(1 + rng.below(OWNERS), rng.below(1000));
        if (rng.chance(30_000)) {
          const dead = 1 + rng.below(OWNERS);
          for (let page: u32 = 0; page < pages; page++) unmap(dead, page);
        }
        const kernel = buddy.alloc(rng.below(3), false);
        if (kernel >= 0 && rng.chance(500_000)) buddy.free(kernel, blockOrder(kernel));
        if (steps % 8 == 0) checkContents();
      }
      compaction.result(result);
      checkContents();
      assert(buddy.isolatedBlock() == 0 && buddy.isolatedPages() == 0, "nothing is held back");
      if (result.status != Status.Ok) continue;
      assert(result.moved <= result.leastPossible, "frees by others only save work");
      worked++;
    }
    assert(worked >= 18, "it works while others live");
  });

  spec("kernel/mm/compaction/a-block-turns-up-by-itself", () => {
    rng.seed(6);
    machine(8192);
    scatter(200_000);
    const given = buddy.alloc(0, false);
    assert(given >= 0 && compaction.begin(9) == Status.Ok, "begin");
    while (buddy.isolatedBlock() == 0) compaction.step(1, migrate);
    compaction.step(10, migrate);
    for (let page: u32 = 0; page < pages; page++) for (let owner: u32 = 1; owner < OWNERS; owner++) unmap(owner, page);
    for (let page: u32 = 0; buddy.largestOrder() < 9; page++) unmap(OWNERS, page);
    assert(compaction.step(32, migrate) == 0, "the run ends at once");
    compaction.result(result);
    assert(result.status == Status.Ok && result.moved == 10 && result.leastPossible > 10, "and moves no page more");
    checkContents();
  });

  spec("kernel/mm/compaction/runs-dry", () => {
    rng.seed(5);
    machine(8192);
    scatter(400_000);
    assert(compaction.begin(9) == Status.Ok, "begin");
    while (buddy.isolatedBlock() == 0) compaction.step(8, migrate);
    compaction.step(8, migrate);
    let page: u32 = 1000;
    const free = buddy.freePages();
    for (let i: u32 = 0; i < free; i++) assert(map(1, page++), "held frames are not withheld from a fault");
    assert(!map(1, page) && buddy.freePages() == 0, "until nothing is left");
    while (compaction.step(8, migrate) != 0) {}
    compaction.result(result);
    assert(result.status == Status.NoMemory, "the run ends and says why");
    checkContents();
  });
}
