// Calls that move bytes: fd_read, fd_write, fd_pread, fd_pwrite, fd_seek, fd_tell. A vector of buffers becomes one system call for
// each buffer, until one is not filled: what then comes back is a short count, as POSIX allows.
#include "user/wasi/calls.h"
#include "user/wasi/descriptors.h"
#include "user/wasi/guest.h"
#include "user/wasi/sys.h"

#define VECTOR_BYTES 8 // pointer, length
#define NO_OFFSET UINT64_MAX
#define MOST_BYTES UINT32_MAX // what a count can say

typedef struct {
  const uint8_t *rows;
  uint32_t count;
} vector_t;

// Checks the vector and each of its buffers before a byte moves.
static wasi_errno_t vector_check(uint32_t start, uint32_t count, vector_t *out) {
  *out = (vector_t){guest_span(start, (uint64_t)count * VECTOR_BYTES), count};
  if (out->rows == NULL) return WASI_EFAULT;
  for (uint32_t i = 0; i < count; i++) {
    const uint8_t *row = out->rows + (uint64_t)i * VECTOR_BYTES;
    if (guest_span(load_u32(row), load_u32(row + 4)) == NULL) return WASI_EFAULT;
  }
  return WASI_SUCCESS;
}

// A pipe or console may not wait for a second buffer once the first has something.
static bool more_waits(const descriptor_t *row) {
  if (row->type == FILE_TYPE_REGULAR) return true;
  poll_entry_t entry = {.descriptor = row->kernel, .kind = POLL_KIND_READ};
  return sys_poll(&entry, sizeof entry, 0) == 1 && entry.status == STATUS_OK && entry.bytes > 0;
}

typedef struct {
  descriptor_t *row;
  uint64_t offset; // NO_OFFSET: at the position
  bool write;
} move_t;

static answer_t move_one(const move_t *move, uint8_t *bytes, uint64_t count, uint64_t done) {
  int32_t fd = move->row->kernel;
  if (move->offset == NO_OFFSET) return move->write ? sys_fd_write(fd, bytes, count) : sys_fd_read(fd, bytes, count);
  uint64_t at = move->offset + done;
  return move->write ? sys_fd_write_at(fd, bytes, count, at) : sys_fd_read_at(fd, bytes, count, at);
}

// Moves until a buffer is not filled. An error after the first bytes is the next call's to meet.
static wasi_errno_t move_all(const move_t *move, const vector_t *vector, uint32_t *moved) {
  uint64_t done = 0;
  bool any = false;
  for (uint32_t i = 0; i < vector->count; i++) {
    const uint8_t *at = vector->rows + (uint64_t)i * VECTOR_BYTES;
    uint64_t count = load_u32(at + 4);
    if (count == 0) continue;
    if (count > MOST_BYTES - done) count = MOST_BYTES - done;
    if (count == 0 || (done > 0 && !move->write && !more_waits(move->row))) break;
    uint8_t *bytes = guest_span(load_u32(at), count); // again: the bytes before may have been read over the vector
    answer_t answer = bytes ? move_one(move, bytes, count, done) : STATUS_FAULT;
    if (answer < 0) {
      if (done > 0) break;
      return errno_of(answer);
    }
    any = true;
    done += (uint64_t)answer;
    if ((uint64_t)answer < count) break;
  }
  if (!any) { // nothing to move: still the descriptor's own errors, as for a directory
    answer_t answer = vector->count > 0 ? move_one(move, (uint8_t *)USER_LINEAR_VA, 0, 0) : 0;
    if (answer < 0) return errno_of(answer);
  }
  *moved = (uint32_t)done;
  return WASI_SUCCESS;
}

static uint64_t transfer(const uint64_t *arguments, bool write, bool at_offset) {
  rights_t needed = (write ? RIGHT_FD_WRITE : RIGHT_FD_READ) | (at_offset ? RIGHT_FD_SEEK : 0);
  uint64_t offset = at_offset ? ARG64(3) : NO_OFFSET;
  uint32_t moved = 0;
  vector_t vector;
  move_t move = {.offset = offset, .write = write};
  uint8_t *out = guest_span(ARG32(at_offset ? 4 : 3), 4);
  if (out == NULL) return WASI_EFAULT;
  wasi_errno_t error = vector_check(ARG32(1), ARG32(2), &vector);
  if (!error && at_offset && offset > INT64_MAX) error = WASI_EINVAL;
  if (!error) error = descriptor_get(ARG32(0), needed, &move.row);
  if (!error) error = move_all(&move, &vector, &moved);
  if (!error) store_u32(out, moved);
  return error;
}

uint64_t wasi_fd_read(const uint64_t *arguments) { return transfer(arguments, false, false); }
uint64_t wasi_fd_write(const uint64_t *arguments) { return transfer(arguments, true, false); }
uint64_t wasi_fd_pread(const uint64_t *arguments) { return transfer(arguments, false, true); }
uint64_t wasi_fd_pwrite(const uint64_t *arguments) { return transfer(arguments, true, true); }

static uint64_t seek(const descriptor_t *row, int64_t offset, uint32_t whence, uint8_t *out) {
  answer_t answer = sys_seek(row->kernel, offset, whence);
  if (answer < 0) return errno_of(answer);
  store_u64(out, (uint64_t)answer);
  return WASI_SUCCESS;
}

uint64_t wasi_fd_seek(const uint64_t *arguments) {
  descriptor_t *row;
  uint8_t *out = guest_span(ARG32(3), 8);
  if (out == NULL) return WASI_EFAULT;
  wasi_errno_t error = descriptor_get(ARG32(0), RIGHT_FD_SEEK, &row);
  if (error) return error;
  return ARG32(2) > WHENCE_END ? WASI_EINVAL : seek(row, (int64_t)ARG64(1), ARG32(2), out);
}

uint64_t wasi_fd_tell(const uint64_t *arguments) {
  descriptor_t *row;
  uint8_t *out = guest_span(ARG32(1), 8);
  if (out == NULL) return WASI_EFAULT;
  wasi_errno_t error = descriptor_get(ARG32(0), RIGHT_FD_TELL, &row);
  return error ? error : seek(row, 0, WHENCE_CURRENT, out);
}
