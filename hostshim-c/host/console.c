// Host calls of the serial console. See docs/abi.md, family console.
#include "host/host.h"

#include "base/limits.h"
#include "cpu/clock.h"
#include "io/uart.h"

static uint64_t give_up_ns;

static bool expired(void) {
  return clock_now_ns() >= give_up_ns;
}

uint32_t w2c_host_console_write(struct w2c_host *host, uint32_t bytes, uint32_t count) {
  const uint8_t *from = host_span(host, bytes, count);
  if (from == NULL) return (uint32_t)STATUS_RANGE;
  give_up_ns = clock_now_ns() + CONSOLE_SEND_DEADLINE_NS;
  return uart_write(from, count, expired);
}

uint32_t w2c_host_console_read(struct w2c_host *host, uint32_t buffer, uint32_t capacity) {
  uint8_t *to = host_span(host, buffer, capacity);
  if (to == NULL) return (uint32_t)STATUS_RANGE;
  return uart_read(to, capacity);
}
