// The battery-backed clock of the machine (MC146818), read once in a while. Not the monotonic clock. Above base.
#ifndef GANGLION_IO_RTC_H
#define GANGLION_IO_RTC_H

#include "base/types.h"

// Seconds since 1970, taking the clock to show UTC; 0 where there is no such clock, or it shows nonsense.
uint64_t rtc_seconds(void);

#endif
