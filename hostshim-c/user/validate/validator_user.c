// What validator.c needs in ring 3: the scratch window and the trap, by system calls.
#include "user/user.h"
#include "user/validate/validator.h"

status_t validator_scratch(uint64_t bytes) {
  return (status_t)(int64_t)user_syscall(SYS_SCRATCH_LIMIT, bytes, 0, 0, 0, 0, 0);
}

void wasm_rt_trap(wasm_rt_trap_t code) {
  user_syscall(SYS_TRAP, (uint64_t)code, 0, 0, 0, 0, 0);
  __builtin_unreachable();
}
