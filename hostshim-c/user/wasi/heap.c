// A heap of blocks in power-of-two classes, taken from a top that only rises. See heap.h. Fresh memory is zero already, so a
// large table costs frames only where it is written.
#include "user/wasi/heap.h"

#include "base/string.h"
#include "user/wasi/sys.h"

#define GROW_BYTES 0x40000ULL // asked of the kernel at once: 256 KiB
#define CLASSES 40
#define SMALLEST_SHIFT 5 // 32 bytes with the head
#define EXACT_BYTES 0x1000ULL // from here on a block has its own size, a multiple of 16, and is used again for such a size only
#define MOST_BYTES (USER_LINEAR_VA - USER_HEAP_VA - PAGE_BYTES)

//  block: | bytes of the block with this head (u64) | unused (u64) | what the caller has … |
typedef struct block {
  uint64_t bytes;
  struct block *next; // while it is free
} block_t;
_Static_assert(sizeof(block_t) == 16, "16-byte alignment of what follows");

static block_t *free_blocks[CLASSES]; // of one class: sizes of at least 2^class
static uint64_t top_bytes, limit_bytes;

static unsigned class_of(uint64_t bytes) {
  return 63 - (unsigned)__builtin_clzll(bytes);
}

// The bytes that a request takes with its head, 0 where it is absurd.
static uint64_t size_for(uint64_t bytes) {
  if (bytes > MOST_BYTES - sizeof(block_t)) return 0;
  uint64_t whole = align_up(bytes + sizeof(block_t), 16);
  if (whole >= EXACT_BYTES) return whole;
  uint64_t size = 1ULL << SMALLEST_SHIFT;
  while (size < whole) size <<= 1;
  return size;
}

static bool raise(uint64_t bytes) {
  if (bytes <= limit_bytes) return true;
  uint64_t wanted = align_up(bytes, GROW_BYTES);
  if (sys_heap_limit(wanted) < 0) {
    wanted = align_up(bytes, PAGE_BYTES); // near the process's limit
    if (sys_heap_limit(wanted) < 0) return false;
  }
  limit_bytes = wanted;
  return true;
}

void *heap_take(uint64_t bytes) {
  uint64_t size = size_for(bytes);
  if (size == 0) return NULL;
  block_t **list = &free_blocks[class_of(size)];
  for (unsigned tries = 0; *list && tries < 16; list = &(*list)->next, tries++) {
    block_t *block = *list;
    if (block->bytes < size) continue;
    *list = block->next;
    memset(block + 1, 0, block->bytes - sizeof *block);
    return block + 1;
  }
  if (size > MOST_BYTES - top_bytes || !raise(top_bytes + size)) return NULL;
  block_t *block = (block_t *)(USER_HEAP_VA + top_bytes);
  top_bytes += size;
  block->bytes = size;
  return block + 1;
}

void heap_give(void *memory) {
  if (memory == NULL) return;
  block_t *block = (block_t *)memory - 1;
  block_t **list = &free_blocks[class_of(block->bytes)];
  block->next = *list;
  *list = block;
}

void *heap_resize(void *memory, uint64_t bytes) {
  if (memory == NULL) return heap_take(bytes);
  block_t *block = (block_t *)memory - 1;
  uint64_t held = block->bytes - sizeof *block;
  if (bytes <= held) return memory;
  uint64_t size = size_for(bytes);
  bool last = (uint64_t)block + block->bytes == USER_HEAP_VA + top_bytes;
  if (last && size != 0 && size - block->bytes <= MOST_BYTES - top_bytes && raise(top_bytes + size - block->bytes)) {
    top_bytes += size - block->bytes;
    block->bytes = size;
    return memory;
  }
  // Room to grow: arrays are extended one element at a time.
  void *moved = heap_take(bytes + (bytes >= EXACT_BYTES ? bytes / 2 : 0));
  if (moved == NULL) moved = heap_take(bytes);
  if (moved == NULL) return NULL;
  memcpy(moved, memory, held);
  heap_give(memory);
  return moved;
}
