// The calls of WASI preview 1, one handler each, and the table that names them. A handler gets its arguments as wasm3 has them: 8
// bytes each, of which an i32 fills the lower half, and returns an errno. It checks every span before it acts.
#ifndef GANGLION_USER_WASI_CALLS_H
#define GANGLION_USER_WASI_CALLS_H

#include "base/types.h"
#include "user/wasi/errno.h"

typedef uint64_t (*wasi_handler_t)(const uint64_t *arguments);

typedef struct {
  const char *name;
  const char *arguments; // "iI": an i32 and an i64
  wasi_handler_t handler;
  bool no_result; // returns nothing; else an i32
} wasi_call_t;

#define WASI_MODULE "wasi_snapshot_preview1"

// The row of a call, or NULL. `name` has `bytes` bytes and no NUL.
const wasi_call_t *calls_find(const uint8_t *name, uint32_t bytes);

#define ARG32(index) ((uint32_t)arguments[index])
#define ARG64(index) (arguments[index])

#define WASI_CALLS(CALL)                     \
  CALL(args_get, "ii")                       \
  CALL(args_sizes_get, "ii")                 \
  CALL(clock_res_get, "ii")                  \
  CALL(clock_time_get, "iIi")                \
  CALL(environ_get, "ii")                    \
  CALL(environ_sizes_get, "ii")              \
  CALL(fd_advise, "iIIi")                    \
  CALL(fd_allocate, "iII")                   \
  CALL(fd_close, "i")                        \
  CALL(fd_datasync, "i")                     \
  CALL(fd_fdstat_get, "ii")                  \
  CALL(fd_fdstat_set_flags, "ii")            \
  CALL(fd_fdstat_set_rights, "iII")          \
  CALL(fd_filestat_get, "ii")                \
  CALL(fd_filestat_set_size, "iI")           \
  CALL(fd_filestat_set_times, "iIIi")        \
  CALL(fd_pread, "iiiIi")                    \
  CALL(fd_prestat_dir_name, "iii")           \
  CALL(fd_prestat_get, "ii")                 \
  CALL(fd_pwrite, "iiiIi")                   \
  CALL(fd_read, "iiii")                      \
  CALL(fd_readdir, "iiiIi")                  \
  CALL(fd_renumber, "ii")                    \
  CALL(fd_seek, "iIii")                      \
  CALL(fd_sync, "i")                         \
  CALL(fd_tell, "ii")                        \
  CALL(fd_write, "iiii")                     \
  CALL(path_create_directory, "iii")         \
  CALL(path_filestat_get, "iiiii")           \
  CALL(path_filestat_set_times, "iiiiIIi")   \
  CALL(path_link, "iiiiiii")                 \
  CALL(path_open, "iiiiiIIii")               \
  CALL(path_readlink, "iiiiii")              \
  CALL(path_remove_directory, "iii")         \
  CALL(path_rename, "iiiiii")                \
  CALL(path_symlink, "iiiii")                \
  CALL(path_unlink_file, "iii")              \
  CALL(poll_oneoff, "iiii")                  \
  CALL(proc_exit, "i")                       \
  CALL(proc_raise, "i")                      \
  CALL(random_get, "ii")                     \
  CALL(sched_yield, "")                      \
  CALL(sock_accept, "iii")                   \
  CALL(sock_recv, "iiiiii")                  \
  CALL(sock_send, "iiiii")                   \
  CALL(sock_shutdown, "ii")

#define WASI_DECLARE(name, signature) uint64_t wasi_##name(const uint64_t *arguments);
WASI_CALLS(WASI_DECLARE)
#undef WASI_DECLARE

#endif
