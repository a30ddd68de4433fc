// The I/O APIC, and the old 8259 pair, which is silenced. Above base.
#ifndef GANGLION_IO_INTERRUPT_CONTROLLERS_H
#define GANGLION_IO_INTERRUPT_CONTROLLERS_H

#include "base/types.h"

#define IO_APIC_PA 0xfec00000
#define GSI_COM1 4

// Move the 8259s' vectors to `vector_base` and mask every line.
void pic_silence(uint8_t vector_base);

// `registers`: where the I/O APIC is mapped. Masks every line.
void io_apic_init(volatile void *registers);
// Let a line interrupt this processor (local APIC id `destination`) at a vector; edge triggered, active high.
void io_apic_route(uint32_t gsi, uint8_t vector, uint8_t destination);

#endif
