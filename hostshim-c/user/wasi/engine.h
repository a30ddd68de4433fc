// wasm3 as this program uses it: patched by tools/build/wasm3-user.ts so that linear memory is the window at USER_LINEAR_VA and
// never moves, and so that the native stack has a floor. Not WASI: which imports there are is imports.h's.
#ifndef GANGLION_USER_WASI_ENGINE_H
#define GANGLION_USER_WASI_ENGINE_H

#include "base/types.h"

typedef struct M3Runtime *engine_runtime_t;

// Bytes of wasm3's own stack, where locals and operands lie. Calls and loops recurse on the native stack as well: whichever ends
// first ends the recursion, as a trap.
#define ENGINE_STACK_BYTES 0x100000ULL

// The last bytes of the native stack are the compiler's, which recurses once for each nested block, and the calls' of WASI.
#define ENGINE_RESERVE_BYTES 0x200000ULL
#define ENGINE_NESTING 1024

// How a run ended.
typedef struct {
  bool trapped;
  uint32_t code; // of wasm-rt.h, where it trapped
  const char *words; // "" where it returned
} engine_end_t;

// Parse and instantiate a valid module whose imports were checked; ends the program with words where wasm3 cannot take it.
void engine_load(const uint8_t *bytes, uint32_t count);
// Make import number `index` (of functions, from 0) call `row` of the table of calls (calls.h).
void engine_link(uint32_t index, const void *row);
// Run the module's start function, if it has one, then function number `index`, which takes and returns nothing.
engine_end_t engine_run(uint32_t index);

#ifdef WASI_HOSTED
// Compile every function now instead of at its first call, so that a fuzzer sees them all. Words, or NULL.
const char *engine_compile_all(void);
#endif

// ---- called by patched wasm3 ----

// Lowest address that running code may reach on the native stack.
extern uint8_t *engine_native_floor;
const char *engine_resize_memory(engine_runtime_t runtime, uint32_t pages);
// Read a constant expression to its end; `out` gets 4 or 8 bytes as `type` has.
const char *engine_constant(void *out, uint8_t type, const uint8_t **at, const uint8_t *end);

#endif
