// Starts the hosted platform: hostshim-c as a Linux process. See platform.c.
#ifndef GANGLION_HOSTED_PLATFORM_H
#define GANGLION_HOSTED_PLATFORM_H

#include "base/types.h"

// Map `ram_bytes` of "physical memory", frames from 0, and take SIGSEGV. Call once, first.
void platform_init(uint64_t ram_bytes);

#endif
