// FileStat and times in the form that WASI has them.
#ifndef GANGLION_USER_WASI_FILESTAT_H
#define GANGLION_USER_WASI_FILESTAT_H

#include "base/types.h"
#include "user/wasi/errno.h"

#define FILESTAT_BYTES 64

// Write a `filestat` of WASI.
void filestat_store(uint8_t *out, const file_stat_t *stat);

// Times for sys.fd_times and sys.path_times.
typedef struct {
  uint64_t accessed_ns, modified_ns;
} file_times_t;

// What `fstflags` make of two times: given, now, or as they are. EINVAL: a flag that there is not, or both of a kind.
wasi_errno_t filestat_times(uint64_t accessed_ns, uint64_t modified_ns, uint32_t flags, file_times_t *out);

#endif
