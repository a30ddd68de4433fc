// What any loader tells the kernel, in one form. Filled by pvh.c, multiboot2.c or limine.c; read by hostshim-c/main
// and hostshim-c/mem. Nothing here points into the loader's memory.
#ifndef GANGLION_BOOT_FACTS_H
#define GANGLION_BOOT_FACTS_H

#include "base/limits.h"
#include "base/types.h"

enum { LOADER_PVH = 1, LOADER_MULTIBOOT2 = 2, LOADER_LIMINE = 3 }; // as BootInfo.loader

typedef enum {
  MEMORY_RESERVED = 0,
  MEMORY_USABLE = 1,
  MEMORY_LOADER = 2, // usable once the loader's page tables are gone
} memory_kind_t;

typedef struct {
  uint64_t base_pa, bytes;
  memory_kind_t kind;
} memory_range_t;

typedef struct {
  uint32_t loader;
  uint32_t range_count;
  uint64_t boot_tsc; // time-stamp counter at the entry point
  uint64_t image_pa; // where the first byte of the image lies
  uint64_t direct_va; // physical address 0 in the page tables that are loaded at entry
  uint64_t direct_bytes; // how much of physical memory they map there
  uint64_t initrd_pa, initrd_bytes; // 0, 0: none
  memory_range_t ranges[MEMORY_REGIONS]; // as the loader gave them: any order, may overlap
  char command_line[COMMAND_LINE_BYTES]; // NUL ended
  uint32_t command_line_bytes;
} boot_facts_t;

extern boot_facts_t boot_facts;

// Each fills boot_facts. `info_pa` is what the loader left in ebx.
void boot_read_pvh(uint32_t info_pa);
void boot_read_multiboot2(uint32_t info_pa);
void boot_read_limine(void);

// Used by the three of them.
void boot_add_range(uint64_t base_pa, uint64_t bytes, memory_kind_t kind);
void boot_set_command_line(const char *text);

#endif
