// A heap inside one contiguous span: what wasm3 allocates for a module, so that closing the module gives everything back by
// forgetting the span. First fit, neighbours merged on free. Not for the kernel's frames. Above base.
#ifndef GANGLION_WASM_ARENA_H
#define GANGLION_WASM_ARENA_H

#include "base/types.h"

// A block is a header of 16 bytes and its payload; blocks lie one after another without gaps up to `end`.
typedef struct {
  uint8_t *start, *end;
  uint8_t *first_free; // no free block lies below
  bool exhausted; // a request could not be served
} arena_t;

// Take over [span, span + bytes). The memory stays the caller's after the last use. NoMemory where it is smaller than a block.
status_t arena_init(arena_t *arena, void *span, uint64_t bytes);

// Zeroed, 16-byte aligned; NULL where no block is large enough.
void *arena_take(arena_t *arena, uint64_t bytes);
// As realloc; bytes beyond the old size are not zeroed. `block` may be NULL. NULL: the block is unchanged.
void *arena_resize(arena_t *arena, void *block, uint64_t bytes);
void arena_give(arena_t *arena, void *block); // NULL is ignored

// Bytes in use, headers included. Panics where a block's header was overwritten.
uint64_t arena_used(const arena_t *arena);

#endif
