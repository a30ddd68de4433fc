// The error numbers of WASI preview 1 and which of them a Status becomes. Numbers: github.com/WebAssembly/WASI,
// phases/snapshot/docs.md, "errno".
#ifndef GANGLION_USER_WASI_ERRNO_H
#define GANGLION_USER_WASI_ERRNO_H

#include "base/types.h"

typedef enum {
  WASI_SUCCESS = 0,
  WASI_EACCES = 2,
  WASI_EAGAIN = 6,
  WASI_EBADF = 8,
  WASI_EBUSY = 10,
  WASI_EEXIST = 20,
  WASI_EFAULT = 21,
  WASI_EFBIG = 22,
  WASI_EINTR = 27,
  WASI_EINVAL = 28,
  WASI_EIO = 29,
  WASI_EISDIR = 31,
  WASI_ELOOP = 32,
  WASI_EMFILE = 33,
  WASI_ENAMETOOLONG = 37,
  WASI_ENOBUFS = 42,
  WASI_ENOENT = 44,
  WASI_ENOMEM = 48,
  WASI_ENOSPC = 51,
  WASI_ENOSYS = 52,
  WASI_ENOTDIR = 54,
  WASI_ENOTEMPTY = 55,
  WASI_ENOTSUP = 58,
  WASI_EOVERFLOW = 61,
  WASI_EPERM = 63,
  WASI_EPIPE = 64,
  WASI_EROFS = 69,
  WASI_ESPIPE = 70,
  WASI_ETIMEDOUT = 73,
  WASI_EXDEV = 75,
  WASI_ENOTCAPABLE = 76,
} wasi_errno_t;

// The error number of what a system call answered; WASI_SUCCESS for every answer ≥ 0.
wasi_errno_t errno_of(int64_t answer);

#endif
