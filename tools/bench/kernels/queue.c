// Bench kernel: the C twin of queue.ts.
#include "twins.h"

#define CAPACITY 1024

static uint64_t heap[CAPACITY];
static int32_t count;

static void insert(uint64_t item) {
  int32_t at = count++;
  while (at > 0) {
    int32_t parent = (at - 1) >> 1;
    uint64_t above = heap[parent];
    if (above <= item) break;
    heap[at] = above;
    at = parent;
  }
  heap[at] = item;
}

static uint64_t take(void) {
  uint64_t first = heap[0], item = heap[--count];
  int32_t at = 0;
  for (;;) {
    int32_t child = at * 2 + 1;
    if (child >= count) break;
    uint64_t below = heap[child];
    if (child + 1 < count) {
      uint64_t right = heap[child + 1];
      if (right < below) {
        below = right;
        child++;
      }
    }
    if (item <= below) break;
    heap[at] = below;
    at = child;
  }
  heap[at] = item;
  return first;
}

uint32_t twin_queue(uint32_t n) {
  count = 0;
  uint32_t seed = 1;
  for (uint32_t i = 0; i < CAPACITY - 1; i++) {
    seed = seed * 1664525u + 1013904223u;
    insert((uint64_t)(seed >> 12) << 16 | i);
  }
  uint64_t sum = 0;
  for (uint32_t i = 0; i < n; i++) {
    uint64_t item = take();
    sum = sum * 31 + item;
    seed = seed * 1664525u + 1013904223u;
    insert(item + ((uint64_t)(seed >> 12) << 16));
  }
  return (uint32_t)(sum ^ (sum >> 32));
}
