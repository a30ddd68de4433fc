// Bench kernel: quicksort with a stack of its own, insertion sort below 12 elements, on 4096 numbers. Twin: sort.c.
const COUNT: i32 = 4096;
const DATA: usize = memory.data(16384, 16); // i32[COUNT]
const STACK: usize = memory.data(512, 16); // pairs of i32

function sort(): void {
  let depth = 0;
  let low = 0;
  let high = COUNT - 1;
  for (;;) {
    while (high - low >= 12) {
      const pivot = load<i32>(DATA + (((low + high) >> 1) << 2));
      let i = low;
      let j = high;
      while (i <= j) {
        while (load<i32>(DATA + (i << 2)) < pivot) i++;
        while (load<i32>(DATA + (j << 2)) > pivot) j--;
        if (i <= j) {
          const a = load<i32>(DATA + (i << 2));
          store<i32>(DATA + (i << 2), load<i32>(DATA + (j << 2)));
          store<i32>(DATA + (j << 2), a);
          i++;
          j--;
        }
      }
      // The larger side waits, so that the stack stays small.
      if (j - low < high - i) {
        store<i32>(STACK + (depth << 3), i);
        store<i32>(STACK + (depth << 3) + 4, high);
        high = j;
      } else {
        store<i32>(STACK + (depth << 3), low);
        store<i32>(STACK + (depth << 3) + 4, j);
        low = i;
      }
      depth++;
    }
    for (let i = low + 1; i <= high; i++) {
      const value = load<i32>(DATA + (i << 2));
      let j = i - 1;
      while (j >= low && load<i32>(DATA + (j << 2)) > value) {
        store<i32>(DATA + (j << 2) + 4, load<i32>(DATA + (j << 2)));
        j--;
      }
      store<i32>(DATA + (j << 2) + 4, value);
    }
    if (depth === 0) return;
    depth--;
    low = load<i32>(STACK + (depth << 3));
    high = load<i32>(STACK + (depth << 3) + 4);
  }
}

export function run(n: i32): i32 {
  let seed: u32 = 1;
  let sum: i32 = 0;
  for (let round = 0; round < n; round++) {
    for (let i = 0; i < COUNT; i++) {
      seed = seed * 1664525 + 1013904223;
      store<i32>(DATA + (i << 2), <i32>seed);
    }
    sort();
    sum = sum * 31 + load<i32>(DATA + ((round & (COUNT - 1)) << 2));
  }
  return sum;
}
