// Times the page codec as a Linux process: `FILE PAGES ROUNDS`, FILE holds the pages. Compresses and decompresses all of them ROUNDS
// times, in turns, checks that they come back, and prints one line of JSON.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench_lz4.h"
#include "tools/bench/wasm_process.h"

#define PAGE 4096u
#define MOST_PAGES 4096u

static w2c_bench__lz4 module;

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
