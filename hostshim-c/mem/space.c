// Address spaces: four levels, 4 KiB pages, every table frame from the pool. See space.h.
#include "mem/space.h"

#include "base/limits.h"
#include "base/string.h"
#include "boot/facts.h"
#include "cpu/registers.h"
#include "mem/paging.h"
#include "mem/regions.h"

#define ENTRIES 512
#define KERNEL_HALF 256 // first top-level entry of the kernel half
#define USER_TOP_ENTRIES (USER_END_VA >> 39)
#define LOOKUP_ACCESSED (1ULL << 40)
#define LOOKUP_DIRTY (1ULL << 41)
#define LOOKUP_WRITABLE (1ULL << 42)
#define AGE_ACCESSED 1u
#define AGE_DIRTY 2u

extern const uint8_t image_start[], programs_start[], programs_end[]; // boot/linker.ld

static uint64_t tops[SPACES]; // physical address of the top-level table; 0: free
static int32_t loaded = -1; // space whose tables are loaded; −1: the kernel's own
static uint64_t pool_head; // physical address of a free frame whose first word is the next one's; 0: none
static uint32_t pool_count;

static uint64_t *table_at(uint64_t entry) {
  return physical_pointer(entry & PTE_ADDRESS);
}

static void pool_put(uint64_t pa) {
  *(uint64_t *)physical_pointer(pa) = pool_head;
  pool_head = pa;
  pool_count++;
}

// Not zeroed. The pool must not be empty.
static uint64_t pool_get(void) {
  uint64_t pa = pool_head;
  pool_head = *(uint64_t *)physical_pointer(pa);
  pool_count--;
  return pa;
}

int32_t table_give(uint32_t pfn) {
  if (!frames_usable(pfn, 1)) return STATUS_RANGE;
  pool_put(pfn * PAGE_BYTES);
  return (int32_t)pool_count;
}

int64_t table_take_back(void) {
  return pool_count == 0 ? -1 : (int64_t)(pool_get() / PAGE_BYTES);
}

bool space_exists(int32_t space) {
  return space >= 0 && space < SPACES && tops[space] != 0;
}

void space_load(int32_t space) {
  if (loaded == space) return;
  cpu_write_cr3(tops[space]);
  loaded = space;
}

int32_t space_create(void) {
  int32_t space = 0;
  while (space < SPACES && tops[space] != 0) space++;
  if (space == SPACES || pool_count == 0) return STATUS_NO_MEMORY;
  tops[space] = pool_get();
  uint64_t *top = physical_pointer(tops[space]);
  words_fill(top, 0, KERNEL_HALF);
  words_copy(top + KERNEL_HALF, (uint64_t *)physical_pointer(paging_kernel_top_pa()) + KERNEL_HALF, ENTRIES - KERNEL_HALF);
  return space;
}

static void table_release(uint64_t entry, unsigned level) {
  if (level > 0) {
    const uint64_t *table = table_at(entry);
    for (unsigned i = 0; i < ENTRIES; i++)
      if (table[i] & PTE_PRESENT) table_release(table[i], level - 1);
  }
  pool_put(entry & PTE_ADDRESS);
}

int32_t space_destroy(int32_t space) {
  if (!space_exists(space)) return STATUS_NOT_FOUND;
  if (loaded == space) {
    cpu_write_cr3(paging_kernel_top_pa());
    loaded = -1;
  }
  uint32_t before = pool_count;
  const uint64_t *top = physical_pointer(tops[space]);
  for (unsigned i = 0; i < USER_TOP_ENTRIES; i++)
    if (top[i] & PTE_PRESENT) table_release(top[i], 2);
  pool_put(tops[space]);
  tops[space] = 0;
  return (int32_t)(pool_count - before);
}

// Whether the frame belongs to the files of embedded programs.
static bool frame_of_program(uint64_t pfn) {
  uint64_t start = boot_facts.image_pa + (uint64_t)(programs_start - image_start);
  uint64_t end = boot_facts.image_pa + (uint64_t)(programs_end - image_start);
  return pfn * PAGE_BYTES >= start && pfn * PAGE_BYTES < end;
}

// Whether the frame belongs to the initrd.
static bool frame_of_initrd(uint64_t pfn) {
  uint64_t base = pfn * PAGE_BYTES;
  return boot_facts.initrd_bytes > 0 && base + PAGE_BYTES > boot_facts.initrd_pa && base < boot_facts.initrd_pa + boot_facts.initrd_bytes;
}

// Whether a page may be mapped to the frame. A program's code and constants are mapped where they lie in the image, a file of the initrd where it
// lies there; nothing of either is writable, and nothing of the initrd runs.
static bool frame_ok(uint32_t pfn, uint32_t prot) {
  if (frames_usable(pfn, 1)) return true;
  return (prot != PROT_WRITE && frame_of_program(pfn)) || (prot == PROT_READ && frame_of_initrd(pfn));
}

static bool va_ok(uint64_t va) {
  return va < USER_END_VA && (va & (PAGE_BYTES - 1)) == 0;
}

// The last-level entry, or NULL where a table is missing.
static uint64_t *entry_find(int32_t space, uint64_t va) {
  uint64_t *table = physical_pointer(tops[space]);
  for (int shift = 39; shift > 12; shift -= 9) {
    uint64_t entry = table[va >> shift & (ENTRIES - 1)];
    if (!(entry & PTE_PRESENT)) return NULL;
    table = table_at(entry);
  }
  return &table[va >> 12 & (ENTRIES - 1)];
}

static unsigned tables_missing(int32_t space, uint64_t va) {
  const uint64_t *table = physical_pointer(tops[space]);
  for (unsigned level = 3; level > 0; level--) {
    uint64_t entry = table[va >> (12 + 9 * level) & (ENTRIES - 1)];
    if (!(entry & PTE_PRESENT)) return level;
    table = table_at(entry);
  }
  return 0;
}

// The last-level entry with its tables made; the pool must hold what tables_missing says.
static uint64_t *entry_make(int32_t space, uint64_t va) {
  uint64_t *table = physical_pointer(tops[space]);
  for (int shift = 39; shift > 12; shift -= 9) {
    uint64_t *entry = &table[va >> shift & (ENTRIES - 1)];
    if (!(*entry & PTE_PRESENT)) {
      uint64_t pa = pool_get();
      words_fill(physical_pointer(pa), 0, ENTRIES);
      *entry = pa | PTE_PRESENT | PTE_WRITE | PTE_USER;
    }
    table = table_at(*entry);
  }
  return &table[va >> 12 & (ENTRIES - 1)];
}

int32_t space_map(int32_t space, uint64_t va, uint32_t pfn, uint32_t prot) {
  if (!space_exists(space)) return STATUS_NOT_FOUND;
  if (!va_ok(va) || prot > PROT_EXECUTE || !frame_ok(pfn, prot)) return STATUS_RANGE;
  unsigned missing = tables_missing(space, va);
  if (missing > pool_count) return STATUS_NO_MEMORY;
  uint64_t *entry = entry_make(space, va);
  if (*entry & PTE_PRESENT) return STATUS_EXISTS;
  *entry = pfn * PAGE_BYTES | PTE_PRESENT | PTE_USER | (prot == PROT_WRITE ? PTE_WRITE : 0) | (prot == PROT_EXECUTE ? 0 : paging_no_execute());
  return (int32_t)missing;
}

static void translation_changed(int32_t space, uint64_t va) {
  if (loaded == space) cpu_invalidate_page(va); // other spaces' translations went when their tables were unloaded
}

int64_t space_unmap(int32_t space, uint64_t va) {
  if (!space_exists(space)) return STATUS_NOT_FOUND;
  if (!va_ok(va)) return STATUS_RANGE;
  uint64_t *entry = entry_find(space, va);
  if (entry == NULL || !(*entry & PTE_PRESENT)) return STATUS_FAULT;
  uint64_t pfn = (*entry & PTE_ADDRESS) / PAGE_BYTES;
  *entry = 0;
  translation_changed(space, va);
  return (int64_t)pfn;
}

int64_t space_remap(int32_t space, uint64_t va, uint32_t pfn) {
  if (!space_exists(space)) return STATUS_NOT_FOUND;
  if (!va_ok(va) || !frames_usable(pfn, 1)) return STATUS_RANGE;
  uint64_t *entry = entry_find(space, va);
  if (entry == NULL || !(*entry & PTE_PRESENT)) return STATUS_FAULT;
  uint64_t before = (*entry & PTE_ADDRESS) / PAGE_BYTES;
  *entry = (*entry & ~PTE_ADDRESS) | pfn * PAGE_BYTES;
  translation_changed(space, va);
  return (int64_t)before;
}

static int64_t entry_answer(uint64_t entry) {
  uint64_t answer = (entry & PTE_ADDRESS) / PAGE_BYTES;
  if (entry & PTE_ACCESSED) answer |= LOOKUP_ACCESSED;
  if (entry & PTE_DIRTY) answer |= LOOKUP_DIRTY;
  if (entry & PTE_WRITE) answer |= LOOKUP_WRITABLE;
  return (int64_t)answer;
}

int64_t space_lookup(int32_t space, uint64_t va) {
  if (!space_exists(space)) return STATUS_NOT_FOUND;
  const uint64_t *entry = va < USER_END_VA ? entry_find(space, va) : NULL;
  if (entry == NULL || !(*entry & PTE_PRESENT)) return STATUS_FAULT;
  return entry_answer(*entry);
}

// The processor sets the bits by itself, in entries whose translation it has not cached (Intel SDM volume 3, 4.8): so a bit
// that was cleared must be flushed too. One processor and no ring 3 meanwhile: no update is lost between load and store.
int64_t space_age(int32_t space, uint64_t va, uint32_t clear) {
  if (!space_exists(space)) return STATUS_NOT_FOUND;
  if (!va_ok(va) || (clear & ~(AGE_ACCESSED | AGE_DIRTY)) != 0) return STATUS_RANGE;
  uint64_t *entry = entry_find(space, va);
  if (entry == NULL || !(*entry & PTE_PRESENT)) return STATUS_FAULT;
  uint64_t before = *entry;
  uint64_t bits = (clear & AGE_ACCESSED ? PTE_ACCESSED : 0) | (clear & AGE_DIRTY ? PTE_DIRTY : 0);
  if (before & bits) {
    *entry = before & ~bits;
    translation_changed(space, va);
  }
  return entry_answer(before);
}
