// The machine that kernel.wasm sees in a fast replay, in AssemblyScript: clock, frames, page-table pool, address spaces, contexts.
// Not the driver (driver.ts) and not a process: what needs kernel.wasm's memory, or happens seldom, stays in TypeScript (replay.ts).
// wasm calls wasm here: serving a page fault crosses into JavaScript not once. Compiled by tools/build, excluded from tsc.
//
//   space ─ 128 granules of 8 GiB ─ 4096 leaves of 2 MiB ─ 512 entries: pfn | PRESENT | ACCESSED | DIRTY | WRITABLE

const OK: i32 = 0;
const NO_MEMORY: i32 = -2;
const NOT_FOUND: i32 = -3;
const RANGE: i32 = -5;
const FAULT: i64 = -11;
const EXISTS: i32 = -13;

const PFN: u32 = 0xffffff;
const PRESENT: u32 = 1 << 24;
const ACCESSED: u32 = 1 << 25;
const DIRTY: u32 = 1 << 26;
const WRITABLE: u32 = 1 << 27;

const SPACES: u32 = 256;
const SLOTS: u32 = 256;
const GRANULES: u32 = 128;
const LEAVES: u32 = 4096;
const ENTRIES: u32 = 512;
const NONE: u32 = 0xffffffff;

// Clock and deadline.
let now: i64 = 0;
let deadline: u64 = u64.MAX_VALUE;

// Frames: what each holds (0 zeros, 1 junk or the kernel's own bytes, else a seed of its contents), and the links of table lists.
let frames: u32 = 0;
let contents: usize = 0;
let links: usize = 0;
let pool: u32 = NONE;

// Spaces: used flag, head of the list of table frames, how many, 1 GiB tables as bits (1024), 512 GiB tables as bits (2), granules.
const SPACE_BYTES: u32 = 16 + 128 + GRANULES * 4;
const USED: usize = 0;
const TABLES: usize = 4;
const TABLE_COUNT: usize = 8;
const TOPS: usize = 12;
const MIDDLES: usize = 16;
const GRANULE: usize = 144;
let spaces: usize = 0;
// Contexts: used, space, program, unused, result.
const SLOT_BYTES: u32 = 24;
let slots: usize = 0;
// Leaves and granules: carved from the end of memory, kept in free lists from one episode to the next.
let freeLeaves: usize = 0;
let freeGranules: usize = 0;
let bump: usize = 0;

function room(bytes: usize): usize {
  const at = (bump + 15) & ~(<usize>15);
  bump = at + bytes;
  const have = (<usize>memory.size()) << 16;
  if (bump > have) memory.grow(<i32>((bump - have + 0xffff) >> 16) + 16);
  return at;
}

/** Empties the machine: `count` frames, time 0, no space, no context. Call before each episode. */
export function reset(count: u32): void {
  now = 0;
  deadline = u64.MAX_VALUE;
  memory.fill(faults, 0, BUCKETS << 2);
  pool = NONE;
  pooled = 0;
  if (spaces === 0) {
    bump = __heap_base;
    spaces = room(SPACES * SPACE_BYTES);
    slots = room(SLOTS * SLOT_BYTES);
  }
  for (let space: u32 = 0; space < SPACES; space++) if (load<u32>(at(space), USED) !== 0) forget(at(space));
  memory.fill(slots, 0, SLOTS * SLOT_BYTES);
  if (count > frames) {
    contents = room(count << 2);
    links = room(count << 2);
  }
  frames = count;
  memory.fill(contents, 0, count << 2);
}

// ---- time

export function time_now_ns(): i64 {
  return now;
}
export function wall_seconds(): i64 {
  return 0;
}
export function timer_arm(ns: u64): void {
  deadline = ns;
}
export function advance(ns: i64): void {
  now += ns;
}
export function jump(ns: i64): void {
  if (ns > now) now = ns;
}
export function deadlineNs(): u64 {
  return deadline;
}
/** Whether the armed deadline has passed. It fires once. */
export function due(): bool {
  if (<u64>now < deadline) return false;
  deadline = u64.MAX_VALUE;
  return true;
}
export function nowMs(): f64 {
  return <f64>now / 1e6;
}

// ---- how long faults took: counts by the logarithm, eight steps a doubling

const BUCKETS: u32 = 320;
const faults: usize = memory.data(1280, 8);

export function noteFault(ns: i64): void {
  const value = <u64>(ns < 1 ? 1 : ns);
  const top = 63 - <u32>clz<u64>(value);
  const fine = top >= 3 ? <u32>(value >> (top - 3)) & 7 : <u32>(value << (3 - top)) & 7;
  const bucket = min<u32>(top * 8 + fine, BUCKETS - 1);
  store<u32>(faults + (bucket << 2), load<u32>(faults + (bucket << 2)) + 1);
}
/** Faults of bucket i: from 2^(i ÷ 8) · (1 + (i mod 8) ÷ 8) ns on. */
export function faultsOf(bucket: u32): u32 {
  return bucket < BUCKETS ? load<u32>(faults + (bucket << 2)) : 0;
}

// ---- frames

function valid(pfn: u32, count: u32): bool {
  return pfn <= frames && count <= frames - pfn;
}
export function frame_zero(pfn: u32, count: u32): i32 {
  if (!valid(pfn, count)) return RANGE;
  memory.fill(contents + (pfn << 2), 0, count << 2);
  return OK;
}
export function frame_fill(pfn: u32, count: u32, _pattern: u64): i32 {
  if (!valid(pfn, count)) return RANGE;
  for (let i: u32 = 0; i < count; i++) store<u32>(contents + ((pfn + i) << 2), 1);
  return OK;
}
export function frame_copy(to: u32, from: u32): i32 {
  if (!valid(to, 1) || !valid(from, 1)) return RANGE;
  store<u32>(contents + (to << 2), load<u32>(contents + (from << 2)));
  return OK;
}
/** What a frame holds: 0 zeros, else a seed. */
export function contentOf(pfn: u32): u32 {
  return valid(pfn, 1) ? load<u32>(contents + (pfn << 2)) : 0;
}
export function setContent(pfn: u32, seed: u32): void {
  if (valid(pfn, 1)) store<u32>(contents + (pfn << 2), seed);
}

// ---- the pool of page-table frames

let pooled: i32 = 0;
export function table_give(pfn: u32): i32 {
  if (!valid(pfn, 1)) return RANGE;
  store<u32>(links + (pfn << 2), pool);
  pool = pfn;
  return ++pooled;
}
export function table_take(): i64 {
  if (pool === NONE) return -1;
  const pfn = pool;
  pool = load<u32>(links + (pfn << 2));
  pooled--;
  return pfn;
}

// ---- spaces

// @ts-expect-error: decorator
@inline
function at(space: u32): usize {
  return spaces + <usize>space * SPACE_BYTES;
}
function known(space: u32): bool {
  return space < SPACES && load<u32>(at(space), USED) !== 0;
}
// Moves a frame of the pool to a space's list.
function takeTable(row: usize): void {
  const pfn = <u32>table_take();
  store<u32>(links + (pfn << 2), load<u32>(row, TABLES));
  store<u32>(row, pfn, TABLES);
  store<u32>(row, load<u32>(row, TABLE_COUNT) + 1, TABLE_COUNT);
}

export function space_create(): i32 {
  if (pool === NONE) return NO_MEMORY;
  for (let space: u32 = 0; space < SPACES; space++) {
    const row = at(space);
    if (load<u32>(row, USED) !== 0) continue;
    memory.fill(row, 0, SPACE_BYTES);
    store<u32>(row, 1, USED);
    store<u32>(row, NONE, TABLES);
    takeTable(row);
    return <i32>space;
  }
  return NO_MEMORY;
}

// Gives back the leaves and granules of a space; not its table frames.
function forget(row: usize): void {
  for (let g: usize = 0; g < GRANULES; g++) {
    const granule: usize = load<u32>(row + (g << 2), GRANULE);
    if (granule === 0) continue;
    for (let i: usize = 0; i < LEAVES; i++) {
      const leaf: usize = load<u32>(granule + (i << 2));
      if (leaf === 0) continue;
      store<u32>(leaf, <u32>freeLeaves);
      freeLeaves = leaf;
    }
    store<u32>(granule, <u32>freeGranules);
    freeGranules = granule;
  }
  store<u32>(row, 0, USED);
}

export function space_destroy(space: u32): i32 {
  if (!known(space)) return NOT_FOUND;
  const row = at(space);
  let pfn = load<u32>(row, TABLES);
  const count = <i32>load<u32>(row, TABLE_COUNT);
  while (pfn !== NONE) {
    const next = load<u32>(links + (pfn << 2));
    table_give(pfn);
    pfn = next;
  }
  forget(row);
  return count;
}

// Address of the entry of a page, or 0 where its leaf is not there.
function entryOf(space: u32, va: u64): usize {
  const granule: usize = load<u32>(at(space) + (<usize>((va >> 33) & 127) << 2), GRANULE);
  if (granule === 0) return 0;
  const leaf: usize = load<u32>(granule + (<usize>((va >> 21) & 4095) << 2));
  return leaf === 0 ? 0 : leaf + (<usize>((va >> 12) & 511) << 2);
}

export function space_map(space: u32, va: u64, pfn: u32, prot: u32): i32 {
  if (!known(space)) return NOT_FOUND;
  if (va >> 40 !== 0 || !valid(pfn, 1)) return RANGE;
  let entry = entryOf(space, va);
  let tables = 0;
  if (entry === 0) {
    const row = at(space);
    const middle = row + MIDDLES + <usize>(va >> 33);
    const middleBit: u32 = 1 << (<u32>(va >> 30) & 7);
    const topBit: u32 = 1 << <u32>(va >> 39);
    tables = 1;
    if ((<u32>load<u8>(middle) & middleBit) === 0) tables++;
    if ((load<u32>(row, TOPS) & topBit) === 0) tables++;
    if (pooled < tables) return NO_MEMORY;
    for (let i = 0; i < tables; i++) takeTable(row);
    store<u8>(middle, <u32>load<u8>(middle) | middleBit);
    store<u32>(row, load<u32>(row, TOPS) | topBit, TOPS);
    addLeaf(row, va);
    entry = entryOf(space, va);
  } else if ((load<u32>(entry) & PRESENT) !== 0) return EXISTS;
  store<u32>(entry, pfn | PRESENT | (prot === 1 ? WRITABLE : 0));
  return tables;
}

function addLeaf(row: usize, va: u64): void {
  const slot = row + (<usize>((va >> 33) & 127) << 2);
  let granule: usize = load<u32>(slot, GRANULE);
  if (granule === 0) {
    granule = freeGranules;
    if (granule === 0) granule = room(LEAVES << 2);
    else freeGranules = load<u32>(granule);
    memory.fill(granule, 0, LEAVES << 2);
    store<u32>(slot, <u32>granule, GRANULE);
  }
  let leaf = freeLeaves;
  if (leaf === 0) leaf = room(ENTRIES << 2);
  else freeLeaves = load<u32>(leaf);
  memory.fill(leaf, 0, ENTRIES << 2);
  store<u32>(granule + (<usize>((va >> 21) & 4095) << 2), <u32>leaf);
}

function present(space: u32, va: u64): usize {
  if (!known(space)) return 0;
  const entry = entryOf(space, va);
  return entry !== 0 && (load<u32>(entry) & PRESENT) !== 0 ? entry : 0;
}

let unmapNs: i64 = 0;
let unmapped: u32 = 0;
/** What giving back a page of a live process costs, in ns; 0: it is not charged here. */
export function chargeUnmap(ns: i32): void {
  unmapNs = ns;
  unmapped = 0;
}
/** Pages that were charged since the last look. */
export function takeUnmapped(): u32 {
  const pages = unmapped;
  unmapped = 0;
  return pages;
}

export function space_unmap(space: u32, va: u64): i64 {
  if (!known(space)) return NOT_FOUND;
  const entry = present(space, va);
  if (entry === 0) return FAULT;
  if (unmapNs !== 0) {
    now += unmapNs;
    unmapped++;
  }
  const pfn = load<u32>(entry) & PFN;
  store<u32>(entry, 0);
  return pfn;
}

export function space_remap(space: u32, va: u64, pfn: u32): i64 {
  if (!known(space)) return NOT_FOUND;
  const entry = present(space, va);
  if (entry === 0) return FAULT;
  const before = load<u32>(entry);
  store<u32>(entry, (before & ~PFN) | pfn);
  return before & PFN;
}

export function space_lookup(space: u32, va: u64): i64 {
  if (!known(space)) return NOT_FOUND;
  const entry = present(space, va);
  if (entry === 0) return FAULT;
  const value = load<u32>(entry);
  return <i64>(value & PFN) | (<i64>((value >> 25) & 7) << 40);
}

export function space_age(space: u32, va: u64, clear: u32): i64 {
  const before = space_lookup(space, va);
  if (before < 0 || clear > 3) return clear > 3 ? RANGE : before;
  const entry = present(space, va);
  store<u32>(entry, load<u32>(entry) & ~(clear << 25));
  return before;
}

/** A process writes a page: false where it is not mapped. */
export function writePage(space: u32, va: u64, seed: u32): bool {
  const entry = present(space, va);
  if (entry === 0) return false;
  const value = load<u32>(entry);
  store<u32>(entry, value | ACCESSED | DIRTY);
  store<u32>(contents + ((value & PFN) << 2), seed);
  return true;
}

// ---- contexts

let created: u32 = 0;

export function context_create(slot: u32, space: u32, entryVa: u64, _stackVa: u64, _argument: u64): i32 {
  if (slot >= SLOTS) return RANGE;
  const row = slots + slot * SLOT_BYTES;
  store<u32>(row, 1);
  store<u32>(row, space, 4);
  store<u32>(row, <u32>entryVa, 8);
  created = slot;
  store<i64>(row, 0, 16);
  return OK;
}
export function context_destroy(slot: u32): i32 {
  const row = slots + slot * SLOT_BYTES;
  if (slot >= SLOTS || load<u32>(row) === 0) return NOT_FOUND;
  store<u32>(row, 0);
  return OK;
}
export function context_return(slot: u32, value: i64): i32 {
  const row = slots + slot * SLOT_BYTES;
  if (slot >= SLOTS || load<u32>(row) === 0) return NOT_FOUND;
  store<i64>(row, value, 16);
  return OK;
}
export function contextSpace(slot: u32): u32 {
  return load<u32>(slots + slot * SLOT_BYTES, 4);
}
export function contextProgram(slot: u32): u32 {
  return load<u32>(slots + slot * SLOT_BYTES, 8);
}
/** Slot of the context that was made last. */
export function lastCreated(): u32 {
  return created;
}
export function contextResult(slot: u32): f64 {
  return <f64>load<i64>(slots + slot * SLOT_BYTES, 16);
}
