// `fdflags` of WASI and what they are in the flags of an open file. SYNC and its kin are remembered, and change nothing: what is
// written is where it is meant to be when the call returns.
#ifndef GANGLION_USER_WASI_FDFLAGS_H
#define GANGLION_USER_WASI_FDFLAGS_H

#include "base/types.h"

enum { FDFLAG_APPEND = 1, FDFLAG_DSYNC = 2, FDFLAG_NONBLOCK = 4, FDFLAG_RSYNC = 8, FDFLAG_SYNC = 16 };
#define FDFLAGS_SYNC (FDFLAG_DSYNC | FDFLAG_RSYNC | FDFLAG_SYNC)
#define FDFLAGS_ALL 31u

static inline uint32_t fdflags_open(uint32_t fdflags) {
  return (fdflags & FDFLAG_APPEND ? (uint32_t)OPEN_APPEND : 0) | (fdflags & FDFLAG_NONBLOCK ? (uint32_t)OPEN_NON_BLOCK : 0);
}

static inline uint32_t fdflags_of(uint32_t open) {
  return (open & OPEN_APPEND ? (uint32_t)FDFLAG_APPEND : 0) | (open & OPEN_NON_BLOCK ? (uint32_t)FDFLAG_NONBLOCK : 0);
}

#endif
