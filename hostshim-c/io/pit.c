// The 8254 timer. See pit.h.
#include "io/pit.h"

#include "io/port.h"

#define CHANNEL0 0x40
#define COMMAND 0x43

void pit_start(void) {
  port_write8(COMMAND, 0x34); // channel 0, low then high byte, mode 2 (rate generator)
  port_write8(CHANNEL0, 0);
  port_write8(CHANNEL0, 0);
}

uint16_t pit_read(void) {
  port_write8(COMMAND, 0x00); // latch channel 0
  uint8_t low = port_read8(CHANNEL0);
  return (uint16_t)(low | port_read8(CHANNEL0) << 8);
}
