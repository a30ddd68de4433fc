// Parts of `wasi-host`: the system calls that hostshim-c/user/wasi makes, over Linux and a folder. Not the kernel: it has the same
// table of calls, and Linux's file systems behind it.
#ifndef GANGLION_HOSTED_WASI_HOST_H
#define GANGLION_HOSTED_WASI_HOST_H

#include "base/types.h"

// What errno says, as a Status.
int64_t host_status(void);
// Give a Linux descriptor the number that the kernel would: the lowest free, or `at`. −1: none is free.
int64_t host_adopt(int linux_fd, int64_t at);

// The calls of the family files. `args`: as the program passed them.
int64_t host_files_call(uint64_t number, const uint64_t *args);

#endif
