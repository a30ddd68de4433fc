// What the wasm and host layers need from below (cpu, mem, boot, base/panic), over Linux, so that they run as a process under
// sanitizers. Not an emulation of the machine: no interrupts, no page tables, no ring 3.
#define _GNU_SOURCE // REG_RSP
#include "hosted/platform.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/panic.h"
#include "boot/facts.h"
#include "cpu/fault_hook.h"
#include "cpu/vector.h"
#include "host/host.h"
#include "mem/regions.h"
#include "mem/window.h"

#define MXCSR_CLEAN 0x1f80u
// A fault this close to the stack pointer is the stack's own end.
#define STACK_REACH 0x10000
#define SIGNAL_STACK_BYTES 0x10000

boot_facts_t boot_facts;
uint64_t direct_map_va;
fault_hook_t fault_hook;
struct w2c_host host_environment;

static uint64_t ram_frames;
static uint8_t *windows[WINDOWS];
static uint32_t window_count;
static uint32_t saved_mxcsr;

void panic(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  fprintf(stderr, "panic: ");
  vfprintf(stderr, format, arguments);
  fprintf(stderr, "\n");
  va_end(arguments);
  abort();
}

static void *map(uint64_t bytes, int protection) {
  void *memory = mmap(NULL, bytes, protection, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) panic("no %lu bytes of address space", (unsigned long)bytes);
  return memory;
}

status_t window_reserve(window_t *out) {
  if (window_count == WINDOWS) return STATUS_NO_MEMORY;
  uint8_t *base = map(WINDOW_BYTES, PROT_NONE);
  windows[window_count++] = base;
  *out = (window_t){base, 0};
  return STATUS_OK;
}

status_t window_commit(window_t *window, uint64_t bytes) {
  if (bytes > 1ULL << 32) return STATUS_RANGE;
  if (bytes <= window->committed_bytes) return STATUS_OK;
  if (mprotect(window->base, bytes, PROT_READ | PROT_WRITE) != 0) return STATUS_NO_MEMORY;
  window->committed_bytes = bytes;
  return STATUS_OK;
}

bool window_contains(uint64_t va) {
  for (uint32_t i = 0; i < window_count; i++)
    if (va - (uint64_t)windows[i] < WINDOW_BYTES) return true;
  return false;
}

void *boot_memory_take(uint64_t bytes) {
  return map(align_up(bytes, PAGE_BYTES), PROT_READ | PROT_WRITE);
}

bool frames_usable(uint64_t pfn, uint64_t count) {
  return span_inside(pfn, count, ram_frames);
}

void vector_begin(void) {
  saved_mxcsr = __builtin_ia32_stmxcsr();
  __builtin_ia32_ldmxcsr(MXCSR_CLEAN);
}

void vector_end(void) {
  __builtin_ia32_ldmxcsr(saved_mxcsr);
}

#ifdef __SANITIZE_ADDRESS__
void __asan_handle_no_return(void);
#else
static void __asan_handle_no_return(void) {}
#endif

static void on_fault(int signal_number, siginfo_t *info, void *context) {
  uint64_t va = (uint64_t)info->si_addr;
  uint64_t stack = (uint64_t)((ucontext_t *)context)->uc_mcontext.gregs[REG_RSP];
  bool stack_full = va - (stack - STACK_REACH) < 2 * STACK_REACH;
  __asan_handle_no_return();
  if (fault_hook) fault_hook(va, stack_full);
  signal(signal_number, SIG_DFL); // not a guest's: die of it
}

void platform_init(uint64_t ram_bytes) {
  direct_map_va = (uint64_t)map(ram_bytes, PROT_READ | PROT_WRITE);
  ram_frames = ram_bytes / PAGE_BYTES;
  stack_t stack = {.ss_sp = map(SIGNAL_STACK_BYTES, PROT_READ | PROT_WRITE), .ss_size = SIGNAL_STACK_BYTES};
  sigaltstack(&stack, NULL);
  struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER};
  sigaction(SIGSEGV, &action, NULL);
  sigaction(SIGBUS, &action, NULL);
}
