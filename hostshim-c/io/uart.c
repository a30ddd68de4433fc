// The 16550 at COM1. See uart.h.
#include "io/uart.h"

#include "base/limits.h"
#include "base/ring.h"
#include "io/port.h"

#define PORT 0x3f8
enum { DATA = PORT, INTERRUPTS = PORT + 1, FIFO = PORT + 2, LINE = PORT + 3, MODEM = PORT + 4, STATUS = PORT + 5 };
#define STATUS_DATA_READY 0x01
#define STATUS_OVERRUN 0x02
#define STATUS_TRANSMIT_EMPTY 0x20
#define STATUS_ABSENT 0xff // what an empty bus answers
#define FIFO_DEPTH 16

static uint8_t storage[CONSOLE_RING_BYTES];
static ring_t received = {storage, CONSOLE_RING_BYTES, 0, 0};
static uint32_t overruns;
static bool receiving; // interrupts wanted; off in the device while the ring is full
static bool held; // the ring was full: bytes wait in the device

void uart_init(void) {
  port_write8(INTERRUPTS, 0);
  port_write8(LINE, 0x80); // divisor latch
  port_write8(DATA, 1); // 115200 baud
  port_write8(INTERRUPTS, 0);
  port_write8(LINE, 0x03); // 8N1
  port_write8(FIFO, 0x01); // on, interrupt at 1 byte; what came already is kept
  port_write8(MODEM, 0x0b); // DTR, RTS, interrupt line on
}

uint32_t uart_write(const uint8_t *bytes, uint32_t count, bool (*expired)(void)) {
  uint32_t sent = 0;
  while (sent < count) {
    while (!(port_read8(STATUS) & STATUS_TRANSMIT_EMPTY))
      if (expired != NULL && expired()) return sent;
    for (unsigned room = FIFO_DEPTH; room > 0 && sent < count; room--) port_write8(DATA, bytes[sent++]);
  }
  return sent;
}

static void drain_device(void) {
  for (;;) {
    uint8_t status = port_read8(STATUS);
    if (status == STATUS_ABSENT) return;
    if (status & STATUS_OVERRUN) overruns++;
    if (!(status & STATUS_DATA_READY)) return;
    if (ring_full(&received)) {
      held = true;
      port_write8(INTERRUPTS, 0);
      return;
    }
    ring_put(&received, port_read8(DATA));
  }
}

uint32_t uart_read(uint8_t *buffer, uint32_t capacity) {
  uint32_t taken = ring_take(&received, buffer, capacity);
  if (held && taken > 0) {
    held = false;
    drain_device();
    if (!held && receiving) port_write8(INTERRUPTS, 1);
  }
  return taken;
}

void uart_receive_enable(void) {
  receiving = true;
  drain_device();
  if (!held) port_write8(INTERRUPTS, 1);
}

void uart_interrupt(void) {
  port_read8(FIFO); // its read side: names the interrupt
  drain_device();
}

uint32_t uart_overruns(void) {
  return overruns;
}
