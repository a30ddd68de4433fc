// What the program was started with, and the clocks.
#ifndef GANGLION_USER_WASI_ENVIRONMENT_H
#define GANGLION_USER_WASI_ENVIRONMENT_H

#include "base/types.h"
#include "user/wasi/errno.h"

// NUL ended strings one after another.
typedef struct {
  const char *text;
  uint32_t bytes, count;
} strings_t;

// Ask the kernel for arguments and environment.
void environment_init(void);
// Argument 0: the module's name.
const char *environment_program(void);
// A clock of WASI in nanoseconds; EINVAL where there is none such.
wasi_errno_t environment_clock(uint32_t clock, uint64_t *out);

#endif
