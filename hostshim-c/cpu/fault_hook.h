// Lets the engine of policies survive a fault of its guest in ring 0: an access outside a guard window's committed
// part, a stack that ran out. Above base. A hosted build calls it from its signal handler.
#ifndef GANGLION_CPU_FAULT_HOOK_H
#define GANGLION_CPU_FAULT_HOOK_H

#include "base/types.h"

// Called for a ring-0 page fault (on the stack that faulted) and for the double fault that a full stack ends in (on
// its own stack), before the panic; interrupts are off. `fault_va` is the address that could not be reached;
// `stack_full` whether it lies in the guard page below the main stack. It unwinds to its own saved registers and does
// not return, or returns and the panic follows. NULL: no guest is running.
typedef void (*fault_hook_t)(uint64_t fault_va, bool stack_full);
extern fault_hook_t fault_hook;

#endif
