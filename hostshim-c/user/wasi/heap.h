// The runtime's own heap at USER_HEAP_VA: the module's bytes, wasm3's tables and code. Never the guest's memory. It grows by
// sys.heap_limit and is never given back before the process ends. What was never used costs no frame.
#ifndef GANGLION_USER_WASI_HEAP_H
#define GANGLION_USER_WASI_HEAP_H

#include "base/types.h"

// Zeroed, 16-byte aligned; NULL where the process's limit is reached.
void *heap_take(uint64_t bytes);
// As realloc; grown bytes are not zeroed.
void *heap_resize(void *block, uint64_t bytes);
// NULL is let pass.
void heap_give(void *block);

#endif
