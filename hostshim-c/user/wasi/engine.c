// See engine.h. Compiled with wasm3's headers and flags, as the one file of this folder that knows its structures.
#include "user/wasi/engine.h"

#include "m3_env.h"
#include "user/wasi/calls.h"
#include "user/wasi/guest.h"
#include "user/wasi/heap.h"
#include "user/wasi/say.h"
#include "user/wasi/sys.h"
#include "wasm-rt.h"

#define GUEST_PAGE_BYTES 0x10000ULL
#define GUEST_MOST_PAGES 0x10000u
#ifndef ENGINE_NATIVE_BYTES
#define ENGINE_NATIVE_BYTES (USER_STACK_BYTES - ENGINE_RESERVE_BYTES)
#endif

uint8_t *engine_native_floor;

static M3MemoryHeader header; // its bytes lie at USER_LINEAR_VA
static IM3Runtime runtime;
static IM3Module module;

void m3_PrintProfilerInfo(void) {} // of m3_info.c, which is not compiled

void wasm3_abort(void) {
  say("the interpreter gave up");
  sys_trap(WASM_RT_TRAP_UNREACHABLE);
}

uint64_t guest_bytes(void) {
  return header.length;
}

const char *engine_resize_memory(IM3Runtime of, uint32_t pages) {
  M3Memory *memory = &of->memory;
  if (pages > memory->maxPages || pages > GUEST_MOST_PAGES) return m3Err_wasmMemoryOverflow;
  uint64_t bytes = pages * GUEST_PAGE_BYTES;
  if (bytes > header.length && sys_memory_limit(bytes) < 0) return m3Err_wasmMemoryOverflow;
  header = (M3MemoryHeader){.runtime = of, .maxStack = (m3slot_t *)of->stack + of->numStackSlots, .length = bytes};
  memory->mallocated = &header;
  memory->numPages = pages;
  return m3Err_none;
}

// A valid constant of a module without imported globals is one instruction and `end`.
const char *engine_constant(void *out, uint8_t type, const uint8_t **at, const uint8_t *end) {
  uint64_t value = 0;
  uint8_t opcode = 0, last = 0;
  M3Result result = Read_u8(&opcode, at, end);
  if (result) return result;
  if (opcode == c_waOp_i32_const) {
    i32 number = 0;
    result = ReadLEB_i32(&number, at, end);
    value = (uint32_t)number;
  } else if (opcode == c_waOp_i64_const) {
    i64 number = 0;
    result = ReadLEB_i64(&number, at, end);
    value = (uint64_t)number;
  } else if (opcode == c_waOp_f32_const) {
    u32 bits = 0;
    result = Read_u32(&bits, at, end);
    value = bits;
  } else if (opcode == c_waOp_f64_const) {
    result = Read_u64(&value, at, end);
  } else {
    return "a constant is not a plain number";
  }
  if (!result) result = Read_u8(&last, at, end);
  if (!result && last != 0x0b) result = "a constant has more than one instruction";
  if (result) return result;
  memcpy(out, &value, SizeOfType(type));
  return m3Err_none;
}

void engine_load(const uint8_t *bytes, uint32_t count) {
  engine_native_floor = (uint8_t *)__builtin_frame_address(0) - ENGINE_NATIVE_BYTES;
  IM3Environment environment = m3_NewEnvironment();
  if (environment) runtime = m3_NewRuntime(environment, ENGINE_STACK_BYTES, NULL);
  if (runtime == NULL) say_cannot_run("no memory for the interpreter");
  header = (M3MemoryHeader){.runtime = runtime, .maxStack = (m3slot_t *)runtime->stack + runtime->numStackSlots};
  runtime->memory.mallocated = &header;
  M3Result result = m3_ParseModule(environment, &module, bytes, count);
  if (!result) result = m3_LoadModule(runtime, module);
  if (result == m3Err_wasmMemoryOverflow)
    say_cannot_run("no memory: it asks for %u pages of 64 KiB at its start; allow more with run --mem", module ? module->memoryInfo.initPages : 0);
  if (result) say_cannot_run("cannot be instantiated: %s", result);
}

// Arguments and results lie on wasm3's stack in 8 bytes each, results first.
static const void *call_row(IM3Runtime of, IM3ImportContext context, uint64_t *stack, void *memory) {
  (void)of, (void)memory;
  const wasi_call_t *row = context->userdata;
  if (row->no_result) row->handler(stack);
  else stack[0] = row->handler(stack + 1);
  return m3Err_none;
}

void engine_link(uint32_t index, const void *row) {
  M3Result result = CompileRawFunction(module, &module->functions[index], (const void *)call_row, row);
  if (result) say_cannot_run("cannot link its imports: %s", result);
}

#ifdef WASI_HOSTED
const char *engine_compile_all(void) {
  return m3_CompileModule(module);
}
#endif

static uint32_t code_of(M3Result result) {
  if (result == m3Err_trapOutOfBoundsMemoryAccess) return WASM_RT_TRAP_OOB;
  if (result == m3Err_trapDivisionByZero) return WASM_RT_TRAP_DIV_BY_ZERO;
  if (result == m3Err_trapIntegerOverflow) return WASM_RT_TRAP_INT_OVERFLOW;
  if (result == m3Err_trapIntegerConversion) return WASM_RT_TRAP_INVALID_CONVERSION;
  if (result == m3Err_trapStackOverflow) return WASM_RT_TRAP_EXHAUSTION;
  if (result == m3Err_trapIndirectCallTypeMismatch || result == m3Err_trapTableElementIsNull || result == m3Err_trapTableIndexOutOfRange)
    return WASM_RT_TRAP_CALL_INDIRECT;
  return WASM_RT_TRAP_UNREACHABLE;
}

static engine_end_t end_of(M3Result result) {
  static const char mark[] = "[trap] ";
  if (!result) return (engine_end_t){false, 0, ""};
  bool marked = memcmp(result, mark, sizeof mark - 1) == 0;
  return (engine_end_t){true, code_of(result), marked ? result + sizeof mark - 1 : result};
}

engine_end_t engine_run(uint32_t index) {
  engine_native_floor = (uint8_t *)__builtin_frame_address(0) - ENGINE_NATIVE_BYTES;
  M3Result result = m3_RunStart(module);
  IM3Function function = &module->functions[index];
  if (!result && !function->compiled) result = CompileFunction(function);
  if (!result) result = m3_Call(function, 0, NULL);
  return end_of(result);
}

// What wasm3 calls for memory (wasm/rt/include/stdlib.h).
void *wasm3_calloc(size_t count, size_t bytes) {
  uint64_t total;
  return __builtin_mul_overflow(count, bytes, &total) ? NULL : heap_take(total);
}
void *wasm3_realloc(void *block, size_t bytes) {
  return heap_resize(block, bytes);
}
void wasm3_free(void *block) {
  heap_give(block);
}
