// The engine for modules that arrive at run time: wasm3, patched by tools/build/wasm3.ts, with the module's arena as its heap.
// See module.h. Not a security boundary: the kernel lets only recorded modules, and those that were validated, come this far.
// Compiled with vector registers like wasm3 itself; runs between vector_begin and vector_end.
#include "base/panic.h"
#include "base/string.h"
#include "cpu/vector.h"
#include "m3_env.h"
#include "wasm-rt.h"
#include "wasm/arena.h"
#include "wasm/module.h"
#include "wasm/trap.h"

// Bytes of memory.fill or memory.copy for one point of fuel, as a shift: BULK_SHIFT of tools/build/meter.ts.
#define BULK_SHIFT 6
// Bytes of the largest function for one more point at each call and pass of a loop, where the build did not meter the module:
// between two points at most one function runs through, and a short budget must not buy a long time.
#define BODY_SHIFT 10

#define STACK_BYTES 0x40000 // wasm3's own stack: 256 KiB, so that CALL_DEPTH of the meter ends a recursion before it does
// wasm3 recurses on the native stack at calls and loops; at most this far below the call.
#ifndef WASM3_NATIVE_BYTES
#define WASM3_NATIVE_BYTES 0x18000
#endif

// Lives at the start of the module's arena.
typedef struct {
  arena_t arena;
  IM3Runtime runtime;
  IM3Module module;
  IM3Function functions[MODULE_EXPORTS];
  int64_t step;
} instance_t;

// Of the call in progress.
static arena_t *heap;
static int64_t *budget;
static int64_t step; // points at a call or a pass of a loop
static uint64_t native_floor;

static const char out_of_budget[] = "budget used up";

void m3_PrintProfilerInfo(void) {} // of m3_info.c, which is not compiled

void *wasm3_calloc(size_t count, size_t bytes) {
  uint64_t total;
  if (__builtin_mul_overflow(count, bytes, &total)) return NULL;
  return arena_take(heap, total);
}

void *wasm3_realloc(void *block, size_t bytes) {
  return arena_resize(heap, block, bytes);
}

void wasm3_free(void *block) {
  arena_give(heap, block);
}

void wasm3_abort(void) {
  panic("wasm3 aborted");
}

// wasm3 asks before each call, and (patched) before each pass of a loop.
M3Result m3_Yield(void) {
  if ((*budget -= step) < 0) return out_of_budget;
  if ((uint64_t)__builtin_frame_address(0) < native_floor) return m3Err_trapStackOverflow;
  return m3Err_none;
}

// wasm3 asks (patched) before memory.fill and memory.copy.
M3Result m3_Charge(uint32_t bytes) {
  return (*budget -= bytes >> BULK_SHIFT) < 0 ? out_of_budget : m3Err_none;
}

static void enter(instance_t *instance, int64_t *counted) {
  heap = &instance->arena;
  budget = counted;
  step = instance->step;
  native_floor = (uint64_t)__builtin_frame_address(0) - WASM3_NATIVE_BYTES;
}

static int32_t trap_code(M3Result result) {
  if (result == out_of_budget) return TRAP_OUT_OF_FUEL;
  if (result == m3Err_trapOutOfBoundsMemoryAccess) return WASM_RT_TRAP_OOB;
  if (result == m3Err_trapDivisionByZero) return WASM_RT_TRAP_DIV_BY_ZERO;
  if (result == m3Err_trapIntegerOverflow) return WASM_RT_TRAP_INT_OVERFLOW;
  if (result == m3Err_trapIntegerConversion) return WASM_RT_TRAP_INVALID_CONVERSION;
  if (result == m3Err_trapStackOverflow) return WASM_RT_TRAP_EXHAUSTION;
  if (result == m3Err_trapIndirectCallTypeMismatch || result == m3Err_trapTableElementIsNull || result == m3Err_trapTableIndexOutOfRange)
    return WASM_RT_TRAP_CALL_INDIRECT;
  return WASM_RT_TRAP_UNREACHABLE;
}

static bool wasm3_has(const module_t *module, module_export_t which) {
  return ((const instance_t *)module->instance)->functions[which] != NULL;
}

static uint64_t wasm3_call(module_t *module, module_export_t which, uint32_t argument) {
  instance_t *instance = module->instance;
  enter(instance, &module->budget);
  IM3Function function = instance->functions[which];
  const void *arguments[] = {&argument};
  M3Result result = m3_Call(function, m3_GetArgCount(function), arguments);
  if (result) trap_raise(trap_code(result));
  uint64_t value = 0;
  const void *results[] = {&value};
  result = m3_GetResults(function, 1, results);
  panic_unless(result == m3Err_none);
  return value;
}

static uint8_t *wasm3_memory(module_t *module, uint64_t *bytes) {
  uint32_t size = 0;
  IM3Runtime runtime = ((instance_t *)module->instance)->runtime;
  uint8_t *memory = runtime->memory.mallocated ? m3_GetMemory(runtime, &size, 0) : NULL;
  *bytes = size;
  return memory;
}

// Everything it allocated lies in the arena, which is the caller's again. Walking it panics where a block was overwritten.
static void wasm3_close(module_t *module) {
  arena_used(&((const instance_t *)module->instance)->arena);
}

const module_engine_t module_engine_wasm3 = {"wasm3", wasm3_has, wasm3_call, wasm3_memory, wasm3_close};

// Exported functions only: m3_FindFunction also finds internal ones by their names in the name section.
static IM3Function find_export(const instance_t *instance, const char *name, bool argument, M3ValueType type) {
  for (uint32_t i = 0; i < instance->module->numFunctions; i++) {
    IM3Function function = &instance->module->functions[i];
    if (function->export_name == NULL || strcmp(function->export_name, name) != 0) continue;
    bool fits = m3_GetArgCount(function) == argument && (!argument || m3_GetArgType(function, 0) == c_m3Type_i32) && m3_GetRetCount(function) == 1 &&
                m3_GetRetType(function, 0) == type;
    return fits && function->compiled ? function : NULL;
  }
  return NULL;
}

static void find_exports(instance_t *instance) {
  static const struct {
    const char *name;
    bool argument;
    M3ValueType type;
  } wanted[MODULE_EXPORTS] = {
      [MODULE_KIND] = {"policy_kind", false, c_m3Type_i32},
      [MODULE_ABI] = {"policy_abi", false, c_m3Type_i64},
      [MODULE_INPUT] = {"policy_input", false, c_m3Type_i32},
      [MODULE_INPUT_CAPACITY] = {"policy_input_capacity", false, c_m3Type_i32},
      [MODULE_OUTPUT] = {"policy_output", false, c_m3Type_i32},
      [MODULE_OUTPUT_BYTES] = {"policy_output_bytes", false, c_m3Type_i32},
      [MODULE_RESET] = {"policy_reset", true, c_m3Type_i32},
      [MODULE_DECIDE] = {"policy_decide", true, c_m3Type_i32},
      [MODULE_WEIGHTS_BYTES] = {"policy_weights_bytes", false, c_m3Type_i32},
      [MODULE_WEIGHTS_ACTIVE] = {"policy_weights_active", false, c_m3Type_i32},
      [MODULE_WEIGHTS_STAGING] = {"policy_weights_staging", false, c_m3Type_i32},
      [MODULE_WEIGHTS_COMMIT] = {"policy_weights_commit", true, c_m3Type_i32},
  };
  for (unsigned i = 0; i < MODULE_EXPORTS; i++) instance->functions[i] = find_export(instance, wanted[i].name, wanted[i].argument, wanted[i].type);
}

static void *find_counter(const instance_t *instance, const char *name, uint8_t type) {
  IM3Global global = m3_FindGlobal(instance->module, name);
  return global && global->type == type && global->isMutable ? (void *)&global->i64Value : NULL;
}

// env.abort ends a module like unreachable. Nothing else can be imported: what is not linked is not compiled.
static const void *run_abort(IM3Runtime runtime, IM3ImportContext context, uint64_t *stack, void *memory) {
  (void)runtime, (void)context, (void)stack, (void)memory;
  return m3Err_trapUnreachable;
}

static M3Result link_abort(IM3Module module) {
  M3Result result = m3_LinkRawFunction(module, "env", "abort", NULL, run_abort); // whatever its parameters
  return result == m3Err_functionLookupFailed ? m3Err_none : result;
}

static int64_t step_of(const M3Module *module) {
  uint64_t largest = 0;
  for (uint32_t i = 0; i < module->numFunctions; i++) {
    uint64_t bytes = (uint64_t)(module->functions[i].wasmEnd - module->functions[i].wasm);
    if (bytes > largest) largest = bytes;
  }
  return 1 + (int64_t)(largest >> BODY_SHIFT);
}

typedef struct {
  module_t *out;
  instance_t *instance;
  const uint8_t *wasm;
  uint32_t bytes;
  bool recorded;
  M3Result result;
  bool started;
} opening_t;

static void run_open(void *argument) {
  opening_t *opening = argument;
  instance_t *instance = opening->instance;
  opening->out->budget = MODULE_START_FUEL;
  enter(instance, &opening->out->budget);
  IM3Environment environment = m3_NewEnvironment();
  if (environment) instance->runtime = m3_NewRuntime(environment, STACK_BYTES, NULL);
  if (instance->runtime == NULL) opening->result = m3Err_mallocFailed;
  if (!opening->result) opening->result = m3_ParseModule(environment, &instance->module, opening->wasm, opening->bytes);
  if (!opening->result) opening->result = m3_LoadModule(instance->runtime, instance->module);
  if (!opening->result) opening->result = link_abort(instance->module);
  if (!opening->result) opening->result = m3_CompileModule(instance->module); // now, not at the first call: so a refusal is a refusal to open
  if (opening->result) return;
  instance->step = opening->recorded ? 1 : step_of(instance->module);
  step = instance->step;
  opening->started = true;
  opening->result = m3_RunStart(instance->module);
}

status_t module_open_wasm3(const uint8_t *wasm, uint32_t bytes, bool recorded, void *arena, uint64_t arena_bytes, module_t *out) {
  *out = (module_t){.counted = !recorded};
  uint64_t head = align_up(sizeof(instance_t), 16);
  instance_t *instance = (instance_t *)align_up((uint64_t)arena, 16);
  uint64_t lost = (uint64_t)instance - (uint64_t)arena + head;
  if (arena_bytes < lost || (memset(instance, 0, sizeof *instance), arena_init(&instance->arena, (uint8_t *)instance + head, arena_bytes - lost)) != STATUS_OK) {
    module_fail(out, "an arena of %lu bytes is too small", arena_bytes);
    return STATUS_NO_MEMORY;
  }
  opening_t opening = {.out = out, .instance = instance, .wasm = wasm, .bytes = bytes, .recorded = recorded};
  vector_begin();
  int32_t code = trap_contain(run_open, &opening);
  vector_end();
  if (code != 0 || (opening.result && opening.started)) {
    bool fuel = code == 0 && opening.result == out_of_budget;
    module_fail(out, "trapped at its start: %s", trap_name(code ? code : trap_code(opening.result)));
    return fuel ? STATUS_OUT_OF_FUEL : STATUS_TRAP;
  }
  if (opening.result) {
    if (instance->arena.exhausted) {
      module_fail(out, "an arena of %lu bytes is too small for it", arena_bytes);
      return STATUS_NO_MEMORY;
    }
    module_fail(out, "wasm3 refuses it: %s", opening.result);
    return STATUS_CORRUPT;
  }
  find_exports(instance);
  out->engine = &module_engine_wasm3;
  out->instance = instance;
  out->fuel = find_counter(instance, "fuel", c_m3Type_i64);
  out->depth = find_counter(instance, "depth", c_m3Type_i32);
  return STATUS_OK;
}
