// The I/O APIC (Intel 82093AA datasheet) and the 8259s. See interrupt_controllers.h.
#include "io/interrupt_controllers.h"

#include "io/port.h"

#define SELECT 0 // in 32-bit words
#define WINDOW 4
#define REGISTER_VERSION 1
#define REGISTER_LINES 0x10
#define LINE_MASKED (1u << 16)

static volatile uint32_t *io_apic;

void pic_silence(uint8_t vector_base) {
  static const uint16_t commands[2] = {0x20, 0xa0};
  for (unsigned chip = 0; chip < 2; chip++) {
    port_write8(commands[chip], 0x11); // initialise, four words
    port_write8(commands[chip] + 1, (uint8_t)(vector_base + 8 * chip));
    port_write8(commands[chip] + 1, chip == 0 ? 4 : 2); // how the two are wired
    port_write8(commands[chip] + 1, 1);
    port_write8(commands[chip] + 1, 0xff); // mask all
  }
}

static uint32_t io_apic_read(uint32_t index) {
  io_apic[SELECT] = index;
  return io_apic[WINDOW];
}

static void io_apic_write(uint32_t index, uint32_t value) {
  io_apic[SELECT] = index;
  io_apic[WINDOW] = value;
}

void io_apic_init(volatile void *registers) {
  io_apic = registers;
  uint32_t lines = (io_apic_read(REGISTER_VERSION) >> 16 & 0xff) + 1;
  for (uint32_t line = 0; line < lines; line++) io_apic_write(REGISTER_LINES + 2 * line, LINE_MASKED);
}

void io_apic_route(uint32_t gsi, uint8_t vector, uint8_t destination) {
  io_apic_write(REGISTER_LINES + 2 * gsi + 1, (uint32_t)destination << 24);
  io_apic_write(REGISTER_LINES + 2 * gsi, vector);
}
