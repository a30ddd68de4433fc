// The programs embedded in the image. Above mem.
#ifndef GANGLION_HOST_PROGRAMS_H
#define GANGLION_HOST_PROGRAMS_H

#include "base/types.h"

// Read the headers of every embedded file; panics where the build made one that does not have the form user.ld gives.
void programs_init(void);
uint32_t programs_count(void);

#endif
