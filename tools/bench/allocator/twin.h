// The surface of the C twin. Statuses as in the interface table.
#ifndef GANGLION_BENCH_TWIN_H
#define GANGLION_BENCH_TWIN_H

#include <stdint.h>

// `memory` has 16 bytes for each frame, rounded up to 1024 frames. Frames managed.
int32_t twin_setup(uint32_t frames, void *memory);
int32_t twin_alloc(uint32_t order, uint32_t movable);
int32_t twin_free(uint32_t pfn, uint32_t order);
extern uint32_t twin_first_pfn, twin_isolated_first, twin_isolated_span;
uint32_t twin_churn(const uint32_t *script, uint32_t count, uint32_t *slots);

#endif
