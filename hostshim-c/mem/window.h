// Guard windows: 8 GiB + 64 KiB of kernel-half address space per linear memory, so that every address that a
// WebAssembly load or store can form (u32 + u32 + width) is either committed or faults. Not an allocator: windows are
// never given back. Above base. A hosted build implements the same with mmap.
#ifndef GANGLION_MEM_WINDOW_H
#define GANGLION_MEM_WINDOW_H

#include "base/types.h"

#define WINDOW_BYTES 0x200010000ULL

typedef struct {
  uint8_t *base; // first byte; NULL: not reserved
  uint64_t committed_bytes; // from base, page multiple; readable, writable, zeroed
} window_t;

// Reserve a window. NoMemory where all WINDOWS are taken. Works at any time.
status_t window_reserve(window_t *out);

// Commit up to `bytes` (page multiple, ≤ 4 GiB) from the window's start, taking zeroed frames from boot memory.
// Never shrinks. NoMemory where boot memory is sealed or used up (then nothing changed); Range over 4 GiB.
status_t window_commit(window_t *window, uint64_t bytes);

// Whether an address lies in any reserved window.
bool window_contains(uint64_t va);

// Zeroed boot memory for other purposes, page aligned, in the direct map; NULL once sealed or used up.
void *boot_memory_take(uint64_t bytes);

#endif
