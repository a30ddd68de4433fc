// Host calls on address spaces: names of mem/space.c's functions. See docs/abi.md, family spaces.
#include "host/host.h"

#include "cpu/context.h"
#include "mem/space.h"

uint32_t w2c_host_table_give(struct w2c_host *host, uint32_t pfn) {
  (void)host;
  return (uint32_t)table_give(pfn);
}

uint64_t w2c_host_table_take(struct w2c_host *host) {
  (void)host;
  return (uint64_t)table_take_back();
}

uint32_t w2c_host_space_create(struct w2c_host *host) {
  (void)host;
  return (uint32_t)space_create();
}

uint32_t w2c_host_space_destroy(struct w2c_host *host, uint32_t space) {
  (void)host;
  if (!space_exists((int32_t)space)) return (uint32_t)STATUS_NOT_FOUND;
  if (context_uses_space((int32_t)space)) return (uint32_t)STATUS_BUSY;
  return (uint32_t)space_destroy((int32_t)space);
}

uint32_t w2c_host_space_map(struct w2c_host *host, uint32_t space, uint64_t va, uint32_t pfn, uint32_t prot) {
  (void)host;
  return (uint32_t)space_map((int32_t)space, va, pfn, prot);
}

uint64_t w2c_host_space_unmap(struct w2c_host *host, uint32_t space, uint64_t va) {
  (void)host;
  return (uint64_t)space_unmap((int32_t)space, va);
}

uint64_t w2c_host_space_remap(struct w2c_host *host, uint32_t space, uint64_t va, uint32_t pfn) {
  (void)host;
  return (uint64_t)space_remap((int32_t)space, va, pfn);
}

uint64_t w2c_host_space_lookup(struct w2c_host *host, uint32_t space, uint64_t va) {
  (void)host;
  return (uint64_t)space_lookup((int32_t)space, va);
}

uint64_t w2c_host_space_age(struct w2c_host *host, uint32_t space, uint64_t va, uint32_t clear) {
  (void)host;
  return (uint64_t)space_age((int32_t)space, va, clear);
}
