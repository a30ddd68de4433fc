// The runtime of ring-3 programs: what the generated sys_glue.c needs. No libc. Above base and abi; linked into each
// program, never into the kernel.
#ifndef GANGLION_USER_USER_H
#define GANGLION_USER_USER_H

#include "base/types.h"
#include "wasm-rt.h"

struct w2c_sys;

// The program's linear memory.
const wasm_rt_memory_t *user_memory(void);

// Whether a span lies inside linear memory.
static inline bool user_span_ok(uint32_t start, uint64_t bytes) {
  return span_inside(start, bytes, user_memory()->size);
}

// What a call that grew linear memory answered: takes note of the new size, which stands in the upper half in 64 KiB pages, and answers the lower half;
// a Status as it is.
uint64_t user_grown(uint64_t answer);

static inline uint64_t user_span_va(uint32_t start) {
  return USER_LINEAR_VA + start;
}

// Number in rax, arguments in rdi, rsi, rdx, r10, r8, r9; the instruction overwrites rcx and r11.
static inline uint64_t user_syscall(uint64_t number, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f) {
  register uint64_t r10 __asm__("r10") = d;
  register uint64_t r8 __asm__("r8") = e;
  register uint64_t r9 __asm__("r9") = f;
  uint64_t result;
  __asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9) : "rcx", "r11", "memory");
  return result;
}

_Noreturn void user_exit(int32_t status);

#endif
