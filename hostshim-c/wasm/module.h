// ONE interface to policy modules, two engines behind it: aot.c (compiled into the image) and wasm3.c (interpreted). The same
// bytes give the same answers, statuses and fuel in both. Above base, cpu (vector state), mem (windows). docs/engines.md.
// Every call below takes and gives back the vector state itself and runs the module contained: whatever the module does, the
// call returns. Interrupts off in ring 0; not from interrupt handlers; calls do not nest.
#ifndef GANGLION_WASM_MODULE_H
#define GANGLION_WASM_MODULE_H

#include "base/types.h"

#define MODULE_ERROR_BYTES 96
// Budget of the calls that only ask what a module is, and of its start function under an engine's own budget.
#define MODULE_QUERY_FUEL 10000
#define MODULE_START_FUEL 1000000

// The functions of tools/abi/policy.ts, in its order. RESET, DECIDE and WEIGHTS_COMMIT take an argument. The last four are there all or
// none: a policy with weights.
typedef enum {
  MODULE_KIND,
  MODULE_ABI,
  MODULE_INPUT,
  MODULE_INPUT_CAPACITY,
  MODULE_OUTPUT,
  MODULE_OUTPUT_BYTES,
  MODULE_RESET,
  MODULE_DECIDE,
  MODULE_WEIGHTS_BYTES,
  MODULE_WEIGHTS_ACTIVE,
  MODULE_WEIGHTS_STAGING,
  MODULE_WEIGHTS_COMMIT,
  MODULE_EXPORTS,
} module_export_t;

typedef struct module module_t;

// What an engine is. All of it runs contained, between vector_begin and vector_end; a trap goes to trap_raise.
typedef struct {
  const char *name;
  // False where the module has no such export of that type.
  bool (*has)(const module_t *module, module_export_t which);
  uint64_t (*call)(module_t *module, module_export_t which, uint32_t argument);
  // Linear memory and its size now.
  uint8_t *(*memory)(module_t *module, uint64_t *bytes);
  void (*close)(module_t *module);
} module_engine_t;

struct module {
  const module_engine_t *engine; // NULL: closed
  void *instance; // the engine's
  int64_t *fuel; // the meter's global, NULL in a module without one: then the engine counts
  int32_t *depth; // the meter's count of calls in progress; reset before each call
  int64_t budget; // of the engine itself, for modules without a meter
  bool counted; // the build did not meter it: whatever it says of its fuel, the engine's budget ends it too
  uint64_t fuel_used; // by the last call
  bool bound; // the four below were asked for and lie inside the memory
  uint32_t input, input_capacity, output, output_bytes;
  uint32_t weights_bytes; // 0: not asked for, or it has none
  char error[MODULE_ERROR_BYTES]; // text of the last failure
};

// A policy that the build compiled into the image: build/c/aot_table.c, written by tools/build/aot-table.ts.
typedef struct {
  const char *name;
  uint8_t sha256[32]; // of the metered wasm
  uint32_t kind;
  uint32_t memory_pages; // of 64 KiB
  bool weights; // it has the exports of a policy with weights
  const uint8_t *wasm, *wasm_end; // metered
  void (*instantiate)(void);
  void (*release)(void);
  uint64_t (*call)(module_export_t which, uint32_t argument);
  void *(*memory)(void); // wasm_rt_memory_t
  uint64_t *(*fuel)(void);
  uint32_t *(*depth)(void);
} aot_row_t;
extern const aot_row_t aot_table[];
extern const uint32_t aot_table_rows;
// ModuleRecord rows of every module that the build vouches for.
extern const uint8_t module_record_start[], module_record_end[];

// Give the AOT modules their memory and tables, once, before boot memory is sealed, those with weights first: at most `budget_bytes` of linear
// memory. What finds no room then is refused with NoMemory when it is opened.
void module_init(uint64_t budget_bytes);

// Open AOT row `index`. `out` is the caller's. NotFound · Busy already open · Trap its start function trapped · NoMemory.
status_t module_open_aot(uint32_t index, module_t *out);

// Open for interpretation. The wasm bytes and the arena stay in use until module_close. `recorded`: the build metered it; then
// its own count decides, which is the same in every engine. Corrupt wasm3 refuses it · NoMemory
// the arena is too small · Busy another interpreted module is being opened · Trap, OutOfFuel its start function.
status_t module_open_wasm3(const uint8_t *wasm, uint32_t bytes, bool recorded, void *arena, uint64_t arena_bytes, module_t *out);

// Ask the module for its buffers, once. Unsupported an export is missing · Range a buffer lies outside its memory · Trap · OutOfFuel.
status_t module_bind(module_t *module);

// Size of its weights, 1…WEIGHTS_BYTES. Unsupported it has none · Range they are too many, or do not lie in its memory · Trap.
status_t module_weights_size(module_t *module, uint32_t *bytes);

// Where the weights in use lie now, or those to come (MODULE_WEIGHTS_ACTIVE, MODULE_WEIGHTS_STAGING): all of them inside its memory,
// valid until the next call. As module_weights_size.
status_t module_weights_at(module_t *module, module_export_t which, uint8_t **at);

// Call an export with a budget in metering points. Ok with *result, or Unsupported · Trap · OutOfFuel; error and fuel_used are set.
status_t module_call(module_t *module, module_export_t which, uint32_t argument, uint64_t fuel, uint64_t *result);

// A span of its memory, or NULL where it leaves it. Valid until the next call.
uint8_t *module_span(module_t *module, uint32_t start, uint64_t bytes);

void module_close(module_t *module);

// Set the text of the last failure; cut where it is too long.
void module_fail(module_t *module, const char *format, ...) __attribute__((format(printf, 2, 3)));

extern const module_engine_t module_engine_aot, module_engine_wasm3;

#endif
