// From the entry code to main: the loader's facts, then the kernel. Not the boot order: that is hostshim-c/main/main.c.
#include "base/string.h"
#include "boot/facts.h"
#include "main/main.h"

boot_facts_t boot_facts;

extern uint64_t entry_tsc;

_Noreturn void boot_start32(uint32_t info_pa, uint32_t multiboot2);
_Noreturn void boot_start_limine(void);

_Noreturn void boot_start32(uint32_t info_pa, uint32_t multiboot2) {
  boot_facts.boot_tsc = entry_tsc;
  boot_facts.image_pa = 0x200000; // both load the segments where the ELF file says
  boot_facts.direct_va = 0xffff800000000000; // boot/entry.S
  boot_facts.direct_bytes = 1ULL << 30;
  if (multiboot2) boot_read_multiboot2(info_pa);
  else boot_read_pvh(info_pa);
  main_boot();
}

_Noreturn void boot_start_limine(void) {
  boot_facts.boot_tsc = entry_tsc;
  boot_read_limine();
  main_boot();
}

// More ranges than there is room for are memory that stays unused.
void boot_add_range(uint64_t base_pa, uint64_t bytes, memory_kind_t kind) {
  if (bytes == 0 || base_pa + bytes < base_pa || boot_facts.range_count == MEMORY_REGIONS) return;
  boot_facts.ranges[boot_facts.range_count++] = (memory_range_t){base_pa, bytes, kind};
}

void boot_set_command_line(const char *text) {
  uint32_t count = 0;
  while (count < COMMAND_LINE_BYTES - 1 && text[count]) count++;
  memcpy(boot_facts.command_line, text, count);
  boot_facts.command_line[count] = '\0';
  boot_facts.command_line_bytes = count;
}
