// Times one bench kernel in one engine, as a Linux process: bench-engines native|aot|wasm3 INDEX N FILE.wasm
// One line of JSON on stdout: processor time of run(N) after a shorter run, and its checksum. tools/bench/engines.ts drives it.
// Contains the little of a wasm2c runtime that the modules need: guard windows, traps that end the process.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include "benchAllocator.h"
#include "benchAttention.h"
#include "benchBits.h"
#include "benchBoundary.h"
#include "benchHash.h"
#include "benchInt8Dot.h"
#include "benchParse.h"
#include "benchQueue.h"
#include "benchSort.h"
#include "tools/bench/kernels/interpreter.h"
#include "tools/bench/kernels/twins.h"

struct w2c_boundary {
  uint32_t unused;
};

static struct w2c_boundary environment;

uint32_t bench_next(uint32_t value) {
  return value * 1664525u + 1013904223u;
}

uint32_t w2c_boundary_next(struct w2c_boundary *import, uint32_t value) {
  (void)import;
  return bench_next(value);
}

bool wasm_rt_is_initialized(void) {
  return true;
}

void wasm_rt_trap(wasm_rt_trap_t code) {
  fprintf(stderr, "wasm trap %d\n", (int)code);
  exit(2);
}

void wasm_rt_allocate_memory(wasm_rt_memory_t *memory, uint64_t initial_pages, uint64_t max_pages, bool is64, uint32_t page_size) {
  uint64_t bytes = initial_pages * page_size;
  uint8_t *window = mmap(NULL, WASM_RT_WINDOW_BYTES, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (window == MAP_FAILED || mprotect(window, bytes, PROT_READ | PROT_WRITE) != 0) exit(3);
  *memory = (wasm_rt_memory_t){.data = window, .pages = initial_pages, .max_pages = max_pages, .size = bytes, .page_size = page_size, .is64 = is64};
}

uint64_t wasm_rt_grow_memory(wasm_rt_memory_t *memory, uint64_t delta_pages) {
  return delta_pages == 0 ? memory->pages : 0xffffffff;
}

void wasm_rt_free_memory(wasm_rt_memory_t *memory) {
  munmap(memory->data, WASM_RT_WINDOW_BYTES);
}

void wasm_rt_allocate_funcref_table(wasm_rt_funcref_table_t *table, uint32_t elements, uint32_t max_elements) {
  *table = (wasm_rt_funcref_table_t){calloc(elements + 1, sizeof(wasm_rt_funcref_t)), max_elements, elements};
}

void wasm_rt_free_funcref_table(wasm_rt_funcref_table_t *table) {
  free(table->data);
}

// What bits.ts and wasm3 need of libgcc is linked from there. wasm3's heap is the C library's.
void *wasm3_calloc(size_t count, size_t bytes) {
  return calloc(count, bytes);
}

void *wasm3_realloc(void *block, size_t bytes) {
  return realloc(block, bytes);
}

void wasm3_free(void *block) {
  free(block);
}

void wasm3_abort(void) {
  abort();
}

#define AOT(unit)                                                                                                            \
  static w2c_##unit unit;                                                                                                    \
  static void unit##_start(void) { wasm2c_##unit##_instantiate(&unit); }                                                     \
  static uint32_t unit##_run(uint32_t n) { return w2c_##unit##_run(&unit, n); }

AOT(benchAllocator)
AOT(benchBits)
AOT(benchParse)
AOT(benchSort)
AOT(benchHash)
AOT(benchAttention)
AOT(benchQueue)
AOT(benchInt8Dot)

static w2c_benchBoundary boundary;
static void benchBoundary_start(void) { wasm2c_benchBoundary_instantiate(&boundary, &environment); }
static uint32_t benchBoundary_run(uint32_t n) { return w2c_benchBoundary_run(&boundary, n); }

typedef uint32_t (*run_t)(uint32_t n);

// In the order of KERNELS in tools/bench/engines.ts.
static const struct {
  run_t native, aot;
  void (*start)(void);
} kernels[] = {
    {twin_allocator, benchAllocator_run, benchAllocator_start}, {twin_bits, benchBits_run, benchBits_start},
    {twin_parse, benchParse_run, benchParse_start},             {twin_sort, benchSort_run, benchSort_start},
    {twin_hash, benchHash_run, benchHash_start},                {twin_attention, benchAttention_run, benchAttention_start},
    {twin_queue, benchQueue_run, benchQueue_start},             {twin_int8_dot, benchInt8Dot_run, benchInt8Dot_start},
    {twin_boundary, benchBoundary_run, benchBoundary_start},
};

// Processor time: what others run meanwhile does not count.
static uint64_t now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void open_interpreted(const char *path) {
  FILE *file = fopen(path, "rb");
  static uint8_t bytes[1 << 18];
  size_t count = file ? fread(bytes, 1, sizeof bytes, file) : 0;
  const char *refused = interpreter_open(bytes, (uint32_t)count);
  if (refused == NULL) return;
  fprintf(stderr, "wasm3 refuses %s: %s\n", path, refused);
  exit(4);
}

int main(int count, char **arguments) {
  if (count != 5) return 5;
  size_t index = (size_t)atoi(arguments[2]);
  uint32_t n = (uint32_t)strtoul(arguments[3], NULL, 10);
  if (index >= sizeof kernels / sizeof kernels[0]) return 5;
  run_t run = interpreter_run;
  if (strcmp(arguments[1], "native") == 0) run = kernels[index].native;
  if (strcmp(arguments[1], "aot") == 0) {
    run = kernels[index].aot;
    kernels[index].start();
  }
  if (run == interpreter_run) open_interpreted(arguments[4]);
  uint32_t warm = run(n / 16);
  uint64_t start = now_ns();
  uint32_t check = run(n);
  uint64_t elapsed = now_ns() - start;
  printf("{\"elapsedNs\":%llu,\"check\":%u,\"warm\":%u}\n", (unsigned long long)elapsed, check, warm);
  return 0;
}
