// Host calls on register sets, and copies from and to user memory. See docs/abi.md, family contexts.
#include "host/host.h"

#include "cpu/context.h"
#include "cpu/trap.h"
#include "mem/space.h"

uint32_t w2c_host_context_create(struct w2c_host *host, uint32_t slot, uint32_t space, uint64_t entry_va, uint64_t stack_va, uint64_t argument) {
  (void)host;
  if (!space_exists((int32_t)space)) return (uint32_t)STATUS_NOT_FOUND;
  return (uint32_t)context_create(slot, (int32_t)space, entry_va, stack_va, argument);
}

uint32_t w2c_host_context_destroy(struct w2c_host *host, uint32_t slot) {
  (void)host;
  return (uint32_t)context_destroy(slot);
}

uint32_t w2c_host_context_return(struct w2c_host *host, uint32_t slot, uint64_t value) {
  (void)host;
  if (!context_live(slot)) return (uint32_t)STATUS_NOT_FOUND;
  contexts[slot].registers.rax = value;
  return STATUS_OK;
}

// Checks the user span and loads the space.
static status_t reach_user(uint32_t space, uint64_t va, uint32_t count) {
  if (!space_exists((int32_t)space)) return STATUS_NOT_FOUND;
  if (!span_inside(va, count, USER_END_VA)) {
    user_copy_fault_va = va;
    return STATUS_FAULT;
  }
  space_load((int32_t)space);
  return STATUS_OK;
}

uint32_t w2c_host_user_read(struct w2c_host *host, uint32_t space, uint64_t va, uint32_t buffer, uint32_t count) {
  void *to = host_span(host, buffer, count);
  if (to == NULL) return (uint32_t)STATUS_RANGE;
  status_t status = reach_user(space, va, count);
  if (status != STATUS_OK) return (uint32_t)status;
  return (uint32_t)(user_copy(to, (const void *)va, count) ? STATUS_OK : STATUS_FAULT);
}

uint32_t w2c_host_user_write(struct w2c_host *host, uint32_t space, uint64_t va, uint32_t bytes, uint32_t count) {
  const void *from = host_span(host, bytes, count);
  if (from == NULL) return (uint32_t)STATUS_RANGE;
  status_t status = reach_user(space, va, count);
  if (status != STATUS_OK) return (uint32_t)status;
  return (uint32_t)(user_copy((void *)va, from, count) ? STATUS_OK : STATUS_FAULT);
}

uint64_t w2c_host_user_fault_va(struct w2c_host *host) {
  (void)host;
  return user_copy_fault_va;
}
