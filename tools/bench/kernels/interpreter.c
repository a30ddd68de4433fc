// See interpreter.h. Freestanding like wasm3 itself; main.c supplies the heap.
#include "tools/bench/kernels/interpreter.h"

#include "m3_env.h"
#include "tools/bench/kernels/twins.h"

#define STACK_BYTES 0x10000

static IM3Function run;
static int64_t budget = INT64_MAX;
static uint64_t native_floor;

void m3_PrintProfilerInfo(void) {}

// The checks that the shim makes at each call and loop.
M3Result m3_Yield(void) {
  if (--budget < 0) return "budget used up";
  if ((uint64_t)__builtin_frame_address(0) < native_floor) return m3Err_trapStackOverflow;
  return m3Err_none;
}

static m3ApiRawFunction(raw_next) {
  m3ApiReturnType(uint32_t) m3ApiGetArg(uint32_t, value) m3ApiReturn(bench_next(value));
}

const char *interpreter_open(const uint8_t *wasm, uint32_t bytes) {
  IM3Environment environment = m3_NewEnvironment();
  IM3Runtime runtime = m3_NewRuntime(environment, STACK_BYTES, NULL);
  IM3Module module;
  M3Result result = m3_ParseModule(environment, &module, wasm, bytes);
  if (!result) result = m3_LoadModule(runtime, module);
  if (!result) {
    result = m3_LinkRawFunction(module, "boundary", "next", "i(i)", raw_next);
    if (result == m3Err_functionLookupFailed) result = m3Err_none; // it imports nothing
  }
  if (!result) result = m3_CompileModule(module);
  if (!result) result = m3_FindFunction(&run, runtime, "run");
  return result;
}

uint32_t interpreter_run(uint32_t n) {
  native_floor = (uint64_t)__builtin_frame_address(0) - 0x18000;
  uint32_t value = 0;
  const void *arguments[] = {&n}, *results[] = {&value};
  if (m3_Call(run, 1, arguments)) __builtin_trap();
  m3_GetResults(run, 1, results);
  return value;
}
