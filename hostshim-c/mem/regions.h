// The physical memory map, and boot memory: frames taken from the map, once and for ever, until kernel.wasm takes the
// rest over. Above base.
#ifndef GANGLION_MEM_REGIONS_H
#define GANGLION_MEM_REGIONS_H

#include "base/types.h"
#include "mem/window.h" // boot_memory_take

// Sort boot_facts' ranges, take the image and the initrd out of them, choose where boot memory comes from. Panics where
// there is no usable memory.
void regions_init(void);

// Rows as host.boot_region answers them.
uint32_t regions_count(void);
status_t regions_row(uint32_t index, mem_region_t *out);

// boot_memory_take answers NULL from now on, and memory that the loader used is usable.
void boot_memory_seal(void);
// How much boot_memory_take could still give in one piece; 0 once sealed.
uint64_t boot_memory_left(void);

// Whether frames [pfn, pfn + count) are all usable RAM, so kernel.wasm's.
bool frames_usable(uint64_t pfn, uint64_t count);
// Whether a frame is RAM of any use: usable, image, initrd.
bool frame_is_ram(uint64_t pfn);

// Highest usable physical address + 1.
uint64_t ram_end_pa(void);

// Calls `visit` for every range of RAM: usable, image, initrd, the loader's. Lowest first; neighbours are not joined.
void regions_visit_ram(void (*visit)(uint64_t base_pa, uint64_t bytes));

// Where physical memory is mapped: the loader's mapping until paging_init, then DIRECT_MAP_VA.
extern uint64_t direct_map_va;

static inline void *physical_pointer(uint64_t pa) {
  return (void *)(direct_map_va + pa);
}

#endif
