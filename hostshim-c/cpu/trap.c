// Traps taken in ring 0. See trap.h, and cpu/entry.S for how they get here.
#include "cpu/trap.h"

#include "base/layout.h"
#include "base/panic.h"
#include "cpu/clock.h"
#include "cpu/context.h"
#include "cpu/fault_hook.h"
#include "cpu/idt.h"
#include "cpu/lapic.h"
#include "cpu/registers.h"

#define VECTOR_NMI 2
#define VECTOR_DOUBLE_FAULT 8

typedef struct {
  uint64_t start, end, go_on;
} exception_row_t;
extern const exception_row_t exception_table_start[], exception_table_end[];

extern uint8_t main_stack_guard[], main_stack[]; // boot/entry.S

fault_hook_t fault_hook;
uint64_t user_copy_fault_va;
static void (*console_handler)(void);

void trap_handle_ring0(registers_t *registers); // called by cpu/entry.S

static const char *exception_name(uint64_t vector) {
  static const char *const names[32] = {
      [0] = "division error",        [1] = "debug",           [2] = "non-maskable interrupt", [3] = "breakpoint",
      [4] = "overflow",              [5] = "bound range",     [6] = "invalid instruction",    [7] = "no coprocessor",
      [8] = "double fault",          [10] = "invalid TSS",    [11] = "segment not present",   [12] = "stack segment fault",
      [13] = "general protection",   [14] = "page fault",     [16] = "x87 exception",         [17] = "alignment check",
      [18] = "machine check",        [19] = "SIMD exception",
  };
  return vector < ARRAY_COUNT(names) && names[vector] ? names[vector] : "unknown exception";
}

void trap_set_console_handler(void (*handler)(void)) {
  console_handler = handler;
}

bool trap_serve_interrupt(uint64_t vector) {
  if (vector < 32) return false;
  if (vector == VECTOR_SPURIOUS) return true; // wants no acknowledgement
  if (vector >= VECTOR_PIC && vector < VECTOR_PIC + 16) return true; // spurious, of a masked 8259
  if (vector == VECTOR_TIMER) clock_interrupt();
  else if (vector == VECTOR_CONSOLE && console_handler) console_handler();
  lapic_end_of_interrupt();
  return true;
}

static bool in_stack_guard(uint64_t va) {
  return va >= (uint64_t)main_stack_guard && va < (uint64_t)main_stack;
}

static bool in_windows(uint64_t va) {
  return va >= WINDOW_VA && va < DEVICE_VA;
}

static void die(const registers_t *r, uint64_t cr2) {
  panic_registers_t registers = {
      .vector = r->vector, .error_code = r->error_code, .cr2 = cr2, .rip = r->rip, .rsp = r->rsp, .rbp = r->rbp,
      .rflags = r->rflags, .cs = r->cs, .rax = r->rax, .rbx = r->rbx, .rcx = r->rcx, .rdx = r->rdx,
      .rsi = r->rsi, .rdi = r->rdi, .r8 = r->r8, .r9 = r->r9, .r10 = r->r10, .r11 = r->r11,
      .r12 = r->r12, .r13 = r->r13, .r14 = r->r14, .r15 = r->r15,
  };
  bool with_address = r->vector == VECTOR_PAGE_FAULT || r->vector == VECTOR_DOUBLE_FAULT;
  const char *why = in_stack_guard(cr2) ? ": ring 0's stack is full" : in_windows(cr2) ? ": outside a linear memory" : "";
  if (with_address) panic_at(&registers, "%s at 0x%lx in ring %lu%s", exception_name(r->vector), cr2, r->cs & 3, why);
  panic_at(&registers, "%s in ring %lu", exception_name(r->vector), r->cs & 3);
}

void trap_handle_ring0(registers_t *registers) {
  if (trap_serve_interrupt(registers->vector)) return;
  uint64_t cr2 = cpu_read_cr2();
  if (registers->vector == VECTOR_PAGE_FAULT && cr2 < USER_END_VA) {
    for (const exception_row_t *row = exception_table_start; row < exception_table_end; row++) {
      if (registers->rip < row->start || registers->rip >= row->end) continue;
      user_copy_fault_va = cr2;
      registers->rip = row->go_on;
      return;
    }
  }
  if (fault_hook && (registers->vector == VECTOR_PAGE_FAULT || registers->vector == VECTOR_DOUBLE_FAULT)) fault_hook(cr2, in_stack_guard(cr2));
  die(registers, cr2);
}
