// Saving and restoring the place to unwind to. See trap.h. The registers that the System V ABI keeps across a call lie on
// the stack; one pointer finds them again.
#include "wasm/trap.h"

#include "base/panic.h"
#include "cpu/fault_hook.h"
#include "mem/window.h"
#include "wasm-rt.h"

uint64_t trap_saved_stack; // 0: nothing contained

int32_t trap_enter(void (*work)(void *), void *argument);
_Noreturn void trap_leave(int32_t code);

__asm__(".text\n"
        ".globl trap_enter, trap_leave\n"
        ".type trap_enter, @function\n"
        "trap_enter:\n"
        "  push %rbp\n"
        "  mov %rsp, %rbp\n"
        "  push %rbx\n"
        "  push %r12\n"
        "  push %r13\n"
        "  push %r14\n"
        "  push %r15\n"
        "  sub $8, %rsp\n" // the ABI wants 16-byte alignment at a call
        "  mov %rsp, trap_saved_stack(%rip)\n"
        "  mov %rdi, %rax\n"
        "  mov %rsi, %rdi\n"
        "  call *%rax\n"
        "  xor %eax, %eax\n"
        "1:\n"
        "  movq $0, trap_saved_stack(%rip)\n"
        "  add $8, %rsp\n"
        "  pop %r15\n"
        "  pop %r14\n"
        "  pop %r13\n"
        "  pop %r12\n"
        "  pop %rbx\n"
        "  pop %rbp\n"
        "  ret\n"
        ".size trap_enter, . - trap_enter\n"
        ".type trap_leave, @function\n"
        "trap_leave:\n"
        "  mov %edi, %eax\n"
        "  mov trap_saved_stack(%rip), %rsp\n"
        "  lea 48(%rsp), %rbp\n"
        "  cld\n"
        "  jmp 1b\n"
        ".size trap_leave, . - trap_leave\n");

static void on_fault(uint64_t fault_va, bool stack_full) {
  if (stack_full) trap_raise(WASM_RT_TRAP_EXHAUSTION);
  if (window_contains(fault_va)) trap_raise(WASM_RT_TRAP_OOB);
}

int32_t trap_contain(void (*work)(void *), void *argument) {
  panic_unless(trap_saved_stack == 0);
  fault_hook = on_fault;
  int32_t code = trap_enter(work, argument);
  fault_hook = NULL;
  return code;
}

bool trap_contained(void) {
  return trap_saved_stack != 0;
}

_Noreturn void trap_raise(int32_t code) {
  panic_unless(trap_saved_stack != 0 && code != 0);
  trap_leave(code);
}

const char *trap_name(int32_t code) {
  static const char *const names[] = {
      [WASM_RT_TRAP_OOB] = "out of bounds memory access",
      [WASM_RT_TRAP_INT_OVERFLOW] = "integer overflow",
      [WASM_RT_TRAP_DIV_BY_ZERO] = "integer divide by zero",
      [WASM_RT_TRAP_INVALID_CONVERSION] = "invalid conversion to integer",
      [WASM_RT_TRAP_UNREACHABLE] = "unreachable executed",
      [WASM_RT_TRAP_CALL_INDIRECT] = "indirect call of a missing or different function",
      [WASM_RT_TRAP_EXHAUSTION] = "call stack exhausted",
  };
  if (code == TRAP_OUT_OF_FUEL) return "out of fuel";
  return code > 0 && (size_t)code < ARRAY_COUNT(names) && names[code] ? names[code] : "unknown trap";
}
