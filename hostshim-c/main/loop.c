// The kernel loop: enter kernel.wasm with a cause, do what it answers, find the next cause. Mechanism only. Interrupts
// are off in ring 0 but for the two places below that let them in. See loop.h.
#include "main/loop.h"

#include "base/panic.h"
#include "cpu/clock.h"
#include "cpu/context.h"
#include "cpu/registers.h"
#include "cpu/trap.h"
#include "main/kernel_instance.h"
#include "mem/space.h"

#define NO_CAUSE (-1)
#define NO_SLOT (-1)

static volatile bool console_noted;

void loop_note_console(void) {
  console_noted = true;
}

// What interrupts have recorded, one cause at a time.
static int32_t take_recorded(void) {
  if (clock_take_expired()) return CAUSE_TIMER;
  if (console_noted) {
    console_noted = false;
    return CAUSE_INTERRUPT;
  }
  return NO_CAUSE;
}

static int32_t wait_for_interrupt(void) {
  for (;;) {
    int32_t cause = take_recorded();
    if (cause != NO_CAUSE) return cause;
    __asm__ volatile("sti; hlt; cli" ::: "memory"); // sti takes effect after hlt began: no interrupt is missed
  }
}

static int32_t let_interrupts_in(void) {
  __asm__ volatile("sti; nop; cli" ::: "memory");
  int32_t cause = take_recorded();
  return cause == NO_CAUSE ? CAUSE_WORK : cause;
}

// What ring 3 did, told to the mailbox. NO_CAUSE: an interrupt, recorded.
static int32_t tell_trap(uint64_t vector, const registers_t *registers) {
  if (vector != VECTOR_SYSCALL && trap_serve_interrupt(vector)) return take_recorded();
  trap_t *trap = kernel_trap();
  trap->ip = registers->rip;
  trap->now_ns = clock_now_ns();
  if (vector == VECTOR_SYSCALL) {
    trap->number = registers->rax;
    trap->args[0] = registers->rdi;
    trap->args[1] = registers->rsi;
    trap->args[2] = registers->rdx;
    trap->args[3] = registers->r10;
    trap->args[4] = registers->r8;
    trap->args[5] = registers->r9;
    return CAUSE_SYSCALL;
  }
  trap->number = vector;
  trap->error_code = registers->error_code;
  trap->fault_va = vector == VECTOR_PAGE_FAULT ? cpu_read_cr2() : 0;
  return vector == VECTOR_PAGE_FAULT ? CAUSE_PAGE_FAULT : CAUSE_EXCEPTION;
}

static int32_t run_slot(int32_t slot) {
  if (!context_live((uint32_t)slot)) panic("kernel.wasm wants to run slot %d, which does not exist", slot);
  for (;;) {
    int32_t cause = take_recorded(); // an interrupt that came while the processor was in ring 0
    if (cause != NO_CAUSE) return cause;
    space_load(contexts[slot].space);
    cause = tell_trap(cpu_run_user((uint32_t)slot), &contexts[slot].registers);
    if (cause != NO_CAUSE) return cause;
  }
}

_Noreturn void loop_run(void) {
  int32_t cause = CAUSE_BOOT, slot = NO_SLOT;
  for (;;) {
    kernel_trap()->now_ns = clock_now_ns();
    int32_t next = kernel_run(cause, slot);
    if (next >= 0) {
      slot = next;
      cause = run_slot(slot);
    } else if (next == NEXT_IDLE || next == NEXT_AGAIN) {
      slot = NO_SLOT;
      cause = next == NEXT_IDLE ? wait_for_interrupt() : let_interrupts_in();
    } else {
      panic("kernel_enter answered %d", next);
    }
  }
}
