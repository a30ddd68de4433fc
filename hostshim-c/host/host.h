// What the files of host/ share: the environment of kernel.wasm's imports and the check of its spans. Each file serves
// one family of tools/abi/host-calls.ts; the prototypes are in abi/abi.h. No policy. Above wasm, cpu, mem, io.
#ifndef GANGLION_HOST_HOST_H
#define GANGLION_HOST_HOST_H

#include "base/types.h"
#include "wasm-rt.h"

struct w2c_host {
  const wasm_rt_memory_t *memory; // kernel.wasm's
};

// The one environment; main sets its memory before kernel.wasm runs.
extern struct w2c_host host_environment;

// A span of kernel.wasm's memory, or NULL where it leaves it.
static inline void *host_span(const struct w2c_host *host, uint32_t start, uint64_t bytes) {
  return span_inside(start, bytes, host->memory->size) ? host->memory->data + start : NULL;
}

#endif
