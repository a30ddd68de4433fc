// The serial line COM1: 115200 baud, 8N1, FIFO on. Sending polls; received bytes come by interrupt into a ring. Where
// the ring is full the bytes stay in the device, which holds the sender back. Above base.
#ifndef GANGLION_IO_UART_H
#define GANGLION_IO_UART_H

#include "base/types.h"

void uart_init(void);

// Send bytes, waiting for the transmitter. `expired` answers whether to give up (NULL: never gives up); it is asked
// while the transmitter is busy. Returns how many were sent.
uint32_t uart_write(const uint8_t *bytes, uint32_t count, bool (*expired)(void));

// Take received bytes; returns how many.
uint32_t uart_read(uint8_t *buffer, uint32_t capacity);

// Let received bytes interrupt.
void uart_receive_enable(void);
// The interrupt: moves bytes from the device into the ring. Interrupt context.
void uart_interrupt(void);
// Bytes that the device lost because nobody took them in time.
uint32_t uart_overruns(void);

#endif
