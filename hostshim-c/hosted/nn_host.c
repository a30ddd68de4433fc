// nn-host: the vector kernels behind their import glue, as a Linux process that does what stdin says. For tests: any instruction set that
// the processor has, over a linear memory of its own.
//
//   Requests, little-endian u32s first:
//     0 at bytes, then the bytes     writes them into linear memory
//     1 at bytes                     those bytes go to stdout
//     2 call, 10 arguments           calls (the order of CALLS below; a float's bits where it takes one); its result (4 bytes) goes to
//                                    stdout, or 0x80000000 + the trap's number
//     3 bytes                        sets the size of linear memory; it never shrinks
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "abi/nn.h"
#include "user/nn/glue.h"

#define LIMIT_BYTES (1ull << 32)
#define TRAPPED 0x80000000u

enum { WRITE, READ, CALL, SIZE };
enum { ISA, SELECT, QUANTIZE, DEQUANTIZE, MATMUL, RMSNORM, SWIGLU, ATTENTION, GEMM_NN, GEMM_TN };

static wasm_rt_memory_t memory;
static jmp_buf trapped;

const wasm_rt_memory_t *nn_memory(void) {
  return &memory;
}

void wasm_rt_trap(wasm_rt_trap_t code) {
  longjmp(trapped, (int)code);
}

static void die(const char *text) {
  fprintf(stderr, "nn-host: %s\n", text);
  exit(2);
}

static void take(void *to, size_t bytes) {
  if (fread(to, 1, bytes, stdin) != bytes) die("a request is cut");
}

static uint32_t call(const uint32_t *a) {
  float eps;
  memcpy(&eps, a + 4, sizeof eps);
  switch (a[0]) {
    case ISA: return w2c_nn_isa(NULL);
    case SELECT: return w2c_nn_select(NULL, a[1]);
    case QUANTIZE: w2c_nn_quantize(NULL, a[1], a[2], a[3]); return 0;
    case DEQUANTIZE: w2c_nn_dequantize(NULL, a[1], a[2], a[3], a[4]); return 0;
    case MATMUL: w2c_nn_matmul(NULL, a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8]); return 0;
    case RMSNORM: w2c_nn_rmsnorm(NULL, a[1], a[2], a[3], eps, a[5]); return 0;
    case SWIGLU: w2c_nn_swiglu(NULL, a[1], a[2], a[3], a[4]); return 0;
    case ATTENTION: w2c_nn_attention(NULL, a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8], a[9], a[10]); return 0;
    case GEMM_NN: w2c_nn_gemm_nn(NULL, a[1], a[2], a[3], a[4], a[5], a[6]); return 0;
    case GEMM_TN: w2c_nn_gemm_tn(NULL, a[1], a[2], a[3], a[4], a[5], a[6]); return 0;
    default: die("no such call");
  }
  return 0;
}

static void do_call(void) {
  uint32_t words[11];
  take(words, sizeof words);
  int trap = setjmp(trapped);
  uint32_t result = trap ? TRAPPED + (uint32_t)trap : call(words);
  fwrite(&result, sizeof result, 1, stdout);
}

int main(void) {
  // What lies beyond the size is not mapped: a kernel that reads or writes past a span at the end dies of it.
  memory.data = mmap(NULL, LIMIT_BYTES + 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory.data == MAP_FAILED) die("no address space");
  uint32_t operation, span[2];
  while (fread(&operation, sizeof operation, 1, stdin) == 1) {
    if (operation == CALL) {
      do_call();
      continue;
    }
    take(span, operation == SIZE ? 4 : 8);
    if (operation == SIZE) {
      if (span[0] % 4096 != 0 || mprotect(memory.data, span[0], PROT_READ | PROT_WRITE) != 0) die("no memory");
      memory.size = span[0];
      continue;
    }
    if ((uint64_t)span[0] + span[1] > memory.size) die("a span leaves memory");
    if (operation == WRITE) take(memory.data + span[0], span[1]);
    else if (operation == READ) fwrite(memory.data + span[0], 1, span[1], stdout);
    else die("no such operation");
  }
  return 0;
}
