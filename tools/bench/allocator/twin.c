// The C twin of kernel-as/kernel/mm/buddy.ts: the same algorithm as one would write it in C, natively compiled, to measure what
// WebAssembly costs. Not used by the kernel. Its checksum of a script must equal the module's.
#include "twin.h"

#define MAX_ORDER 10u
#define ORDERS (MAX_ORDER + 1)
#define MAX_BLOCK (1u << MAX_ORDER)
#define NO_FRAME 0xffffffffu

enum { INNER, FREE, UNMOVABLE, MOVABLE, ISOLATED, HOLE };
enum { OK = 0, INVALID = -1, NO_MEMORY = -2, NOT_FOUND = -3, OUT_OF_RANGE = -5 };

struct row {
  uint32_t next, prev;
  uint32_t tag; // state | order << 8 | owner << 16
  uint32_t page;
};

struct list {
  uint32_t head, count;
};

static struct row *rows;
static struct list lists[2][16];
static uint32_t masks[2];
static uint64_t failures[2][ORDERS];
static uint32_t span_pages, boundary, managed, free_frames, movable_frames;
// Not static: the compiler may not take them for constants.
uint32_t twin_first_pfn, twin_isolated_first, twin_isolated_span;
static uint32_t isolated_frames;
static uint64_t allocations, frees, failure_count;

static uint32_t zone_of(uint32_t pfn) {
  return pfn >= boundary;
}

static void push(uint32_t pfn, uint32_t order) {
  uint32_t zone = zone_of(pfn);
  struct list *list = &lists[zone][order];
  uint32_t head = list->head;
  rows[pfn].next = head;
  rows[pfn].prev = NO_FRAME;
  rows[pfn].tag = FREE | order << 8;
  list->head = pfn;
  list->count++;
  if (head != NO_FRAME)
    rows[head].prev = pfn;
  else
    masks[zone] |= 1u << order;
}

static void merge(uint32_t pfn, uint32_t order) {
  uint32_t zone = zone_of(pfn), mask = masks[zone], size = 1u << order;
  struct list *list = &lists[zone][order];
  rows[pfn].tag = INNER;
  while (order < MAX_ORDER) {
    uint32_t buddy = pfn ^ size;
    struct row *row = &rows[buddy];
    if (row->tag != (FREE | order << 8)) break;
    row->tag = INNER;
    uint32_t next = row->next, prev = row->prev;
    if (next == NO_FRAME && prev == NO_FRAME) {
      *list = (struct list){NO_FRAME, 0};
      mask ^= size;
    } else {
      list->count--;
      if (next != NO_FRAME) rows[next].prev = prev;
      if (prev != NO_FRAME)
        rows[prev].next = next;
      else
        list->head = next;
    }
    pfn &= buddy;
    order++;
    size <<= 1;
    list++;
  }
  uint32_t head = list->head;
  rows[pfn] = (struct row){head, NO_FRAME, FREE | order << 8, rows[pfn].page};
  list->head = pfn;
  list->count++;
  if (head != NO_FRAME) rows[head].prev = pfn;
  masks[zone] = mask | size;
}

static int32_t alloc_dry(uint32_t order, uint32_t movable) {
  failure_count++;
  failures[movable][order]++;
  return NO_MEMORY;
}

int32_t twin_alloc(uint32_t order, uint32_t movable) {
  if (order > MAX_ORDER) return OUT_OF_RANGE;
  uint32_t zone = movable;
  uint32_t fitting = masks[zone] >> order;
  if (fitting == 0) {
    zone ^= 1;
    fitting = masks[zone] >> order;
    if (fitting == 0) return alloc_dry(order, movable);
  }
  uint32_t found = order + (uint32_t)__builtin_ctz(fitting);
  struct list *list = &lists[zone][found];
  uint32_t pfn = list->head;
  uint32_t next = rows[pfn].next;
  uint32_t size = 1u << found, flipped = 0;
  list->head = next;
  list->count--;
  if (next != NO_FRAME)
    rows[next].prev = NO_FRAME;
  else
    flipped = size;
  if (found != order) {
    flipped |= size - (1u << order);
    do {
      found--;
      size >>= 1;
      list--;
      uint32_t upper = pfn + size;
      rows[upper].next = rows[upper].prev = NO_FRAME;
      rows[upper].tag = FREE | found << 8;
      list->head = upper;
      list->count = 1;
    } while (found != order);
  }
  if (flipped) masks[zone] ^= flipped;
  rows[pfn].tag = (UNMOVABLE + movable) | order << 8;
  free_frames -= size;
  movable_frames += movable ? size : 0;
  allocations++;
  return (int32_t)pfn;
}

int32_t twin_free(uint32_t pfn, uint32_t order) {
  if (order > MAX_ORDER || pfn - twin_first_pfn >= span_pages) return OUT_OF_RANGE;
  uint32_t tag = rows[pfn].tag;
  if ((tag & 0xfffe) != (UNMOVABLE | order << 8)) return (tag & 0xfe) == UNMOVABLE ? INVALID : NOT_FOUND;
  movable_frames -= (tag & 1) << order;
  free_frames += 1u << order;
  frees++;
  if (pfn - twin_isolated_first < twin_isolated_span) {
    rows[pfn].tag = ISOLATED | order << 8;
    isolated_frames += 1u << order;
    return OK;
  }
  merge(pfn, order);
  return OK;
}

static void add_range(uint32_t first, uint32_t end) {
  while (end > first) {
    uint32_t order = (uint32_t)__builtin_ctz(end | MAX_BLOCK);
    while (end - first < 1u << order) order--;
    end -= 1u << order;
    push(end, order);
    free_frames += 1u << order;
  }
}

int32_t twin_setup(uint32_t frames, void *memory) {
  const uint32_t hole_first = 159, hole_end = 700;
  rows = memory;
  span_pages = (frames + MAX_BLOCK - 1) & ~(MAX_BLOCK - 1);
  for (uint32_t pfn = 0; pfn < span_pages; pfn++) rows[pfn] = (struct row){0, 0, (pfn >= 1 && pfn < hole_first) || (pfn >= hole_end && pfn < frames) ? INNER : HOLE, 0};
  for (uint32_t order = 0; order < ORDERS; order++) lists[0][order] = lists[1][order] = (struct list){NO_FRAME, 0};
  masks[0] = masks[1] = free_frames = movable_frames = twin_isolated_span = twin_first_pfn = 0;
  managed = hole_first - 1 + frames - hole_end;
  boundary = (hole_end + managed / 4 - (hole_first - 1) + MAX_BLOCK / 2) & ~(MAX_BLOCK - 1);
  add_range(hole_end, frames);
  add_range(1, hole_first);
  return (int32_t)managed;
}

uint32_t twin_churn(const uint32_t *script, uint32_t count, uint32_t *slots) {
  uint32_t sum = 0;
  for (uint32_t i = 0; i < count; i++) {
    uint32_t word = script[i];
    uint32_t *slot = &slots[word & 0xffff];
    if (*slot) {
      twin_free((*slot & 0xffffff) - 1, *slot >> 24);
      *slot = 0;
    } else {
      uint32_t order = word >> 16 & 15;
      int32_t pfn = twin_alloc(order, word >> 20 & 1);
      if (pfn >= 0) *slot = ((uint32_t)pfn + 1) | order << 24;
      sum = sum * 31 + (uint32_t)pfn;
    }
  }
  return sum;
}
