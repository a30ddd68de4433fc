// Who owns the vector registers. Ring 0 has no floating point of its own; code that needs it (policies, wasm3) runs
// between vector_begin and vector_end. Above base. Not for interrupt handlers; does not nest.
#ifndef GANGLION_CPU_VECTOR_H
#define GANGLION_CPU_VECTOR_H

#include "base/types.h"

// Save the vector state of the process that owns the registers, then load a clean one: x87 and SSE registers empty,
// MXCSR 0x1F80 (round to nearest, all exceptions masked).
void vector_begin(void);

// Ring 0 is done with them. The process's state is loaded when it runs next. May be called twice.
void vector_end(void);

#endif
