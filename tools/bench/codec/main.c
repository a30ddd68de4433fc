// Times the page codec as a Linux process: `FILE PAGES ROUNDS`, FILE holds the pages. Compresses and decompresses all of them ROUNDS
// times, in turns, checks that they come back, and prints one line of JSON. Contains the little of a wasm2c runtime that the module
// needs: a guard window of address space, and traps that end the process.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include "bench_lz4.h"

#define PAGE 4096u
#define MOST_PAGES 4096u

static w2c_bench__lz4 module;

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

static int by_size(const void *a, const void *b) {
  uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
  return (x > y) - (x < y);
}

static uint64_t median(uint64_t *values, uint32_t count) {
  qsort(values, count, sizeof values[0], by_size);
  return values[count / 2];
}

int main(int argc, char **argv) {
  if (argc != 4) return 64;
  uint32_t pages = (uint32_t)atol(argv[2]), rounds = (uint32_t)atol(argv[3]);
  if (pages == 0 || pages > MOST_PAGES || rounds == 0 || rounds > 1000) return 64;
  wasm2c_bench__lz4_instantiate(&module);
  uint32_t plain = w2c_bench__lz4_scratch(&module, pages * PAGE), packed = w2c_bench__lz4_scratch(&module, pages * PAGE);
  uint32_t back = w2c_bench__lz4_scratch(&module, pages * PAGE), sizes = w2c_bench__lz4_scratch(&module, pages * 4);
  FILE *file = fopen(argv[1], "rb");
  if (file == NULL || fread(module.w2c_memory.data + plain, PAGE, pages, file) != pages) return 4;
  fclose(file);
  uint64_t *in = malloc(rounds * sizeof *in), *out = malloc(rounds * sizeof *out);
  uint32_t sum = 0, whole = 0;
  for (uint32_t round = 0; round < rounds; round++) {
    uint64_t start = now_ns();
    sum = w2c_bench__lz4_compressPages(&module, plain, pages, packed, sizes);
    uint64_t between = now_ns();
    whole = w2c_bench__lz4_decompressPages(&module, packed, pages, back, sizes);
    in[round] = between - start;
    out[round] = now_ns() - between;
  }
  const uint32_t *size = (const uint32_t *)(module.w2c_memory.data + sizes);
  for (uint32_t page = 0; page < pages; page++)
    if (size[page] != 0 && memcmp(module.w2c_memory.data + plain + page * PAGE, module.w2c_memory.data + back + page * PAGE, PAGE) != 0) return 5;
  printf("{\"pages\":%u,\"whole\":%u,\"bytes\":%u,\"compressNs\":%llu,\"decompressNs\":%llu}\n", pages, whole, sum, (unsigned long long)median(in, rounds),
         (unsigned long long)median(out, rounds));
  return 0;
}
