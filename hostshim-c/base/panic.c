// The epitaph: what, where, the registers, a backtrace, the last rows of the trace. Every memory access outside the
// shim's own data is checked first, for the state may be broken. See panic.h.
#include "base/panic.h"

#include "base/fmt.h"
#include "base/limits.h"
#include "base/string.h"
#include "base/symbols.h"

static const panic_ports_t *ports;
static const uint8_t *trace_bytes;
static size_t trace_size;
static int depth; // panics begun

static const char *const event_names[] = {
#include "abi/event_names.inc"
};

void panic_init(const panic_ports_t *panic_ports) {
  ports = panic_ports;
}

void panic_set_trace_ring(const void *ring, size_t bytes) {
  trace_bytes = ring;
  trace_size = bytes;
}

static void say(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void say(const char *format, ...) {
  char line[PANIC_MESSAGE_BYTES];
  va_list arguments;
  va_start(arguments, format);
  int length = fmt_vformat(line, sizeof line, format, arguments);
  va_end(arguments);
  if (ports) ports->write(line, (size_t)length < sizeof line ? (size_t)length : sizeof line - 1);
}

static _Noreturn void stop(void) {
  if (ports) ports->stop();
  for (;;) __asm__ volatile("hlt");
}

static void say_place(const char *before, uint64_t va, bool is_return) {
  uint64_t offset = 0;
  const char *name = symbol_find(is_return ? va - 1 : va, &offset);
  if (name) say("%s0x%016lx %s+0x%lx\r\n", before, va, name, offset + is_return);
  else say("%s0x%016lx\r\n", before, va);
}

static void say_registers(const panic_registers_t *r) {
  say("  vector %lu, error code 0x%lx, cr2 0x%lx, cs 0x%lx, rflags 0x%lx\r\n", r->vector, r->error_code, r->cr2, r->cs, r->rflags);
  say("  rax %016lx rbx %016lx rcx %016lx rdx %016lx\r\n", r->rax, r->rbx, r->rcx, r->rdx);
  say("  rsi %016lx rdi %016lx rbp %016lx rsp %016lx\r\n", r->rsi, r->rdi, r->rbp, r->rsp);
  say("  r8  %016lx r9  %016lx r10 %016lx r11 %016lx\r\n", r->r8, r->r9, r->r10, r->r11);
  say("  r12 %016lx r13 %016lx r14 %016lx r15 %016lx\r\n", r->r12, r->r13, r->r14, r->r15);
}

static void say_repeats(uint64_t repeats) {
  if (repeats > 0) say("  (the same, %lu more times)\r\n", repeats);
}

// Frames are linked by rbp: the caller's rbp, then the return address. A recursion is shown once and counted.
static void say_backtrace(uint64_t frame) {
  say("backtrace:\r\n");
  uint64_t before = 0, repeats = 0;
  int shown = 0;
  for (int i = 0; i < BACKTRACE_STEPS && shown < BACKTRACE_FRAMES && frame != 0; i++) {
    if ((frame & 7) != 0 || !ports || !ports->readable(frame, 16)) {
      say_repeats(repeats);
      say("  (frame 0x%lx cannot be read)\r\n", frame);
      return;
    }
    const uint64_t *link = (const uint64_t *)frame;
    if (link[1] == 0) break; // the entry code pushed it
    if (link[1] == before) {
      repeats++;
    } else {
      say_repeats(repeats);
      say_place("  ", link[1], true);
      before = link[1], repeats = 0, shown++;
    }
    frame = link[0];
  }
  say_repeats(repeats);
}

static void say_trace(void) {
  if (trace_size < sizeof(trace_ring_t) || !ports || !ports->readable((uint64_t)trace_bytes, trace_size)) return;
  const trace_ring_t *ring = (const trace_ring_t *)trace_bytes;
  uint64_t capacity = ring->capacity, sequence = ring->sequence;
  if (capacity == 0 || (capacity & (capacity - 1)) != 0 || capacity * sizeof(trace_row_t) > trace_size - sizeof *ring) {
    say("trace: damaged\r\n");
    return;
  }
  uint64_t shown = sequence < EPITAPH_TRACE_ROWS ? sequence : EPITAPH_TRACE_ROWS;
  if (shown > capacity) shown = capacity;
  say("last %lu of %lu trace rows:\r\n", shown, sequence);
  for (uint64_t i = sequence - shown; i < sequence; i++) {
    const trace_row_t *row = (const trace_row_t *)(trace_bytes + sizeof *ring) + (i & (capacity - 1));
    const char *name = row->event < ARRAY_COUNT(event_names) && event_names[row->event] ? event_names[row->event] : "?";
    say("  #%lu %lu.%06lu s pid %u %s a=%lu b=%lu\r\n", row->sequence, row->time_ns / 1000000000, row->time_ns / 1000 % 1000000, row->pid, name, row->a, row->b);
  }
}

static _Noreturn void epitaph(const panic_registers_t *registers, uint64_t frame, const char *format, va_list arguments) {
  depth++;
  if (depth > 2) stop(); // even the short form failed
  char message[PANIC_MESSAGE_BYTES];
  fmt_vformat(message, sizeof message, format, arguments);
  say("\r\n*** GANGLION PANIC: %s\r\n", message);
  if (depth == 1) {
    if (registers) {
      say_place("at ", registers->rip, false);
      say_registers(registers);
    }
    say_backtrace(frame);
    say_trace();
  } else {
    say("(a second panic, while the first was being told)\r\n");
  }
  say("*** END OF EPITAPH\r\n");
  stop();
}

_Noreturn void panic(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  epitaph(NULL, (uint64_t)__builtin_frame_address(0), format, arguments);
}

_Noreturn void panic_at(const panic_registers_t *registers, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  epitaph(registers, registers->rbp, format, arguments);
}
