// The rights of WASI preview 1 and which of them a descriptor starts with. Numbers: github.com/WebAssembly/WASI,
// phases/snapshot/docs.md, "rights". What each kind of file may have at most is as Node's WASI has it (nodejs/uvwasi,
// src/wasi_rights.h).
#ifndef GANGLION_USER_WASI_RIGHTS_H
#define GANGLION_USER_WASI_RIGHTS_H

#include "base/types.h"

typedef uint64_t rights_t;

#define RIGHT_FD_DATASYNC (1ULL << 0)
#define RIGHT_FD_READ (1ULL << 1)
#define RIGHT_FD_SEEK (1ULL << 2)
#define RIGHT_FD_FDSTAT_SET_FLAGS (1ULL << 3)
#define RIGHT_FD_SYNC (1ULL << 4)
#define RIGHT_FD_TELL (1ULL << 5)
#define RIGHT_FD_WRITE (1ULL << 6)
#define RIGHT_FD_ADVISE (1ULL << 7)
#define RIGHT_FD_ALLOCATE (1ULL << 8)
#define RIGHT_PATH_CREATE_DIRECTORY (1ULL << 9)
#define RIGHT_PATH_CREATE_FILE (1ULL << 10)
#define RIGHT_PATH_LINK_SOURCE (1ULL << 11)
#define RIGHT_PATH_LINK_TARGET (1ULL << 12)
#define RIGHT_PATH_OPEN (1ULL << 13)
#define RIGHT_FD_READDIR (1ULL << 14)
#define RIGHT_PATH_READLINK (1ULL << 15)
#define RIGHT_PATH_RENAME_SOURCE (1ULL << 16)
#define RIGHT_PATH_RENAME_TARGET (1ULL << 17)
#define RIGHT_PATH_FILESTAT_GET (1ULL << 18)
#define RIGHT_PATH_FILESTAT_SET_SIZE (1ULL << 19)
#define RIGHT_PATH_FILESTAT_SET_TIMES (1ULL << 20)
#define RIGHT_FD_FILESTAT_GET (1ULL << 21)
#define RIGHT_FD_FILESTAT_SET_SIZE (1ULL << 22)
#define RIGHT_FD_FILESTAT_SET_TIMES (1ULL << 23)
#define RIGHT_PATH_SYMLINK (1ULL << 24)
#define RIGHT_PATH_REMOVE_DIRECTORY (1ULL << 25)
#define RIGHT_PATH_UNLINK_FILE (1ULL << 26)
#define RIGHT_POLL_FD_READWRITE (1ULL << 27)
#define RIGHT_SOCK_SHUTDOWN (1ULL << 28)
#define RIGHT_SOCK_ACCEPT (1ULL << 29)
#define RIGHTS_ALL ((1ULL << 30) - 1)

#define RIGHTS_STREAM (RIGHT_FD_READ | RIGHT_FD_FDSTAT_SET_FLAGS | RIGHT_FD_WRITE | RIGHT_FD_FILESTAT_GET | RIGHT_POLL_FD_READWRITE)
// No SEEK and no TELL: by that a C library knows a terminal.
#define RIGHTS_CONSOLE RIGHTS_STREAM
#define RIGHTS_PIPE (RIGHTS_STREAM | RIGHT_SOCK_SHUTDOWN | RIGHT_SOCK_ACCEPT)
#define RIGHTS_REGULAR                                                                                                                         \
  (RIGHTS_STREAM | RIGHT_FD_DATASYNC | RIGHT_FD_SEEK | RIGHT_FD_SYNC | RIGHT_FD_TELL | RIGHT_FD_ADVISE | RIGHT_FD_ALLOCATE |                  \
   RIGHT_FD_FILESTAT_SET_SIZE | RIGHT_FD_FILESTAT_SET_TIMES)
#define RIGHTS_DIRECTORY                                                                                                                       \
  (RIGHT_FD_FDSTAT_SET_FLAGS | RIGHT_FD_SYNC | RIGHT_FD_ADVISE | RIGHT_PATH_CREATE_DIRECTORY | RIGHT_PATH_CREATE_FILE |                       \
   RIGHT_PATH_LINK_SOURCE | RIGHT_PATH_LINK_TARGET | RIGHT_PATH_OPEN | RIGHT_FD_READDIR | RIGHT_PATH_READLINK | RIGHT_PATH_RENAME_SOURCE |    \
   RIGHT_PATH_RENAME_TARGET | RIGHT_PATH_FILESTAT_GET | RIGHT_PATH_FILESTAT_SET_SIZE | RIGHT_PATH_FILESTAT_SET_TIMES |                        \
   RIGHT_FD_FILESTAT_GET | RIGHT_FD_FILESTAT_SET_TIMES | RIGHT_PATH_SYMLINK | RIGHT_PATH_UNLINK_FILE | RIGHT_PATH_REMOVE_DIRECTORY |          \
   RIGHT_POLL_FD_READWRITE)

typedef struct {
  rights_t base, inheriting;
} rights_pair_t;

// The most that a descriptor of this FileType may have, opened for reading, writing or both.
rights_pair_t rights_most(uint32_t type, bool readable, bool writable);

#endif
