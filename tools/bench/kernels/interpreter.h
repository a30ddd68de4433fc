// wasm3 for the bench: one module with an export run(i32) → i32. As the shim has it: same sources, flags and checks.
#ifndef GANGLION_BENCH_INTERPRETER_H
#define GANGLION_BENCH_INTERPRETER_H

#include <stdint.h>

// NULL, or why wasm3 refuses the module.
const char *interpreter_open(const uint8_t *wasm, uint32_t bytes);
uint32_t interpreter_run(uint32_t n);

#endif
