// The local APIC (Intel SDM volume 3, chapter 11). See lapic.h.
#include "cpu/lapic.h"

#include "cpu/idt.h"
#include "cpu/registers.h"

// Register offsets in 32-bit words.
enum {
  ID = 0x20 / 4,
  TASK_PRIORITY = 0x80 / 4,
  END_OF_INTERRUPT = 0xb0 / 4,
  SPURIOUS = 0xf0 / 4,
  LVT_TIMER = 0x320 / 4,
  LVT_LINT0 = 0x350 / 4,
  LVT_LINT1 = 0x360 / 4,
  LVT_ERROR = 0x370 / 4,
  INITIAL_COUNT = 0x380 / 4,
  CURRENT_COUNT = 0x390 / 4,
  DIVIDE = 0x3e0 / 4,
};
#define LVT_MASKED (1u << 16)
#define LVT_NMI (4u << 8)

static volatile uint32_t *lapic;

uint64_t lapic_enable(void) {
  uint64_t base = cpu_read_msr(MSR_APIC_BASE);
  if (base & (1u << 10)) { // x2APIC, as some firmware leaves it: only through disabled back to xAPIC
    cpu_write_msr(MSR_APIC_BASE, base & ~(3ULL << 10));
    base &= ~(1ULL << 10);
  }
  cpu_write_msr(MSR_APIC_BASE, base | 1u << 11);
  return base & 0x000ffffffffff000;
}

void lapic_init(volatile void *registers) {
  lapic = registers;
  lapic[SPURIOUS] = VECTOR_SPURIOUS | 1u << 8; // on
  lapic[TASK_PRIORITY] = 0;
  lapic[LVT_LINT0] = LVT_MASKED;
  lapic[LVT_LINT1] = LVT_NMI; // the NMI line: an epitaph on request
  lapic[LVT_ERROR] = LVT_MASKED;
  lapic[DIVIDE] = 0xb; // by 1
  lapic[INITIAL_COUNT] = 0;
  lapic[LVT_TIMER] = VECTOR_TIMER; // one-shot
}

uint8_t lapic_id(void) {
  return (uint8_t)(lapic[ID] >> 24);
}

void lapic_end_of_interrupt(void) {
  lapic[END_OF_INTERRUPT] = 0;
}

void lapic_arm(uint32_t ticks) {
  lapic[INITIAL_COUNT] = ticks;
}

uint32_t lapic_ticks(void) {
  return lapic[CURRENT_COUNT];
}
