// The table of calls. See calls.h.
#include "user/wasi/calls.h"

#include "base/string.h"

#define ROW(call, signature) {.name = #call, .arguments = signature, .handler = wasi_##call},

static const wasi_call_t rows[] = {WASI_CALLS(ROW)};
static const wasi_call_t proc_exit_row = {.name = "proc_exit", .arguments = "i", .handler = wasi_proc_exit, .no_result = true};

const wasi_call_t *calls_find(const uint8_t *name, uint32_t bytes) {
  for (unsigned i = 0; i < ARRAY_COUNT(rows); i++)
    if (strlen(rows[i].name) == bytes && memcmp(rows[i].name, name, bytes) == 0) return rows[i].handler == wasi_proc_exit ? &proc_exit_row : &rows[i];
  return NULL;
}
