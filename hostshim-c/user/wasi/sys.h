// The system calls that the WASI runtime makes, with types. In ring 3 the syscall instruction; in the hosted build a function
// over Linux (hosted/wasi_host.c). Not WASI: what a guest asks for is translated above. Bottom of this folder.
#ifndef GANGLION_USER_WASI_SYS_H
#define GANGLION_USER_WASI_SYS_H

#include "base/types.h"

#ifdef WASI_HOSTED
uint64_t wasi_host_syscall(uint64_t number, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f);
#define SYSCALL wasi_host_syscall
// Whether the process was told to compile every function before the start.
bool wasi_host_eager(void);
#else
#include "user/user.h"
#define SYSCALL user_syscall
#endif

// A value ≥ 0, or one of the STATUS_ numbers.
typedef int64_t answer_t;

#define SYS0(number) ((answer_t)SYSCALL(number, 0, 0, 0, 0, 0, 0))
#define SYS1(number, a) ((answer_t)SYSCALL(number, (uint64_t)(a), 0, 0, 0, 0, 0))
#define SYS2(number, a, b) ((answer_t)SYSCALL(number, (uint64_t)(a), (uint64_t)(b), 0, 0, 0, 0))
#define SYS3(number, a, b, c) ((answer_t)SYSCALL(number, (uint64_t)(a), (uint64_t)(b), (uint64_t)(c), 0, 0, 0))
#define SYS4(number, a, b, c, d) ((answer_t)SYSCALL(number, (uint64_t)(a), (uint64_t)(b), (uint64_t)(c), (uint64_t)(d), 0, 0))
#define SYS5(number, a, b, c, d, e) ((answer_t)SYSCALL(number, (uint64_t)(a), (uint64_t)(b), (uint64_t)(c), (uint64_t)(d), (uint64_t)(e), 0))
#define SYS6(number, a, b, c, d, e, f) ((answer_t)SYSCALL(number, (uint64_t)(a), (uint64_t)(b), (uint64_t)(c), (uint64_t)(d), (uint64_t)(e), (uint64_t)(f)))

#define FOR_EVER UINT64_MAX
#define NO_CHANGE UINT64_MAX // of a time

_Noreturn static inline void sys_exit(int32_t status) {
  SYS1(SYS_EXIT, (int64_t)status);
  __builtin_unreachable();
}
// `code`: a trap of wasm-rt.h.
_Noreturn static inline void sys_trap(uint32_t code) {
  SYS1(SYS_TRAP, code);
  __builtin_unreachable();
}

static inline answer_t sys_arguments(void *buffer, uint64_t capacity) { return SYS2(SYS_ARGUMENTS, buffer, capacity); }
static inline answer_t sys_environment(void *buffer, uint64_t capacity) { return SYS2(SYS_ENVIRONMENT, buffer, capacity); }
static inline answer_t sys_directories(void *buffer, uint64_t capacity) { return SYS2(SYS_DIRECTORIES, buffer, capacity); }
static inline uint64_t sys_time_now(void) { return (uint64_t)SYS0(SYS_TIME_NOW); }
static inline uint64_t sys_clock(void) { return (uint64_t)SYS0(SYS_CLOCK); }
static inline uint64_t sys_processor_time(void) { return (uint64_t)SYS0(SYS_PROCESSOR_TIME); }
static inline uint64_t sys_random(void) { return (uint64_t)SYS0(SYS_RANDOM); }
static inline answer_t sys_sleep(uint64_t ns) { return SYS1(SYS_SLEEP, ns); }
static inline answer_t sys_task_image(uint64_t image) { return SYS1(SYS_TASK_IMAGE, image); }
static inline answer_t sys_yield(void) { return SYS0(SYS_YIELD_NOW); }
static inline answer_t sys_memory_limit(uint64_t bytes) { return SYS1(SYS_MEMORY_LIMIT, bytes); }
static inline answer_t sys_heap_limit(uint64_t bytes) { return SYS1(SYS_HEAP_LIMIT, bytes); }

static inline answer_t sys_open(int32_t directory, const void *path, uint64_t bytes, uint32_t flags) { return SYS4(SYS_OPEN, (int64_t)directory, path, bytes, flags); }
static inline answer_t sys_close(int32_t fd) { return SYS1(SYS_CLOSE, (int64_t)fd); }
static inline answer_t sys_fd_read(int32_t fd, void *buffer, uint64_t capacity) { return SYS3(SYS_FD_READ, (int64_t)fd, buffer, capacity); }
static inline answer_t sys_fd_write(int32_t fd, const void *bytes, uint64_t count) { return SYS3(SYS_FD_WRITE, (int64_t)fd, bytes, count); }
static inline answer_t sys_fd_read_at(int32_t fd, void *buffer, uint64_t capacity, uint64_t offset) { return SYS4(SYS_FD_READ_AT, (int64_t)fd, buffer, capacity, offset); }
static inline answer_t sys_fd_write_at(int32_t fd, const void *bytes, uint64_t count, uint64_t offset) { return SYS4(SYS_FD_WRITE_AT, (int64_t)fd, bytes, count, offset); }
static inline answer_t sys_seek(int32_t fd, int64_t offset, uint32_t whence) { return SYS3(SYS_SEEK, (int64_t)fd, offset, whence); }
static inline answer_t sys_fd_stat(int32_t fd, file_stat_t *out) { return SYS2(SYS_FD_STAT, (int64_t)fd, out); }
static inline answer_t sys_fd_flags(int32_t fd, uint32_t flags) { return SYS2(SYS_FD_FLAGS, (int64_t)fd, flags); }
static inline answer_t sys_fd_resize(int32_t fd, uint64_t bytes) { return SYS2(SYS_FD_RESIZE, (int64_t)fd, bytes); }
static inline answer_t sys_fd_times(int32_t fd, uint64_t accessed_ns, uint64_t modified_ns) { return SYS3(SYS_FD_TIMES, (int64_t)fd, accessed_ns, modified_ns); }
static inline answer_t sys_list(int32_t fd, uint64_t cookie, void *buffer, uint64_t capacity) { return SYS4(SYS_LIST, (int64_t)fd, cookie, buffer, capacity); }
static inline answer_t sys_sync(int32_t fd) { return SYS1(SYS_SYNC, (int64_t)fd); }
static inline answer_t sys_path_stat(int32_t directory, const void *path, uint64_t bytes, uint32_t follow, file_stat_t *out) {
  return SYS5(SYS_PATH_STAT, (int64_t)directory, path, bytes, follow, out);
}
static inline answer_t sys_path_times(int32_t directory, const void *path, uint64_t bytes, uint32_t follow, uint64_t accessed_ns, uint64_t modified_ns) {
  return SYS6(SYS_PATH_TIMES, (int64_t)directory, path, bytes, follow, accessed_ns, modified_ns);
}
static inline answer_t sys_make_directory(int32_t directory, const void *path, uint64_t bytes) { return SYS3(SYS_MAKE_DIRECTORY, (int64_t)directory, path, bytes); }
static inline answer_t sys_remove(int32_t directory, const void *path, uint64_t bytes, uint32_t is_directory) {
  return SYS4(SYS_REMOVE, (int64_t)directory, path, bytes, is_directory);
}
static inline answer_t sys_rename(int32_t from_directory, const void *from, uint64_t from_bytes, int32_t to_directory, const void *to, uint64_t to_bytes) {
  return SYS6(SYS_RENAME, (int64_t)from_directory, from, from_bytes, (int64_t)to_directory, to, to_bytes);
}
static inline answer_t sys_link(int32_t from_directory, const void *from, uint64_t from_bytes, int32_t to_directory, const void *to, uint64_t to_bytes) {
  return SYS6(SYS_LINK, (int64_t)from_directory, from, from_bytes, (int64_t)to_directory, to, to_bytes);
}
static inline answer_t sys_symlink(const void *target, uint64_t target_bytes, int32_t directory, const void *path, uint64_t bytes) {
  return SYS5(SYS_SYMLINK, target, target_bytes, (int64_t)directory, path, bytes);
}
static inline answer_t sys_readlink(int32_t directory, const void *path, uint64_t bytes, void *buffer, uint64_t capacity) {
  return SYS5(SYS_READLINK, (int64_t)directory, path, bytes, buffer, capacity);
}
// `timeout_ns` 0: do not wait; FOR_EVER.
static inline answer_t sys_poll(poll_entry_t *entries, uint64_t bytes, uint64_t timeout_ns) { return SYS3(SYS_POLL, entries, bytes, timeout_ns); }

#endif
