// Bench kernel: a small binary buddy allocator (1024 blocks, orders 0–10, free lists in arrays). Twin: allocator.c.
const BLOCKS: i32 = 1024;
const NONE: i32 = -1;
const NEXT: usize = memory.data(4096, 16); // i32[BLOCKS]
const PREV: usize = memory.data(4096, 16); // i32[BLOCKS]
const FREE: usize = memory.data(1024, 16); // u8[BLOCKS]: order + 1 of a free block, 0 otherwise
const HEAD: usize = memory.data(44, 16); // i32[11]
const SLOT: usize = memory.data(1024, 16); // i32[256]: block | order << 16, or NONE
let orders: u32 = 0;

function push(block: i32, order: i32): void {
  const head = load<i32>(HEAD + (order << 2));
  store<i32>(NEXT + (block << 2), head);
  store<i32>(PREV + (block << 2), NONE);
  if (head !== NONE) store<i32>(PREV + (head << 2), block);
  store<i32>(HEAD + (order << 2), block);
  store<u8>(FREE + block, order + 1);
  orders |= 1 << order;
}

function unlink(block: i32, order: i32): void {
  const next = load<i32>(NEXT + (block << 2));
  const prev = load<i32>(PREV + (block << 2));
  if (next !== NONE) store<i32>(PREV + (next << 2), prev);
  if (prev !== NONE) store<i32>(NEXT + (prev << 2), next);
  else {
    store<i32>(HEAD + (order << 2), next);
    if (next === NONE) orders &= ~(1 << order);
  }
  store<u8>(FREE + block, 0);
}

function allocate(order: i32): i32 {
  const fitting = (orders >> order) << order;
  if (fitting === 0) return NONE;
  let from = <i32>ctz(fitting);
  const block = load<i32>(HEAD + (from << 2));
  unlink(block, from);
  while (from > order) {
    from--;
    push(block + (1 << from), from);
  }
  return block;
}

function release(start: i32, first: i32): void {
  let block = start;
  let order = first;
  while (order < 10) {
    const buddy = block ^ (1 << order);
    if (<i32>load<u8>(FREE + buddy) !== order + 1) break;
    unlink(buddy, order);
    block &= buddy;
    order++;
  }
  push(block, order);
}

export function run(n: i32): i32 {
  orders = 0;
  memory.fill(FREE, 0, BLOCKS);
  for (let i = 0; i < 11; i++) store<i32>(HEAD + (i << 2), NONE);
  for (let i = 0; i < 256; i++) store<i32>(SLOT + (i << 2), NONE);
  push(0, 10);
  let seed: u32 = 1;
  let sum: u32 = 0;
  for (let i = 0; i < n; i++) {
    seed = seed * 1664525 + 1013904223;
    const slot = SLOT + ((seed >> 22) & 255) * 4;
    const held = load<i32>(slot);
    if (held !== NONE) {
      release(held & 0xffff, held >> 16);
      store<i32>(slot, NONE);
    } else {
      const order = min<i32>(<i32>ctz((seed >> 8) | 16), 4);
      const block = allocate(order);
      if (block !== NONE) store<i32>(slot, block | (order << 16));
      sum = sum * 31 + <u32>block;
    }
  }
  return <i32>sum;
}
