// Address spaces of processes: page tables out of a pool that kernel.wasm fills. Which page goes where is its
// decision. Above base.
#ifndef GANGLION_MEM_SPACE_H
#define GANGLION_MEM_SPACE_H

#include "base/types.h"

void space_init(void);

// The calls of host/spaces.c, with its statuses; see docs/abi.md. Arguments are checked here.
int32_t table_give(uint32_t pfn);
int64_t table_take_back(void); // pfn, or −1
int32_t space_create(void);
int32_t space_destroy(int32_t space);
int32_t space_map(int32_t space, uint64_t va, uint32_t pfn, uint32_t prot);
int64_t space_unmap(int32_t space, uint64_t va);
int64_t space_remap(int32_t space, uint64_t va, uint32_t pfn);
int64_t space_lookup(int32_t space, uint64_t va);
int64_t space_age(int32_t space, uint64_t va, uint32_t clear);

bool space_exists(int32_t space);
// Load the space's tables unless they are loaded. The space must exist.
void space_load(int32_t space);

#endif
