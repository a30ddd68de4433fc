// Interrupts and exceptions. Those of ring 0 are handled here; those of ring 3 end cpu_run_user, and main handles
// them. Above base.
#ifndef GANGLION_CPU_TRAP_H
#define GANGLION_CPU_TRAP_H

#include "base/types.h"

// Who is told of received bytes. Interrupt context: acknowledge, record, return.
void trap_set_console_handler(void (*handler)(void));

// Serve a device interrupt. Returns false where the vector is an exception instead.
bool trap_serve_interrupt(uint64_t vector);

// Copy where one side is user memory of the space that is loaded, below USER_END_VA. Returns false where a page was
// not mapped as needed; user_copy_fault_va is the address.
bool user_copy(void *to, const void *from, uint64_t count);
extern uint64_t user_copy_fault_va;

#endif
