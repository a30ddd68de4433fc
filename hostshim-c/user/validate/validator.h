// The module validator (kernel-as/validate) for a ring-3 program that runs WebAssembly it did not compile itself. One call
// judges one module. Its working memory, about seven times the module, lies at USER_SCRATCH_VA only during the call.
// Not an engine and not a linker: which imports exist is the caller's to check. One call at a time.
#ifndef GANGLION_USER_VALIDATE_VALIDATOR_H
#define GANGLION_USER_VALIDATE_VALIDATOR_H

#include "base/types.h"

#define VERDICT_TEXT_BYTES 96

// Where its memory lies. A Linux process under ASan has its shadow there and says another place.
#ifndef VALIDATOR_WINDOW_VA
#define VALIDATOR_WINDOW_VA USER_SCRATCH_VA
#endif

// The deepest nesting of blocks that validate_module can be told to allow (MOST_NESTING of kernel-as/validate/limits.ts).
#define VALIDATE_NESTING 1024

// Bits of verdict_t.uses; a module with one of the first two is refused as Unsupported.
#define VALIDATE_USES_REFERENCES 1u
#define VALIDATE_USES_SEGMENTS 2u
#define VALIDATE_USES_MULTI_VALUE 4u

typedef struct {
  status_t status;               // what validate_module returned
  uint32_t offset;               // where the fault was found, from the module's first byte
  uint32_t nesting;              // deepest nesting of block, loop and if
  uint32_t uses;                 // VALIDATE_USES_…
  uint32_t functions;            // with the imported ones
  char text[VERDICT_TEXT_BYTES]; // what was wrong; "" after STATUS_OK. Of Unsupported: the feature
} verdict_t;

// Judge the `count` bytes at `bytes`; blocks may nest `nesting` deep. `out` is filled whatever comes out.
// STATUS_OK: valid, and of the instructions that wasm3 runs. STATUS_CORRUPT: malformed or invalid. STATUS_UNSUPPORTED: of a
// later version of WebAssembly, or wasm3 lacks it. STATUS_TOO_DEEP. STATUS_NO_MEMORY: the scratch memory cannot grow so far.
status_t validate_module(const uint8_t *bytes, uint32_t count, uint32_t nesting, verdict_t *out);

// ---- supplied by validator_user.c in ring 3, by the harness in a Linux process; as is wasm_rt_trap of wasm-rt.h ----

// Make the memory at VALIDATOR_WINDOW_VA `bytes` long, a multiple of a page; new pages are zero, pages past it are given back.
status_t validator_scratch(uint64_t bytes);

#endif
