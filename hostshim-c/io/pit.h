// The 8254 timer's channel 0, only as a ruler of known length for calibration. Above base.
#ifndef GANGLION_IO_PIT_H
#define GANGLION_IO_PIT_H

#include "base/types.h"

#define PIT_HZ 1193182u

// Count down from 65536 again and again.
void pit_start(void);
// The count now, 16 bits, falling.
uint16_t pit_read(void);

#endif
