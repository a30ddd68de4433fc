// The kernel half of the page tables: built once, shared by every address space. Above base.
#ifndef GANGLION_MEM_PAGING_H
#define GANGLION_MEM_PAGING_H

#include "base/types.h"

// Bits of a page-table entry (Intel SDM volume 3, table 4-20).
#define PTE_PRESENT 0x1ULL
#define PTE_WRITE 0x2ULL
#define PTE_USER 0x4ULL
#define PTE_WRITE_THROUGH 0x8ULL
#define PTE_NO_CACHE 0x10ULL
#define PTE_ACCESSED 0x20ULL
#define PTE_DIRTY 0x40ULL
#define PTE_LARGE 0x80ULL
#define PTE_GLOBAL 0x100ULL
#define PTE_NO_EXECUTE (1ULL << 63)
#define PTE_ADDRESS 0x000ffffffffff000ULL

// Build the final tables from boot memory and load them: image W^X, direct map, guard pages, and the top-level entries
// of windows and devices. Needs regions_init and cpu_features_init.
void paging_init(void);

// Map pages in the kernel half, tables from boot memory. Addresses and size page aligned. `flags`: PTE_WRITE,
// PTE_NO_EXECUTE, PTE_NO_CACHE. NoMemory where boot memory is used up (then a part may be mapped).
status_t paging_map_kernel(uint64_t va, uint64_t pa, uint64_t bytes, uint64_t flags);

// A device's registers below 4 GiB, uncached. Panics where boot memory is used up.
volatile void *paging_map_device(uint64_t pa, uint64_t bytes);

// The top-level table that only holds the kernel half.
uint64_t paging_kernel_top_pa(void);

// Whether ring 0 may read [va, va + bytes): a walk of the tables that are loaded.
bool paging_readable(uint64_t va, size_t bytes);

// PTE_NO_EXECUTE where the processor has it.
uint64_t paging_no_execute(void);

#endif
