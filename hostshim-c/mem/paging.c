// The kernel half of the page tables. See paging.h; the layout is base/layout.h.
#include "mem/paging.h"

#include "base/panic.h"
#include "boot/facts.h"
#include "cpu/features.h"
#include "cpu/registers.h"
#include "base/layout.h"
#include "mem/regions.h"

#define LARGE_BYTES 0x200000ULL
#define LEVEL_TOP 3

extern uint8_t image_start[], text_end[], rodata_end[], image_end[];
extern uint8_t main_stack_guard[], double_fault_guard[], nmi_guard[], machine_check_guard[];

static uint64_t kernel_top_pa;

uint64_t paging_kernel_top_pa(void) {
  return kernel_top_pa;
}

uint64_t paging_no_execute(void) {
  return cpu_has(FEATURE_NX) ? PTE_NO_EXECUTE : 0;
}

static uint64_t table_take(void) {
  void *table = boot_memory_take(PAGE_BYTES);
  return table ? (uint64_t)table - direct_map_va : 0;
}

static unsigned table_index(uint64_t va, unsigned level) {
  return (va >> (12 + 9 * level)) & 511;
}

// The entry for `va` in the table of `level` (0: last), with the tables above it made. NULL where memory is used up.
static uint64_t *entry_make(uint64_t va, unsigned level) {
  uint64_t *table = physical_pointer(kernel_top_pa);
  for (unsigned at = LEVEL_TOP; at > level; at--) {
    uint64_t *entry = &table[table_index(va, at)];
    if (!(*entry & PTE_PRESENT)) {
      uint64_t pa = table_take();
      if (pa == 0) return NULL;
      *entry = pa | PTE_PRESENT | PTE_WRITE;
    }
    panic_unless(!(*entry & PTE_LARGE));
    table = physical_pointer(*entry & PTE_ADDRESS);
  }
  return &table[table_index(va, level)];
}

status_t paging_map_kernel(uint64_t va, uint64_t pa, uint64_t bytes, uint64_t flags) {
  uint64_t global = cpu_features.global_pages ? PTE_GLOBAL : 0;
  while (bytes > 0) {
    bool large = bytes >= LARGE_BYTES && ((va | pa) & (LARGE_BYTES - 1)) == 0;
    uint64_t *entry = entry_make(va, large ? 1 : 0);
    if (entry == NULL) return STATUS_NO_MEMORY;
    uint64_t step = large ? LARGE_BYTES : PAGE_BYTES;
    // A run of entries in one table.
    do {
      *entry = pa | flags | global | PTE_PRESENT | (large ? PTE_LARGE : 0);
      entry++, va += step, pa += step, bytes -= step;
    } while (bytes >= step && ((uint64_t)entry & (PAGE_BYTES - 1)) != 0);
  }
  return STATUS_OK;
}

static void map_or_panic(uint64_t va, uint64_t pa, uint64_t bytes, uint64_t flags) {
  if (paging_map_kernel(va, pa, bytes, flags) != STATUS_OK) panic("no memory for the kernel's page tables");
}

static void map_direct(uint64_t base_pa, uint64_t bytes) {
  map_or_panic(DIRECT_MAP_VA + base_pa, base_pa, bytes, PTE_WRITE | paging_no_execute());
}

// The image's code and constants can be written neither at their own addresses nor through the direct map.
static void map_image(void) {
  uint64_t text_bytes = (uint64_t)(text_end - image_start), rodata_bytes = (uint64_t)(rodata_end - text_end);
  uint64_t data_bytes = (uint64_t)(image_end - rodata_end);
  uint64_t pa = boot_facts.image_pa;
  map_or_panic(IMAGE_VA, pa, text_bytes, 0);
  map_or_panic((uint64_t)text_end, pa + text_bytes, rodata_bytes, paging_no_execute());
  map_or_panic((uint64_t)rodata_end, pa + text_bytes + rodata_bytes, data_bytes, PTE_WRITE | paging_no_execute());
  map_or_panic(DIRECT_MAP_VA + pa, pa, text_bytes + rodata_bytes, paging_no_execute());
  map_or_panic(DIRECT_MAP_VA + pa + text_bytes + rodata_bytes, pa + text_bytes + rodata_bytes, data_bytes, PTE_WRITE | paging_no_execute());
}

static void map_ram(uint64_t base_pa, uint64_t bytes) {
  if (base_pa != boot_facts.image_pa) map_direct(base_pa, bytes); // the image's row: map_image
}

static void unmap_page(const void *guard) {
  *entry_make((uint64_t)guard, 0) = 0;
}

void paging_init(void) {
  kernel_top_pa = table_take();
  if (kernel_top_pa == 0) panic("no memory for the kernel's page tables");
  regions_visit_ram(map_ram);
  map_image();
  unmap_page(main_stack_guard);
  unmap_page(double_fault_guard);
  unmap_page(nmi_guard);
  unmap_page(machine_check_guard);
  // Filled now: every address space copies the top-level entries and none is added later.
  if (!entry_make(WINDOW_VA, LEVEL_TOP - 1) || !entry_make(DEVICE_VA, LEVEL_TOP - 1)) panic("no memory for the kernel's page tables");
  cpu_write_cr3(kernel_top_pa);
  direct_map_va = DIRECT_MAP_VA;
  boot_facts.direct_bytes = DIRECT_MAP_BYTES;
}

volatile void *paging_map_device(uint64_t pa, uint64_t bytes) {
  uint64_t base = align_down(pa, PAGE_BYTES);
  map_or_panic(DEVICE_VA + base, base, align_up(pa + bytes, PAGE_BYTES) - base, PTE_WRITE | PTE_NO_CACHE | PTE_WRITE_THROUGH | paging_no_execute());
  return (volatile void *)(DEVICE_VA + pa);
}

static bool page_readable(uint64_t va) {
  if (va >> 47 != 0 && va >> 47 != 0x1ffff) return false; // not canonical
  const uint64_t *table = physical_pointer(cpu_read_cr3() & PTE_ADDRESS);
  for (unsigned level = LEVEL_TOP;; level--) {
    uint64_t entry = table[table_index(va, level)];
    if (!(entry & PTE_PRESENT) || (entry & PTE_USER)) return false;
    if (level == 0 || (entry & PTE_LARGE)) return true;
    table = physical_pointer(entry & PTE_ADDRESS);
  }
}

bool paging_readable(uint64_t va, size_t bytes) {
  if (bytes == 0) return true;
  if (va + bytes - 1 < va) return false;
  for (uint64_t page = align_down(va, PAGE_BYTES);; page += PAGE_BYTES) {
    if (!page_readable(page)) return false;
    if (page == align_down(va + bytes - 1, PAGE_BYTES)) return true;
  }
}
