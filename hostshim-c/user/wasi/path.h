// A guest's path argument: a directory's number and a span of its memory.
#ifndef GANGLION_USER_WASI_PATH_H
#define GANGLION_USER_WASI_PATH_H

#include "base/types.h"
#include "user/wasi/descriptors.h"

typedef struct {
  int32_t directory; // the kernel's descriptor
  const uint8_t *text;
  uint32_t bytes;
  const descriptor_t *row;
} path_t;

enum { LOOKUP_FOLLOW = 1 };

// EFAULT, EBADF, ENOTCAPABLE (a right is missing, or the path is absolute), ENOENT (empty),
// ENAMETOOLONG, EINVAL (it has a NUL). Where the path leads is the kernel's to find: it never leaves the directory.
wasi_errno_t path_take(uint32_t number, uint32_t start, uint32_t bytes, rights_t needed, path_t *out);

#endif
