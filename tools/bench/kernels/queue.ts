// Bench kernel: a timer queue: a binary heap of deadlines, the earliest out, a later one in. Twin: queue.c.
const CAPACITY: i32 = 1024;
const HEAP: usize = memory.data(8192, 16); // u64[CAPACITY]: deadline « 16 | task
let count: i32 = 0;

function insert(item: u64): void {
  let at = count++;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    const above = load<u64>(HEAP + (parent << 3));
    if (above <= item) break;
    store<u64>(HEAP + (at << 3), above);
    at = parent;
  }
  store<u64>(HEAP + (at << 3), item);
}

function take(): u64 {
  const first = load<u64>(HEAP);
  const item = load<u64>(HEAP + (--count << 3));
  let at = 0;
  for (;;) {
    let child = at * 2 + 1;
    if (child >= count) break;
    let below = load<u64>(HEAP + (child << 3));
    if (child + 1 < count) {
      const right = load<u64>(HEAP + ((child + 1) << 3));
      if (right < below) {
        below = right;
        child++;
      }
    }
    if (item <= below) break;
    store<u64>(HEAP + (at << 3), below);
    at = child;
  }
  store<u64>(HEAP + (at << 3), item);
  return first;
}

export function run(n: i32): i32 {
  count = 0;
  let seed: u32 = 1;
  for (let i = 0; i < CAPACITY - 1; i++) {
    seed = seed * 1664525 + 1013904223;
    insert(((<u64>(seed >> 12)) << 16) | <u64>i);
  }
  let sum: u64 = 0;
  for (let i = 0; i < n; i++) {
    const item = take();
    sum = sum * 31 + item;
    seed = seed * 1664525 + 1013904223;
    insert(item + ((<u64>(seed >> 12)) << 16));
  }
  return <i32>(sum ^ (sum >> 32));
}
