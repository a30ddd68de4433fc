// Bench kernel: the C twin of allocator.ts, line by line.
#include "twins.h"

#define BLOCKS 1024
#define NONE (-1)

static int32_t next_of[BLOCKS], prev_of[BLOCKS], head[11], slots[256];
static uint8_t free_of[BLOCKS];
static uint32_t orders;

static void push(int32_t block, int32_t order) {
  int32_t first = head[order];
  next_of[block] = first;
  prev_of[block] = NONE;
  if (first != NONE) prev_of[first] = block;
  head[order] = block;
  free_of[block] = (uint8_t)(order + 1);
  orders |= 1u << order;
}

static void unlink_block(int32_t block, int32_t order) {
  int32_t next = next_of[block], prev = prev_of[block];
  if (next != NONE) prev_of[next] = prev;
  if (prev != NONE) {
    next_of[prev] = next;
  } else {
    head[order] = next;
    if (next == NONE) orders &= ~(1u << order);
  }
  free_of[block] = 0;
}

static int32_t allocate(int32_t order) {
  uint32_t fitting = (orders >> order) << order;
  if (fitting == 0) return NONE;
  int32_t from = __builtin_ctz(fitting);
  int32_t block = head[from];
  unlink_block(block, from);
  while (from > order) {
    from--;
    push(block + (1 << from), from);
  }
  return block;
}

static void release(int32_t block, int32_t order) {
  while (order < 10) {
    int32_t buddy = block ^ (1 << order);
    if (free_of[buddy] != order + 1) break;
    unlink_block(buddy, order);
    block &= buddy;
    order++;
  }
  push(block, order);
}

uint32_t twin_allocator(uint32_t n) {
  orders = 0;
  memset(free_of, 0, sizeof free_of);
  for (int i = 0; i < 11; i++) head[i] = NONE;
  for (int i = 0; i < 256; i++) slots[i] = NONE;
  push(0, 10);
  uint32_t seed = 1, sum = 0;
  for (uint32_t i = 0; i < n; i++) {
    seed = seed * 1664525u + 1013904223u;
    int32_t *slot = &slots[(seed >> 22) & 255];
    if (*slot != NONE) {
      release(*slot & 0xffff, *slot >> 16);
      *slot = NONE;
    } else {
      int32_t order = __builtin_ctz((seed >> 8) | 16);
      if (order > 4) order = 4;
      int32_t block = allocate(order);
      if (block != NONE) *slot = block | order << 16;
      sum = sum * 31 + (uint32_t)block;
    }
  }
  return sum;
}
