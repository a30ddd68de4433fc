// Drives the allocator as a Linux process: `bench aot|twin 0|1 FRAMES OPERATIONS` times a script (mixed or not), `check FRAMES OPERATIONS
// SEED` plays random operations against a model and ends with every frame accounted for. One line of JSON on stdout.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench_buddy.h"
#include "tools/bench/wasm_process.h"
#include "twin.h"

#define SLOTS 65536u

static w2c_bench__buddy module;

static int bench(int aot, uint32_t mixed, uint32_t frames, uint32_t operations) {
  // The module writes the script for both.
  int32_t managed = (int32_t)w2c_bench__buddy_setup(&module, frames);
  uint32_t script_at = w2c_bench__buddy_scratch(&module, operations * 4);
  uint32_t slots_at = w2c_bench__buddy_scratch(&module, SLOTS * 4);
  if (managed < 0 || script_at == 0 || slots_at == 0) return 4;
  w2c_bench__buddy_fillScript(&module, script_at, operations, mixed);
  uint32_t *script = (uint32_t *)(module.w2c_memory.data + script_at);
  uint32_t *slots = (uint32_t *)(module.w2c_memory.data + slots_at);
  if (!aot && twin_setup(frames, aligned_alloc(4096, ((size_t)frames + 1024) * 16)) != managed) return 5;
  memset(slots, 0, SLOTS * 4);
  // The first half brings the machine to its steady state, caches and page tables included.
  uint32_t half = operations / 2;
  uint32_t sum = aot ? w2c_bench__buddy_churn(&module, script_at, half, slots_at) : twin_churn(script, half, slots);
  uint64_t start = now_ns();
  sum = sum * 1000003 + (aot ? w2c_bench__buddy_churn(&module, script_at + half * 4, half, slots_at) : twin_churn(script + half, half, slots));
  uint64_t elapsed = now_ns() - start;
  printf("{\"managed\":%d,\"operations\":%u,\"elapsedNs\":%llu,\"sum\":%u}\n", managed, half, (unsigned long long)elapsed, sum);
  return 0;
}

// ---- the counted run

static uint64_t random_state;

// splitmix64
static uint64_t random_next(void) {
  uint64_t z = (random_state += 0x9e3779b97f4a7c15ULL);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

static uint8_t *model; // per frame: 0 no RAM or free, else in use
static uint32_t *live; // pfn << 4 | order
static uint32_t live_count;
static uint64_t refused;

static void fail(const char *what, uint64_t operation) {
  printf("{\"failed\":\"%s\",\"operation\":%llu}\n", what, (unsigned long long)operation);
  exit(1);
}

static int32_t give(uint32_t pfn, uint32_t order) {
  return (int32_t)w2c_bench__buddy_free(&module, pfn, order);
}

// Requests that must be refused.
static void refuse(uint32_t frames, uint64_t i) {
  uint32_t pfn = (uint32_t)random_next() % frames, order = (uint32_t)(random_next() % 11);
  if (!model[pfn] && give(pfn, order) != -3) fail("a free frame was freed", i);
  if (give(frames + 1024 + pfn, order) != -5) fail("a frame outside the map was freed", i);
  if (give(pfn, 11 + order) != -5) fail("a bad order was freed", i);
  if ((int32_t)w2c_bench__buddy_alloc(&module, 11 + order, 1) != -5) fail("a bad order was allocated", i);
  refused += 3 + !model[pfn];
  if (live_count == 0) return;
  uint32_t block = live[random_next() % live_count];
  if (order != (block & 15)) {
    if (give(block >> 4, order) != -1) fail("a block was freed with another order", i);
    refused++;
  }
  if ((block & 15) != 0) {
    if (give((block >> 4) + 1, 0) != -3) fail("a frame inside a block was freed", i);
    refused++;
  }
}

static int check(uint32_t frames, uint64_t operations, uint64_t seed) {
  int32_t managed = (int32_t)w2c_bench__buddy_setup(&module, frames);
  model = calloc(frames, 1);
  live = malloc((size_t)frames * 4);
  random_state = seed;
  uint64_t allocations = 0, frees = 0, failures = 0, verified = 0;
  uint32_t used = 0, most = 0;
  int filling = 1;
  uint64_t start = now_ns();
  for (uint64_t i = 0; i < operations; i++) {
    uint64_t r = random_next();
    // Waves: the machine fills until small blocks fail, and drains until little is left.
    if ((r & 1023) < (filling ? 614u : 358u)) {
      uint32_t a = (uint32_t)(r >> 10) % 11, b = (uint32_t)(r >> 20) % 11, order = a < b ? a : b;
      int32_t pfn = (int32_t)w2c_bench__buddy_alloc(&module, order, r >> 40 & 1);
      if (pfn == -2) {
        failures++;
        if (order < 3) filling = 0;
        continue;
      }
      if (pfn < 0 || (uint32_t)pfn + (1u << order) > frames || ((uint32_t)pfn & ((1u << order) - 1)) != 0) fail("a block outside the map or not aligned", i);
      for (uint32_t f = 0; f < 1u << order; f++)
        if (model[(uint32_t)pfn + f]) fail("a frame was given twice", i);
      memset(model + pfn, 1, 1u << order);
      live[live_count++] = (uint32_t)pfn << 4 | order;
      used += 1u << order;
      if (used > most) most = used;
      allocations++;
    } else if (live_count) {
      uint32_t at = (uint32_t)(r >> 24) % live_count, block = live[at];
      if (give(block >> 4, block & 15) != 0) fail("a block could not be freed", i);
      if ((i & 15) == 0 && give(block >> 4, block & 15) != -3) fail("a block was freed twice", i);
      refused += (i & 15) == 0;
      memset(model + (block >> 4), 0, 1u << (block & 15));
      live[at] = live[--live_count];
      used -= 1u << (block & 15);
      frees++;
      if (used < frames / 50) filling = 1;
    }
    if ((r >> 50 & 255) == 0) refuse(frames, i);
    if (w2c_bench__buddy_freePages(&module) + used != (uint32_t)managed) fail("free and used frames do not add up", i);
    if (i % 250000 == 0) {
      verified++;
      if (w2c_bench__buddy_verify(&module) != 0) fail("verify found an inconsistency", i);
    }
  }
  while (live_count) {
    uint32_t block = live[--live_count];
    if (give(block >> 4, block & 15) != 0) fail("a block could not be freed at the end", operations);
  }
  uint32_t inconsistencies = w2c_bench__buddy_verify(&module);
  printf("{\"operations\":%llu,\"allocations\":%llu,\"frees\":%llu,\"failures\":%llu,\"refused\":%llu,\"verified\":%llu,\"managed\":%d,\"mostUsed\":%u,"
         "\"freeAtEnd\":%u,\"inconsistencies\":%u,\"elapsedNs\":%llu}\n",
         (unsigned long long)operations, (unsigned long long)allocations, (unsigned long long)frees, (unsigned long long)failures, (unsigned long long)refused,
         (unsigned long long)verified + 1, managed, most, w2c_bench__buddy_freePages(&module), inconsistencies, (unsigned long long)(now_ns() - start));
  return inconsistencies != 0 || w2c_bench__buddy_freePages(&module) != (uint32_t)managed;
}

int main(int argc, char **argv) {
  wasm2c_bench__buddy_instantiate(&module);
  if (argc == 6 && strcmp(argv[1], "bench") == 0) return bench(strcmp(argv[2], "aot") == 0, (uint32_t)atol(argv[3]), (uint32_t)atol(argv[4]), (uint32_t)atol(argv[5]));
  if (argc == 5 && strcmp(argv[1], "check") == 0) return check((uint32_t)atol(argv[2]), (uint64_t)atoll(argv[3]), (uint64_t)atoll(argv[4]));
  return 64;
}
