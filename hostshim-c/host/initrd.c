// Host calls on the initial ramdisk: reading it, through the direct map, and where it lies. See docs/abi.md, family initrd.
#include "host/host.h"

#include "base/string.h"
#include "boot/facts.h"
#include "mem/regions.h"

uint32_t w2c_host_initrd_read(struct w2c_host *host, uint64_t offset, uint32_t buffer, uint32_t count) {
  void *to = host_span(host, buffer, count);
  if (to == NULL) return (uint32_t)STATUS_RANGE;
  if (offset >= boot_facts.initrd_bytes) return 0;
  uint64_t left = boot_facts.initrd_bytes - offset;
  if (count > left) count = (uint32_t)left;
  memcpy(to, physical_pointer(boot_facts.initrd_pa + offset), count);
  return count;
}

uint64_t w2c_host_initrd_place(struct w2c_host *host, uint64_t offset) {
  (void)host;
  if (offset >= boot_facts.initrd_bytes) return (uint64_t)(int64_t)STATUS_RANGE;
  return boot_facts.initrd_pa + offset; // a frame has 4096 bytes: pfn « 12 | offset
}
