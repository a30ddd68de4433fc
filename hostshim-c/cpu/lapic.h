// The local APIC: acknowledge interrupts, one-shot timer. xAPIC registers in memory. Above base.
#ifndef GANGLION_CPU_LAPIC_H
#define GANGLION_CPU_LAPIC_H

#include "base/types.h"

// Physical address of the registers; switches the APIC on.
uint64_t lapic_enable(void);
// `registers`: where they are mapped. Timer masked, spurious vector set, everything else masked.
void lapic_init(volatile void *registers);
uint8_t lapic_id(void);
void lapic_end_of_interrupt(void);
// Interrupt VECTOR_TIMER once after `ticks` (≥ 1); 0 disarms.
void lapic_arm(uint32_t ticks);
// Ticks left.
uint32_t lapic_ticks(void);

#endif
