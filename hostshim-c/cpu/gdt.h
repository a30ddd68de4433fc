// Segments, the task state segment and its fault stacks. Above base.
#ifndef GANGLION_CPU_GDT_H
#define GANGLION_CPU_GDT_H

#include "base/types.h"

// The order is what syscall and sysret want (Intel SDM volume 2, SYSRET): kernel code, data; user data, code.
#define KERNEL_CODE_SELECTOR 0x08
#define KERNEL_DATA_SELECTOR 0x10
#define USER_DATA_SELECTOR 0x23
#define USER_CODE_SELECTOR 0x2b
#define TASK_SELECTOR 0x30

#define STACK_DOUBLE_FAULT 1 // interrupt stack table entries
#define STACK_NMI 2
#define STACK_MACHINE_CHECK 3

void gdt_init(void);

// Where the processor pushes when ring 3 traps. 16-byte aligned.
void gdt_set_kernel_stack(uint64_t top_va);

#endif
