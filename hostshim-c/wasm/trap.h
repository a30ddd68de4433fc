// Containment of a guest's trap: a module call runs inside trap_contain, and whatever ends it early unwinds to there.
// Not an exception mechanism: nothing is released on the way, so only guest code and the engines run inside. One at a time.
// Above base. Explicit traps come from wasm_rt_trap; faults outside a guard window's committed part, or of a full stack, come
// through cpu/fault_hook.h, which is set only while a call is contained. Outside of one they stay what they are: a panic.
#ifndef GANGLION_WASM_TRAP_H
#define GANGLION_WASM_TRAP_H

#include "base/types.h"

// Trap codes are wasm_rt_trap_t's, and these.
#define TRAP_OUT_OF_FUEL 100 // an engine's own budget, for modules without a meter

// Run work(argument). 0 where it returned, else the code of the trap that ended it. Ring 0: interrupts off.
int32_t trap_contain(void (*work)(void *), void *argument);

// Whether a trap_contain is in progress.
bool trap_contained(void);

// End the contained call with a code ≠ 0. Any depth below trap_contain, a fault's handler included.
_Noreturn void trap_raise(int32_t code);

// Text for a code.
const char *trap_name(int32_t code);

#endif
