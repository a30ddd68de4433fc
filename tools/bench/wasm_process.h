// The little of a wasm2c runtime that one compiled module in a Linux process needs (a guard window of address space, and traps that end the process), and the clock of
// benches. Included once, by the program's main.c, behind the module's own header.
#ifndef GANGLION_BENCH_WASM_PROCESS_H
#define GANGLION_BENCH_WASM_PROCESS_H

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>

bool wasm_rt_is_initialized(void) {
  return true;
}

void wasm_rt_trap(wasm_rt_trap_t code) {
  fprintf(stderr, "wasm trap %d\n", (int)code);
  exit(2);
}

void wasm_rt_allocate_memory(wasm_rt_memory_t *memory, uint64_t initial_pages, uint64_t max_pages, bool is64, uint32_t page_size) {
  memory->data = mmap(NULL, WASM_RT_WINDOW_BYTES, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory->data == MAP_FAILED) exit(3);
  memory->pages = memory->size = 0;
  memory->max_pages = max_pages;
  memory->page_size = page_size;
  memory->is64 = is64;
  wasm_rt_grow_memory(memory, initial_pages);
}

uint64_t wasm_rt_grow_memory(wasm_rt_memory_t *memory, uint64_t delta_pages) {
  uint64_t before = memory->pages, size = (before + delta_pages) * memory->page_size;
  if (before + delta_pages > memory->max_pages || mprotect(memory->data, size, PROT_READ | PROT_WRITE) != 0) return 0xffffffff;
  memory->pages = before + delta_pages;
  memory->size = size;
  return before;
}

void wasm_rt_free_memory(wasm_rt_memory_t *memory) {
  munmap(memory->data, WASM_RT_WINDOW_BYTES);
}

// Processor time: what others run meanwhile does not count.
static uint64_t now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

#endif
