// The scripts that every contestant plays; allocator.ts makes the same ones for V8. Words as in buddy-module.ts.
#ifndef GANGLION_BENCH_SCRIPT_H
#define GANGLION_BENCH_SCRIPT_H

#include <stdint.h>

#define SLOTS 65536u

static uint64_t random_state;

// splitmix64
static uint64_t random_next(void) {
  uint64_t z = (random_state += 0x9e3779b97f4a7c15ULL);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

// pairs: a frame is taken and given back at once; small blocks are split and merged each time.
// churn: random slots, mostly order 0, orders up to 10, a quarter unmovable, the machine about half full.
static void script_fill(uint32_t *script, uint32_t count, int churn) {
  random_state = 42;
  for (uint32_t i = 0; i < count; i++) {
    uint64_t r = random_next();
    uint32_t order = 0;
    if ((r & 7) == 0) order = (uint32_t)(r >> 3 & 3);
    if ((r & 1023) == 0) order = (uint32_t)((r >> 10) % 11);
    uint32_t movable = (r >> 20 & 3) != 0;
    uint32_t slot = churn ? (uint32_t)(r >> 32) % SLOTS : 0;
    script[i] = slot | (churn ? order : 0) << 16 | (churn ? movable : 1u) << 20;
  }
}

#endif
