// First fit with merging. See arena.h.
#include "wasm/arena.h"

#include "base/panic.h"
#include "base/string.h"

#define ALIGNMENT 16ULL
#define LEAST_PAYLOAD 16ULL

typedef struct {
  uint64_t bytes; // of the payload, multiple of ALIGNMENT
  uint64_t state; // USED or FREE: anything else is a block that was overwritten or never was
} block_t;
_Static_assert(sizeof(block_t) == ALIGNMENT, "payloads are aligned");

#define USED 0x75736564ULL
#define FREE 0x66726565ULL

static block_t *next_of(block_t *block) {
  return (block_t *)((uint8_t *)(block + 1) + block->bytes);
}

static void check(const block_t *block) {
  panic_unless(block->state == USED || block->state == FREE);
}

// Only forward: a free block behind is merged when the search passes it.
static void merge(const arena_t *arena, block_t *block) {
  for (block_t *next = next_of(block); (uint8_t *)next < arena->end && next->state == FREE; next = next_of(block)) block->bytes += sizeof *next + next->bytes;
}

static void split(block_t *block, uint64_t bytes) {
  if (block->bytes < bytes + sizeof *block + LEAST_PAYLOAD) return;
  block_t *rest = (block_t *)((uint8_t *)(block + 1) + bytes);
  *rest = (block_t){block->bytes - bytes - sizeof *rest, FREE};
  block->bytes = bytes;
}

status_t arena_init(arena_t *arena, void *span, uint64_t bytes) {
  uint64_t start = align_up((uint64_t)span, ALIGNMENT);
  uint64_t end = align_down((uint64_t)span + bytes, ALIGNMENT);
  if (end < start + sizeof(block_t) + LEAST_PAYLOAD) return STATUS_NO_MEMORY;
  *arena = (arena_t){(uint8_t *)start, (uint8_t *)end, (uint8_t *)start, false};
  *(block_t *)start = (block_t){end - start - sizeof(block_t), FREE};
  return STATUS_OK;
}

void *arena_take(arena_t *arena, uint64_t bytes) {
  if (bytes > (uint64_t)(arena->end - arena->start)) {
    arena->exhausted = true;
    return NULL;
  }
  uint64_t wanted = align_up(bytes < LEAST_PAYLOAD ? LEAST_PAYLOAD : bytes, ALIGNMENT);
  bool lowest = true;
  for (block_t *block = (block_t *)arena->first_free; (uint8_t *)block < arena->end; block = next_of(block)) {
    check(block);
    if (block->state == USED) continue;
    merge(arena, block);
    if (block->bytes < wanted) {
      if (lowest) arena->first_free = (uint8_t *)block;
      lowest = false;
      continue;
    }
    split(block, wanted);
    block->state = USED;
    if (lowest) arena->first_free = (uint8_t *)next_of(block);
    memset(block + 1, 0, block->bytes);
    return block + 1;
  }
  arena->exhausted = true;
  return NULL;
}

void arena_give(arena_t *arena, void *payload) {
  if (payload == NULL) return;
  block_t *block = (block_t *)payload - 1;
  panic_unless(block->state == USED);
  block->state = FREE;
  merge(arena, block);
  if ((uint8_t *)block < arena->first_free) arena->first_free = (uint8_t *)block;
}

void *arena_resize(arena_t *arena, void *payload, uint64_t bytes) {
  if (payload == NULL) return arena_take(arena, bytes);
  block_t *block = (block_t *)payload - 1;
  panic_unless(block->state == USED);
  if (bytes <= block->bytes) return payload;
  void *larger = arena_take(arena, bytes);
  if (larger == NULL) return NULL;
  memcpy(larger, payload, block->bytes);
  arena_give(arena, payload);
  return larger;
}

uint64_t arena_used(const arena_t *arena) {
  uint64_t used = 0;
  for (block_t *block = (block_t *)arena->start; (uint8_t *)block < arena->end; block = next_of(block)) {
    check(block);
    if (block->state == USED) used += sizeof *block + block->bytes;
  }
  return used;
}
