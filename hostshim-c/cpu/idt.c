// The interrupt descriptor table (Intel SDM volume 3, section 6.14.1): every entry an interrupt gate, so ring 0 runs
// with interrupts off. See idt.h.
#include "cpu/idt.h"

#include "cpu/gdt.h"
#include "cpu/registers.h"

#define VECTOR_BREAKPOINT 3

typedef struct {
  uint16_t offset_low, selector;
  uint8_t stack, type;
  uint16_t offset_middle;
  uint32_t offset_high, reserved;
} gate_t;
_Static_assert(sizeof(gate_t) == 16, "Intel SDM volume 3, figure 6-8");

typedef struct {
  uint16_t limit;
  uint64_t base;
} __attribute__((packed)) table_pointer_t;

extern uint8_t trap_entries[]; // cpu/entry.S, 16 bytes each
extern uint8_t syscall_entry[];

static gate_t gates[256] __attribute__((aligned(16)));

static uint8_t stack_of(unsigned vector) {
  if (vector == 8) return STACK_DOUBLE_FAULT;
  if (vector == 2) return STACK_NMI;
  if (vector == 18) return STACK_MACHINE_CHECK;
  return 0;
}

void idt_init(void) {
  for (unsigned vector = 0; vector < 256; vector++) {
    uint64_t entry = (uint64_t)trap_entries + vector * 16;
    gates[vector] = (gate_t){
        .offset_low = (uint16_t)entry,
        .selector = KERNEL_CODE_SELECTOR,
        .stack = stack_of(vector),
        .type = vector == VECTOR_BREAKPOINT ? 0xee : 0x8e, // present, interrupt gate; ring 3 may only say int3
        .offset_middle = (uint16_t)(entry >> 16),
        .offset_high = (uint32_t)(entry >> 32),
    };
  }
  table_pointer_t pointer = {sizeof gates - 1, (uint64_t)gates};
  __asm__ volatile("lidt %0" ::"m"(pointer));
}

void syscall_init(void) {
  cpu_write_msr(MSR_STAR, (uint64_t)KERNEL_CODE_SELECTOR << 32 | (uint64_t)(USER_DATA_SELECTOR - 8) << 48);
  cpu_write_msr(MSR_LSTAR, (uint64_t)syscall_entry);
  cpu_write_msr(MSR_FMASK, 0x47700); // AC, NT, IOPL, DF, IF, TF off in ring 0
  cpu_write_msr(MSR_EFER, cpu_read_msr(MSR_EFER) | EFER_SYSCALL);
}
