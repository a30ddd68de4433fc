// The end of the road: print the epitaph and stop the machine. Not for bad input from a guest, which gets a status.
// The implementation (base/panic.c) reaches the outside through panic_ports_t only. Bottom layer.
#ifndef GANGLION_BASE_PANIC_H
#define GANGLION_BASE_PANIC_H

#include "base/types.h"

// Print the epitaph and stop. Any context. Guarded against a second panic inside the first.
_Noreturn void panic(const char *format, ...) __attribute__((format(printf, 1, 2)));

// The registers of the place that failed, where the processor reported it.
typedef struct {
  uint64_t vector, error_code, cr2, rip, rsp, rbp, rflags, cs;
  uint64_t rax, rbx, rcx, rdx, rsi, rdi, r8, r9, r10, r11, r12, r13, r14, r15;
} panic_registers_t;

// As panic, for the place that `registers` describes.
_Noreturn void panic_at(const panic_registers_t *registers, const char *format, ...) __attribute__((format(printf, 2, 3)));

// How a panic reaches the outside.
typedef struct {
  void (*write)(const char *bytes, size_t count); // no interrupts, no allocation
  void (*stop)(void); // does not return
  bool (*readable)(uint64_t va, size_t bytes); // whether ring 0 may read there without a fault
} panic_ports_t;

// Set once at start; without it a panic halts silently. `ports` stays the caller's and must live on.
void panic_init(const panic_ports_t *ports);

// Where the trace ring lies, for the last rows of the epitaph. `bytes` is how much memory follows `ring`.
void panic_set_trace_ring(const void *ring, size_t bytes);

#define panic_unless(condition) ((condition) ? (void)0 : panic("%s:%d: %s", __FILE__, __LINE__, #condition))

#endif
