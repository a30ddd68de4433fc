// Power off and restart. See power.h.
#include "io/power.h"

#include "io/port.h"

#define KEYBOARD_STATUS 0x64
#define RESET_TRIES 100000

static inline void port_write16(uint16_t port, uint16_t value) {
  __asm__ volatile("outw %0, %1" ::"a"(value), "Nd"(port));
}

_Noreturn void machine_stop(uint8_t debug_exit_code) {
  port_write8(DEBUG_EXIT_PORT, debug_exit_code);
  // No such device. QEMU's own power-off registers: SLP_EN in PM1a_CNT of q35, of pc, and of old pc.
  port_write16(0x604, 0x2000);
  port_write16(0xb004, 0x2000);
  for (;;) __asm__ volatile("cli; hlt");
}

_Noreturn void machine_restart(void) {
  for (int tries = 0; tries < RESET_TRIES && (port_read8(KEYBOARD_STATUS) & 2); tries++) {}
  port_write8(KEYBOARD_STATUS, 0xfe); // pulse the reset line
  for (int tries = 0; tries < RESET_TRIES; tries++) port_read8(KEYBOARD_STATUS);
  // No such controller: an interrupt without a table is a triple fault.
  static const struct {
    uint16_t limit;
    uint64_t base;
  } __attribute__((packed)) empty = {0, 0};
  __asm__ volatile("lidt %0; int3" ::"m"(empty));
  for (;;) __asm__ volatile("cli; hlt");
}
