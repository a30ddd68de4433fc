// Reads what a Multiboot2 loader (GRUB) leaves: tags, each 8-byte aligned (Multiboot2 specification 1.6, section 3.6).
// The first module is the initrd.
#include "boot/facts.h"

typedef struct {
  uint32_t type, bytes;
} tag_t;

typedef struct {
  tag_t tag;
  uint32_t start_pa, end_pa;
} module_tag_t;

typedef struct {
  uint64_t base_pa, bytes;
  uint32_t type, reserved; // type 1: RAM
} map_entry_t;

typedef struct {
  tag_t tag;
  uint32_t entry_bytes, entry_version;
} map_tag_t;

enum { TAG_END = 0, TAG_COMMAND_LINE = 1, TAG_MODULE = 3, TAG_MAP = 6 };

static void read_map(const map_tag_t *map) {
  if (map->entry_bytes < sizeof(map_entry_t)) return;
  for (uint32_t at = sizeof *map; at + map->entry_bytes <= map->tag.bytes; at += map->entry_bytes) {
    const map_entry_t *entry = (const map_entry_t *)((const uint8_t *)map + at);
    boot_add_range(entry->base_pa, entry->bytes, entry->type == 1 ? MEMORY_USABLE : MEMORY_RESERVED);
  }
}

void boot_read_multiboot2(uint32_t info_pa) {
  boot_facts.loader = LOADER_MULTIBOOT2;
  const uint8_t *info = (const uint8_t *)(boot_facts.direct_va + info_pa);
  uint32_t total = *(const uint32_t *)info;
  for (uint32_t at = 8; at + sizeof(tag_t) <= total;) {
    const tag_t *tag = (const tag_t *)(info + at);
    if (tag->type == TAG_END || tag->bytes < sizeof(tag_t)) break;
    if (tag->type == TAG_COMMAND_LINE) boot_set_command_line((const char *)(tag + 1));
    if (tag->type == TAG_MAP) read_map((const map_tag_t *)tag);
    if (tag->type == TAG_MODULE && boot_facts.initrd_bytes == 0) {
      const module_tag_t *module = (const module_tag_t *)tag;
      boot_facts.initrd_pa = module->start_pa;
      boot_facts.initrd_bytes = module->end_pa - module->start_pa;
    }
    at += (uint32_t)align_up(tag->bytes, 8);
  }
}
