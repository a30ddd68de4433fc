// Register sets of ring-3 threads. See context.h.
#include "cpu/context.h"

#include "base/limits.h"
#include "cpu/gdt.h"
#include "cpu/registers.h"
#include "cpu/vector_state.h"

context_t contexts[CONTEXT_SLOTS];
static uint32_t space_users[SPACES];

uint64_t cpu_enter_user(registers_t *registers); // cpu/entry.S
extern uint64_t syscall_stack; // cpu/entry.S: where a system call pushes its registers

void context_init(void) {
  for (uint32_t slot = 0; slot < CONTEXT_SLOTS; slot++) contexts[slot].space = -1;
}

bool context_live(uint32_t slot) {
  return slot < CONTEXT_SLOTS && contexts[slot].space >= 0;
}

bool context_uses_space(int32_t space) {
  return space_users[space] > 0;
}

status_t context_create(uint32_t slot, int32_t space, uint64_t entry_va, uint64_t stack_va, uint64_t argument) {
  if (slot >= CONTEXT_SLOTS || entry_va >= USER_END_VA || stack_va > USER_END_VA) return STATUS_RANGE;
  if (contexts[slot].space >= 0) return STATUS_BUSY;
  contexts[slot] = (context_t){
      .registers = {.rip = entry_va, .rsp = stack_va, .rdi = argument, .cs = USER_CODE_SELECTOR, .ss = USER_DATA_SELECTOR, .rflags = RFLAGS_IF | 2},
      .space = space,
  };
  space_users[space]++;
  vector_reset(slot);
  return STATUS_OK;
}

status_t context_destroy(uint32_t slot) {
  if (!context_live(slot)) return STATUS_NOT_FOUND;
  space_users[contexts[slot].space]--;
  contexts[slot].space = -1;
  vector_forget(slot);
  return STATUS_OK;
}

uint64_t cpu_run_user(uint32_t slot) {
  registers_t *registers = &contexts[slot].registers;
  if (registers->rip >> 47 != 0) { // jumped nowhere, interrupted before the fetch failed: iretq would fault in ring 0
    registers->vector = VECTOR_GENERAL_PROTECTION;
    registers->error_code = 0;
    return VECTOR_GENERAL_PROTECTION;
  }
  vector_load(slot);
  gdt_set_kernel_stack((uint64_t)(registers + 1));
  syscall_stack = (uint64_t)(registers + 1);
  return cpu_enter_user(registers);
}
