// Boot, as one ordered list. Each step needs the ones before it.
#include "main/main.h"

#include "base/layout.h"
#include "base/limits.h"
#include "base/panic.h"
#include "boot/facts.h"
#include "cpu/clock.h"
#include "cpu/context.h"
#include "cpu/features.h"
#include "cpu/gdt.h"
#include "cpu/idt.h"
#include "cpu/lapic.h"
#include "cpu/trap.h"
#include "cpu/vector_state.h"
#include "host/programs.h"
#include "io/interrupt_controllers.h"
#include "io/power.h"
#include "io/uart.h"
#include "main/kernel_instance.h"
#include "main/loop.h"
#include "mem/paging.h"
#include "mem/regions.h"
#include "wasm/module.h"

static void panic_write(const char *bytes, size_t count) {
  uart_write((const uint8_t *)bytes, (uint32_t)count, NULL);
}

static _Noreturn void panic_stop(void) {
  machine_stop(DEBUG_EXIT_PANIC);
}

static const panic_ports_t panic_ports = {panic_write, panic_stop, paging_readable};

static void console_interrupt(void) {
  uart_interrupt();
  loop_note_console();
}

static void interrupts_init(void) {
  pic_silence(VECTOR_PIC);
  uint64_t lapic_pa = lapic_enable();
  lapic_init(paging_map_device(lapic_pa, PAGE_BYTES));
  io_apic_init(paging_map_device(IO_APIC_PA, PAGE_BYTES));
}

static void vector_state_init(void) {
  vector_init();
  void *memory = boot_memory_take(vector_memory_bytes());
  if (memory == NULL) panic("no memory for the vector state of processes");
  vector_set_memory(memory);
}

static void console_receive_init(void) {
  trap_set_console_handler(console_interrupt);
  io_apic_route(GSI_COM1, VECTOR_CONSOLE, lapic_id());
  uart_receive_enable();
}

_Noreturn void main_boot(void) {
  uart_init();
  panic_init(&panic_ports);
  gdt_init();
  idt_init();
  regions_init();
  cpu_features_init(boot_facts.direct_va + boot_facts.image_pa - IMAGE_VA);
  paging_init();
  interrupts_init();
  clock_init(boot_facts.boot_tsc);
  syscall_init();
  vector_state_init();
  context_init();
  programs_init();
  module_init(ram_end_pa() / POLICY_SHARE); // built-in policies get their memory before kernel.wasm takes the rest
  kernel_start();
  console_receive_init();
  loop_run();
}
