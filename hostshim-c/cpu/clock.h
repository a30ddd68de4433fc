// The monotonic clock (time-stamp counter) and the one deadline (local APIC timer). Above base.
#ifndef GANGLION_CPU_CLOCK_H
#define GANGLION_CPU_CLOCK_H

#include "base/types.h"

#define CLOCK_NEVER (~0ULL)

// Measure both frequencies against the 8254, about 2.5 ms, or believe CPUID. `boot_tsc` is time 0. Needs lapic_init.
void clock_init(uint64_t boot_tsc);

uint64_t clock_tsc_hz(void);
uint64_t clock_now_ns(void);

// Replace the deadline; the past fires at once; CLOCK_NEVER disarms.
void clock_arm(uint64_t deadline_ns);

// The timer's interrupt came. Interrupt context.
void clock_interrupt(void);
// Whether the deadline has passed since the interrupt; then it is disarmed and the answer is given once. An interrupt
// that came before the deadline (a count that did not fit the timer) arms the rest. Interrupts off.
bool clock_take_expired(void);

#endif
