// The register sets of ring-3 threads and the way in and out of ring 3. Mechanism only: which slot runs is decided in
// kernel.wasm. Above base.
#ifndef GANGLION_CPU_CONTEXT_H
#define GANGLION_CPU_CONTEXT_H

#include "base/types.h"

// What entry.S pushes on top of what the processor pushes. The order is entry.S's.
typedef struct {
  uint64_t r15, r14, r13, r12, rbp, rbx, r11, r10, r9, r8, rax, rcx, rdx, rsi, rdi;
  uint64_t vector, error_code;
  uint64_t rip, cs, rflags, rsp, ss;
} registers_t;
_Static_assert(sizeof(registers_t) == 176, "cpu/entry.S, and the 16-byte alignment of TSS.rsp0");
_Static_assert(offsetof(registers_t, vector) == 120, "cpu/entry.S");

#define VECTOR_SYSCALL 0x100 // not a processor vector: the thread is in a system call
#define VECTOR_GENERAL_PROTECTION 13
#define VECTOR_PAGE_FAULT 14

typedef struct {
  registers_t registers;
  int32_t space; // address space; −1: the slot is free
  uint32_t reserved[3];
} __attribute__((aligned(64))) context_t;

extern context_t contexts[CONTEXT_SLOTS];

// Every slot free. Once, before the first context_create.
void context_init(void);

status_t context_create(uint32_t slot, int32_t space, uint64_t entry_va, uint64_t stack_va, uint64_t argument);
status_t context_destroy(uint32_t slot);
// Whether the slot exists and is in use.
bool context_live(uint32_t slot);
// Whether any slot uses the space.
bool context_uses_space(int32_t space);

// Run a live slot in ring 3 until something traps; its registers are then in contexts[slot]. Returns the vector, or
// VECTOR_SYSCALL. The slot's address space must be loaded. Interrupts are off before and after.
uint64_t cpu_run_user(uint32_t slot);

#endif
