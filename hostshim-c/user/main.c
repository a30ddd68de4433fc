// The main loop of a ring-3 program: one wasm module, compiled with -DPROGRAM=name -DPROGRAM_HEADER="name.h", and -DPROGRAM_VECTORS where it imports
// the vector kernels. Between
// two steps the stack holds no reference into linear memory, so the collector may run.
#include "user/user.h"

#define JOIN3_(a, b, c) a##b##c
#define JOIN3(a, b, c) JOIN3_(a, b, c)
#define EXPORT(name) JOIN3(w2c_, PROGRAM, name)

#include PROGRAM_HEADER

// What a shell says of a program that cannot run.
#define STATUS_ABI_DIFFERS 126

static EXPORT() instance;

_Noreturn void user_main(void);

const wasm_rt_memory_t *user_memory(void) {
  return EXPORT(_memory)(&instance);
}

_Noreturn void user_exit(int32_t status) {
  user_syscall(SYS_EXIT, (uint64_t)(int64_t)status, 0, 0, 0, 0, 0);
  __builtin_unreachable();
}

_Noreturn void user_main(void) {
  if (user_syscall(SYS_ABI, 0, 0, 0, 0, 0, 0) != ABI_HASH) user_exit(STATUS_ABI_DIFFERS);
#ifdef PROGRAM_VECTORS
  JOIN3(wasm2c_, PROGRAM, _instantiate)(&instance, NULL, NULL);
#else
  JOIN3(wasm2c_, PROGRAM, _instantiate)(&instance, NULL);
#endif
  EXPORT(_start)(&instance);
  while ((int32_t)EXPORT(_step)(&instance) > 0) EXPORT(_0x5F_collect)(&instance);
  user_exit(0);
}
