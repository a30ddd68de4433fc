// The interrupt descriptor table and the system call entry. Above base.
#ifndef GANGLION_CPU_IDT_H
#define GANGLION_CPU_IDT_H

#include "base/types.h"

#define VECTOR_TIMER 0x20
#define VECTOR_CONSOLE 0x21
#define VECTOR_PIC 0x30 // to 0x3f: where the masked 8259s would interrupt
#define VECTOR_SPURIOUS 0xff

// Load the table; needs gdt_init.
void idt_init(void);
// Point the syscall instruction at its entry.
void syscall_init(void);

#endif
