// Leaving the machine. Above base.
#ifndef GANGLION_IO_POWER_H
#define GANGLION_IO_POWER_H

#include "base/types.h"

// Tell QEMU's isa-debug-exit device the code (DEBUG_EXIT_…); elsewhere try what needs no ACPI tables, then halt.
_Noreturn void machine_stop(uint8_t debug_exit_code);
// Restart: keyboard controller, then a triple fault.
_Noreturn void machine_restart(void);

#endif
