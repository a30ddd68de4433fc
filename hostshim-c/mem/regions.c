// The physical memory map and boot memory. Boot memory is one contiguous piece, taken from the start of one usable
// row: so the number of rows never changes, only the border between two of them. See regions.h.
#include "mem/regions.h"

#include "base/panic.h"
#include "base/string.h"
#include "boot/facts.h"
#include "base/layout.h"

#define KIND_LOADER 5 // usable as soon as boot memory is sealed

typedef struct {
  uint64_t base_pa, end_pa;
  uint32_t kind;
} region_t;

uint64_t direct_map_va;

extern uint8_t image_start[], image_end[];

static region_t regions[MEMORY_REGIONS];
static uint32_t region_count;
static region_t *boot_row; // what boot memory has been taken, kind Image; the row behind it is usable
static bool sealed;

static void region_insert(uint32_t at, region_t region) {
  if (region_count == MEMORY_REGIONS) panic("the memory map has more than %d rows", MEMORY_REGIONS);
  for (uint32_t i = region_count++; i > at; i--) regions[i] = regions[i - 1];
  regions[at] = region;
}

// Make [base, end) of one kind, cutting what was there.
static void regions_carve(uint64_t base, uint64_t end, uint32_t kind) {
  if (base >= end) return;
  for (uint32_t i = 0; i < region_count;) {
    region_t old = regions[i];
    if (old.end_pa <= base || old.base_pa >= end) {
      i++;
      continue;
    }
    for (uint32_t k = i + 1; k < region_count; k++) regions[k - 1] = regions[k];
    region_count--;
    if (old.base_pa < base) region_insert(i++, (region_t){old.base_pa, base, old.kind});
    if (old.end_pa > end) region_insert(i++, (region_t){end, old.end_pa, old.kind});
  }
  uint32_t at = 0;
  while (at < region_count && regions[at].base_pa < base) at++;
  region_insert(at, (region_t){base, end, kind});
}

// Usable ranges shrink to whole frames, all others grow.
static void add_ranges(memory_kind_t kind, uint32_t region_kind) {
  for (uint32_t i = 0; i < boot_facts.range_count; i++) {
    const memory_range_t *range = &boot_facts.ranges[i];
    if (range->kind != kind) continue;
    uint64_t end = range->base_pa + range->bytes;
    if (region_kind == REGION_KIND_RESERVED) {
      regions_carve(align_down(range->base_pa, PAGE_BYTES), end > ~0xfffULL ? ~0xfffULL : align_up(end, PAGE_BYTES), region_kind);
    } else {
      if (end > DIRECT_MAP_BYTES) end = DIRECT_MAP_BYTES;
      if (range->base_pa < end) regions_carve(align_up(range->base_pa, PAGE_BYTES), align_down(end, PAGE_BYTES), region_kind);
    }
  }
}

// The largest usable row that the page tables loaded now reach.
static void choose_boot_row(void) {
  uint32_t best = region_count;
  uint64_t best_bytes = 0;
  for (uint32_t i = 0; i < region_count; i++) {
    if (regions[i].kind != REGION_KIND_USABLE || regions[i].base_pa >= boot_facts.direct_bytes) continue;
    uint64_t end = regions[i].end_pa < boot_facts.direct_bytes ? regions[i].end_pa : boot_facts.direct_bytes;
    if (end - regions[i].base_pa > best_bytes) best = i, best_bytes = end - regions[i].base_pa;
  }
  if (best == region_count) panic("no usable memory below %lu MiB", boot_facts.direct_bytes >> 20);
  uint64_t base = regions[best].base_pa;
  region_insert(best, (region_t){base, base, REGION_KIND_IMAGE});
  boot_row = &regions[best];
}

void regions_init(void) {
  direct_map_va = boot_facts.direct_va;
  if (boot_facts.range_count == 0) panic("the loader gave no memory map");
  add_ranges(MEMORY_USABLE, REGION_KIND_USABLE);
  add_ranges(MEMORY_LOADER, KIND_LOADER);
  add_ranges(MEMORY_RESERVED, REGION_KIND_RESERVED);
  regions_carve(0, PAGE_BYTES, REGION_KIND_RESERVED); // frame 0 means "none"
  uint64_t image_bytes = (uint64_t)(image_end - image_start);
  regions_carve(boot_facts.image_pa, boot_facts.image_pa + image_bytes, REGION_KIND_IMAGE);
  if (boot_facts.initrd_bytes > 0)
    regions_carve(align_down(boot_facts.initrd_pa, PAGE_BYTES), align_up(boot_facts.initrd_pa + boot_facts.initrd_bytes, PAGE_BYTES), REGION_KIND_INITRD);
  choose_boot_row();
}

uint32_t regions_count(void) {
  return region_count;
}

static uint32_t public_kind(uint32_t kind) {
  return kind == KIND_LOADER ? REGION_KIND_USABLE : kind;
}

status_t regions_row(uint32_t index, mem_region_t *out) {
  if (index >= region_count) return STATUS_NOT_FOUND;
  const region_t *region = &regions[index];
  *out = (mem_region_t){.base_pa = region->base_pa, .bytes = region->end_pa - region->base_pa, .kind = public_kind(region->kind)};
  return STATUS_OK;
}

void boot_memory_seal(void) {
  sealed = true;
}

uint64_t boot_memory_left(void) {
  if (sealed || boot_row == NULL) return 0;
  const region_t *from = boot_row + 1;
  uint64_t end = from->end_pa;
  if (end > boot_facts.direct_bytes) end = boot_facts.direct_bytes; // what is not mapped cannot be zeroed
  return end > from->base_pa ? end - from->base_pa : 0;
}

void *boot_memory_take(uint64_t bytes) {
  uint64_t left = boot_memory_left();
  if (bytes > left) return NULL;
  bytes = align_up(bytes, PAGE_BYTES);
  if (bytes > left) return NULL;
  region_t *from = boot_row + 1;
  uint64_t *memory = physical_pointer(from->base_pa);
  words_fill(memory, 0, bytes / 8);
  from->base_pa += bytes;
  boot_row->end_pa += bytes;
  return memory;
}

bool frames_usable(uint64_t pfn, uint64_t count) {
  static const region_t *last = regions; // most calls hit the row of the call before
  uint64_t base = pfn * PAGE_BYTES, end = base + count * PAGE_BYTES;
  if (count == 0 || base < last->base_pa || end > last->end_pa || !sealed) {
    last = regions;
    while (last < regions + region_count && end > last->end_pa) last++;
    if (last == regions + region_count) {
      last = regions;
      return false;
    }
  }
  return count > 0 && base >= last->base_pa && public_kind(last->kind) == REGION_KIND_USABLE;
}

bool frame_is_ram(uint64_t pfn) {
  uint64_t pa = pfn * PAGE_BYTES;
  for (uint32_t i = 0; i < region_count; i++)
    if (pa >= regions[i].base_pa && pa < regions[i].end_pa) return regions[i].kind != REGION_KIND_RESERVED;
  return false;
}

uint64_t ram_end_pa(void) {
  uint64_t end = 0;
  for (uint32_t i = 0; i < region_count; i++)
    if (public_kind(regions[i].kind) == REGION_KIND_USABLE && regions[i].end_pa > end) end = regions[i].end_pa;
  return end;
}

void regions_visit_ram(void (*visit)(uint64_t base_pa, uint64_t bytes)) {
  for (uint32_t i = 0; i < region_count; i++) {
    if (regions[i].kind == REGION_KIND_RESERVED) continue;
    // The border of boot memory moves while `visit` takes page tables: both sides are visited as one.
    if (boot_row == &regions[i]) continue;
    uint64_t base = boot_row + 1 == &regions[i] ? boot_row->base_pa : regions[i].base_pa;
    visit(base, regions[i].end_pa - base);
  }
}
