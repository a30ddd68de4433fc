// <stdlib.h> for wasm3: its heap is the arena of the module being worked on (wasm/arena.h). For wasm2c output: nothing.
#ifndef GANGLION_STDLIB_H
#define GANGLION_STDLIB_H
#include <stddef.h>
void *wasm3_calloc(size_t count, size_t bytes);
void *wasm3_realloc(void *block, size_t bytes);
void wasm3_free(void *block);
_Noreturn void wasm3_abort(void);
#define calloc wasm3_calloc
#define realloc wasm3_realloc
#define free wasm3_free
#define abort wasm3_abort
// Parsing of text is used only by m3_CallArgv, which nobody calls.
#define strtoul(text, end, base) 0
#define strtoull(text, end, base) 0
#define strtod(text, end) 0
#endif
