// The instance of kernel.wasm. Above wasm and host.
#ifndef GANGLION_MAIN_KERNEL_INSTANCE_H
#define GANGLION_MAIN_KERNEL_INSTANCE_H

#include "base/types.h"

// Instantiate, compare ABI hashes, kernel_init. Panics where one of them fails.
void kernel_start(void);

// The mailbox that is to be filled before kernel_run.
trap_t *kernel_trap(void);

// kernel_enter: serve a cause. Returns the slot to run, or NEXT_…
int32_t kernel_run(int32_t cause, int32_t slot);

#endif
