// Segments and the task state segment (Intel SDM volume 3, sections 3.4.5 and 8.7). See gdt.h.
#include "cpu/gdt.h"

typedef struct {
  uint32_t reserved0;
  uint64_t stacks[3]; // rsp0…rsp2
  uint64_t reserved1;
  uint64_t fault_stacks[7];
  uint64_t reserved2;
  uint16_t reserved3, io_map;
} __attribute__((packed)) task_state_t;
_Static_assert(sizeof(task_state_t) == 104, "Intel SDM volume 3, figure 8-11");

typedef struct {
  uint16_t limit;
  uint64_t base;
} __attribute__((packed)) table_pointer_t;

extern uint8_t double_fault_top[], nmi_top[], machine_check_top[]; // boot/entry.S

static task_state_t task_state __attribute__((aligned(16)));
static uint64_t descriptors[8] = {
    0,
    0x00af9b000000ffff, // kernel code, 64-bit
    0x00cf93000000ffff, // kernel data
    0x00cffb000000ffff, // sysret's 32-bit code: never used
    0x00cff3000000ffff, // user data
    0x00affb000000ffff, // user code, 64-bit
};

void gdt_set_kernel_stack(uint64_t top_va) {
  task_state.stacks[0] = top_va;
}

void gdt_init(void) {
  task_state.fault_stacks[STACK_DOUBLE_FAULT - 1] = (uint64_t)double_fault_top;
  task_state.fault_stacks[STACK_NMI - 1] = (uint64_t)nmi_top;
  task_state.fault_stacks[STACK_MACHINE_CHECK - 1] = (uint64_t)machine_check_top;
  task_state.io_map = sizeof task_state; // no port is open to ring 3
  uint64_t base = (uint64_t)&task_state;
  descriptors[6] = (sizeof task_state - 1) | (base & 0xffffff) << 16 | 0x89ULL << 40 | (base >> 24 & 0xff) << 56;
  descriptors[7] = base >> 32;
  table_pointer_t pointer = {sizeof descriptors - 1, (uint64_t)descriptors};
  __asm__ volatile("lgdt %0\n\t"
                   "pushq %1\n\t"
                   "leaq 1f(%%rip), %%rax\n\t"
                   "pushq %%rax\n\t"
                   "lretq\n"
                   "1:\n\t"
                   "mov %2, %%ss\n\t"
                   "mov %3, %%ds\n\t"
                   "mov %3, %%es\n\t"
                   "mov %3, %%fs\n\t"
                   "mov %3, %%gs\n\t"
                   "ltr %4"
                   ::"m"(pointer), "i"(KERNEL_CODE_SELECTOR), "r"(KERNEL_DATA_SELECTOR), "r"(0), "r"((uint16_t)TASK_SELECTOR)
                   : "rax", "memory");
}
