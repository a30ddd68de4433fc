// Reads what a PVH loader (QEMU's -kernel) leaves: Xen's hvm_start_info, version 1. The map does not exclude the
// initrd; hostshim-c/mem/regions.c does.
#include "boot/facts.h"

typedef struct {
  uint32_t magic, version, flags, module_count;
  uint64_t modules_pa, command_line_pa, rsdp_pa, map_pa;
  uint32_t map_count, reserved;
} start_info_t;
_Static_assert(sizeof(start_info_t) == 56, "xen/include/public/arch-x86/hvm/start_info.h");

typedef struct {
  uint64_t base_pa, bytes, command_line_pa, reserved;
} start_module_t;

typedef struct {
  uint64_t base_pa, bytes;
  uint32_t type, reserved; // type 1: RAM
} start_range_t;
_Static_assert(sizeof(start_range_t) == 24, "hvm_memmap_table_entry");

#define START_MAGIC 0x336ec578

static const void *early_pointer(uint64_t pa) {
  return (const void *)(boot_facts.direct_va + pa);
}

void boot_read_pvh(uint32_t info_pa) {
  boot_facts.loader = LOADER_PVH;
  const start_info_t *info = early_pointer(info_pa);
  if (info->magic != START_MAGIC) return; // no memory map: main stops with that
  const start_range_t *ranges = early_pointer(info->map_pa);
  for (uint32_t i = 0; info->version >= 1 && i < info->map_count; i++)
    boot_add_range(ranges[i].base_pa, ranges[i].bytes, ranges[i].type == 1 ? MEMORY_USABLE : MEMORY_RESERVED);
  if (info->command_line_pa) boot_set_command_line(early_pointer(info->command_line_pa));
  if (info->module_count > 0) {
    const start_module_t *module = early_pointer(info->modules_pa);
    boot_facts.initrd_pa = module->base_pa;
    boot_facts.initrd_bytes = module->bytes;
  }
}
