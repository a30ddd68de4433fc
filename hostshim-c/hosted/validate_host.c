// The module validator as a Linux process: `validate-host FILE [ROUNDS]` judges a module and prints one line of JSON, with the
// fastest round in ns of processor time. The same C as in ring 3 (user/validate), the scratch window by mmap. Not a test: tools/reference.
#define _GNU_SOURCE // MAP_FIXED_NOREPLACE
#include "user/validate/validator.h" // before mman.h: both have a PROT_READ

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>

#include "wasm-rt.h"

static uint64_t committed;

void wasm_rt_trap(wasm_rt_trap_t code) {
  fprintf(stderr, "the validator trapped: %d\n", (int)code);
  abort();
}

status_t validator_scratch(uint64_t bytes) {
  if (bytes > 1ULL << 32) return STATUS_NO_MEMORY;
  uint8_t *base = (uint8_t *)VALIDATOR_WINDOW_VA;
  if (bytes > committed && mprotect(base, bytes, PROT_READ | PROT_WRITE) != 0) return STATUS_NO_MEMORY;
  // A new mapping over what is given back: so that pages that come again are zero, and those past the limit fault.
  if (bytes < committed && mmap(base + bytes, committed - bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0) == MAP_FAILED) abort();
  committed = bytes;
  return STATUS_OK;
}

static uint64_t processor_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return (uint64_t)now.tv_sec * 1000000000ULL + (uint64_t)now.tv_nsec;
}

int main(int argc, char **argv) {
  if (argc < 2) return fprintf(stderr, "usage: validate-host FILE [ROUNDS] [NESTING]\n"), 2;
  FILE *file = fopen(argv[1], "rb");
  if (file == NULL) return perror(argv[1]), 2;
  fseek(file, 0, SEEK_END);
  size_t count = (size_t)ftell(file);
  rewind(file);
  uint8_t *bytes = malloc(count + 1);
  if (fread(bytes, 1, count, file) != count) return perror(argv[1]), 2;
  fclose(file);
  void *window = mmap((void *)VALIDATOR_WINDOW_VA, WASM_RT_WINDOW_BYTES, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
  if (window == MAP_FAILED) return perror("scratch window"), 2;

  int rounds = argc > 2 ? atoi(argv[2]) : 1;
  uint32_t nesting = argc > 3 ? (uint32_t)atoi(argv[3]) : VALIDATE_NESTING;
  uint64_t best = UINT64_MAX;
  verdict_t verdict;
  for (int i = 0; i < rounds; i++) {
    uint64_t before = processor_ns();
    validate_module(bytes, (uint32_t)count, nesting, &verdict);
    uint64_t taken = processor_ns() - before;
    if (taken < best) best = taken;
  }
  printf("{\"bytes\":%zu,\"status\":%d,\"text\":\"%.96s\",\"offset\":%u,\"nesting\":%u,\"uses\":%u,\"functions\":%u,\"ns\":%lu}\n", count, verdict.status, verdict.text, verdict.offset,
         verdict.nesting, verdict.uses, verdict.functions, (unsigned long)best);
  free(bytes);
  return verdict.status == STATUS_OK ? 0 : 1;
}
