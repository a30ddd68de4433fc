// Calls about an open descriptor that move no bytes: its state, its rights, its file's size and times, closing, renumbering.
#include "user/wasi/calls.h"
#include "user/wasi/descriptors.h"
#include "user/wasi/fdflags.h"
#include "user/wasi/filestat.h"
#include "user/wasi/guest.h"
#include "user/wasi/sys.h"

#define FDSTAT_BYTES 24
#define PRESTAT_BYTES 8
#define ADVICES 6

uint64_t wasi_fd_close(const uint64_t *arguments) {
  return descriptor_close(ARG32(0));
}

uint64_t wasi_fd_renumber(const uint64_t *arguments) {
  return descriptor_renumber(ARG32(0), ARG32(1));
}

//  | type u8 | – | flags u16 | – | rights u64 | inheriting u64 |
uint64_t wasi_fd_fdstat_get(const uint64_t *arguments) {
  descriptor_t *row;
  uint8_t *out = guest_span(ARG32(1), FDSTAT_BYTES);
  if (out == NULL) return WASI_EFAULT;
  wasi_errno_t error = descriptor_get(ARG32(0), 0, &row);
  if (error) return error;
  answer_t open = sys_fd_flags(row->kernel, ~0u);
  if (open < 0) return errno_of(open);
  store_u64(out, row->type);
  store_u16(out + 2, (uint16_t)(fdflags_of((uint32_t)open) | row->sync_flags));
  store_u64(out + 8, row->base);
  store_u64(out + 16, row->inheriting);
  return WASI_SUCCESS;
}

uint64_t wasi_fd_fdstat_set_flags(const uint64_t *arguments) {
  descriptor_t *row;
  wasi_errno_t error = descriptor_get(ARG32(0), RIGHT_FD_FDSTAT_SET_FLAGS, &row);
  if (error) return error;
  if (ARG32(1) > FDFLAGS_ALL) return WASI_EINVAL;
  error = errno_of(sys_fd_flags(row->kernel, fdflags_open(ARG32(1))));
  if (!error) row->sync_flags = (uint16_t)(ARG32(1) & FDFLAGS_SYNC);
  return error;
}

uint64_t wasi_fd_fdstat_set_rights(const uint64_t *arguments) {
  descriptor_t *row;
  wasi_errno_t error = descriptor_get(ARG32(0), 0, &row);
  if (error) return error;
  if ((ARG64(1) & ~row->base) != 0 || (ARG64(2) & ~row->inheriting) != 0) return WASI_ENOTCAPABLE;
  row->base = ARG64(1);
  row->inheriting = ARG64(2);
  return WASI_SUCCESS;
}

uint64_t wasi_fd_filestat_get(const uint64_t *arguments) {
  descriptor_t *row;
  file_stat_t stat;
  uint8_t *out = guest_span(ARG32(1), FILESTAT_BYTES);
  if (out == NULL) return WASI_EFAULT;
  wasi_errno_t error = descriptor_get(ARG32(0), RIGHT_FD_FILESTAT_GET, &row);
  if (!error) error = errno_of(sys_fd_stat(row->kernel, &stat));
  if (!error) filestat_store(out, &stat);
  return error;
}

uint64_t wasi_fd_filestat_set_size(const uint64_t *arguments) {
  descriptor_t *row;
  wasi_errno_t error = descriptor_get(ARG32(0), RIGHT_FD_FILESTAT_SET_SIZE, &row);
  if (error) return error;
  return ARG64(1) > INT64_MAX ? WASI_EINVAL : errno_of(sys_fd_resize(row->kernel, ARG64(1)));
}

uint64_t wasi_fd_filestat_set_times(const uint64_t *arguments) {
  descriptor_t *row;
  file_times_t times;
  wasi_errno_t error = filestat_times(ARG64(1), ARG64(2), ARG32(3), &times);
  if (!error) error = descriptor_get(ARG32(0), RIGHT_FD_FILESTAT_SET_TIMES, &row);
  return error ? error : errno_of(sys_fd_times(row->kernel, times.accessed_ns, times.modified_ns));
}

// Extends the file; what lies behind it is not reserved, so a write there can still meet ENOSPC.
uint64_t wasi_fd_allocate(const uint64_t *arguments) {
  descriptor_t *row;
  file_stat_t stat;
  uint64_t end;
  wasi_errno_t error = descriptor_get(ARG32(0), RIGHT_FD_ALLOCATE, &row);
  if (!error) error = errno_of(sys_fd_stat(row->kernel, &stat));
  if (error) return error;
  if (ARG64(1) > INT64_MAX || ARG64(2) > INT64_MAX) return WASI_EINVAL;
  end = ARG64(1) + ARG64(2);
  if (end > INT64_MAX) return WASI_EFBIG;
  return end <= stat.bytes ? WASI_SUCCESS : errno_of(sys_fd_resize(row->kernel, end));
}

// Advice changes nothing here; it is checked all the same.
uint64_t wasi_fd_advise(const uint64_t *arguments) {
  descriptor_t *row;
  if (ARG32(3) >= ADVICES) return WASI_EINVAL;
  wasi_errno_t error = descriptor_get(ARG32(0), RIGHT_FD_ADVISE, &row);
  if (error) return error;
  return row->type == FILE_TYPE_DIRECTORY ? WASI_EBADF : WASI_SUCCESS;
}

uint64_t wasi_fd_sync(const uint64_t *arguments) {
  descriptor_t *row;
  wasi_errno_t error = descriptor_get(ARG32(0), RIGHT_FD_SYNC, &row);
  return error ? error : errno_of(sys_sync(row->kernel));
}

uint64_t wasi_fd_datasync(const uint64_t *arguments) {
  descriptor_t *row;
  wasi_errno_t error = descriptor_get(ARG32(0), RIGHT_FD_DATASYNC, &row);
  return error ? error : errno_of(sys_sync(row->kernel));
}

//  | 0: a directory, u8 | – | length of its name u32 |
uint64_t wasi_fd_prestat_get(const uint64_t *arguments) {
  descriptor_t *row;
  uint8_t *out = guest_span(ARG32(1), PRESTAT_BYTES);
  if (out == NULL) return WASI_EFAULT;
  wasi_errno_t error = descriptor_get(ARG32(0), 0, &row);
  if (error) return error;
  if (row->preopen == NULL) return WASI_EINVAL;
  store_u32(out, 0);
  store_u32(out + 4, (uint32_t)strlen(row->preopen));
  return WASI_SUCCESS;
}

uint64_t wasi_fd_prestat_dir_name(const uint64_t *arguments) {
  descriptor_t *row;
  uint8_t *out = guest_span(ARG32(1), ARG32(2));
  if (out == NULL) return WASI_EFAULT;
  wasi_errno_t error = descriptor_get(ARG32(0), 0, &row);
  if (error) return error;
  if (row->preopen == NULL) return WASI_EBADF;
  uint64_t bytes = strlen(row->preopen);
  if (bytes > ARG32(2)) return WASI_ENOBUFS;
  memcpy(out, row->preopen, bytes);
  return WASI_SUCCESS;
}
