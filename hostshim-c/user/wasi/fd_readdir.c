// fd_readdir. Entries are copied until the guest's buffer is full, the last one cut: a count equal to the buffer's size says that
// there may be more. "." and ".." are not listed, as in Node's WASI.
#include "user/wasi/calls.h"
#include "user/wasi/descriptors.h"
#include "user/wasi/guest.h"
#include "user/wasi/sys.h"

#define DIRENT_BYTES 24 // | next u64 | inode u64 | length of the name u32 | type u8, 3 unused |
#define LIST_BYTES 2048

typedef struct {
  uint8_t *out;
  uint64_t room, used;
} sink_t;

static void put(sink_t *sink, const void *bytes, uint64_t count) {
  uint64_t left = sink->room - sink->used;
  if (count > left) count = left;
  memcpy(sink->out + sink->used, bytes, count);
  sink->used += count;
}

static void put_entry(sink_t *sink, const directory_row_t *row, const uint8_t *name) {
  uint8_t head[DIRENT_BYTES] = {0};
  store_u64(head, row->next);
  store_u64(head + 8, row->inode);
  store_u32(head + 16, row->name_bytes);
  head[20] = (uint8_t)row->type;
  put(sink, head, sizeof head);
  put(sink, name, row->name_bytes);
}

static bool is_dots(const uint8_t *name, uint32_t bytes) {
  return (bytes == 1 && name[0] == '.') || (bytes == 2 && name[0] == '.' && name[1] == '.');
}

static wasi_errno_t list(int32_t kernel, uint64_t cookie, sink_t *sink) {
  _Alignas(8) uint8_t rows[LIST_BYTES];
  while (sink->used < sink->room) {
    answer_t bytes = sys_list(kernel, cookie, rows, sizeof rows);
    if (bytes < 0) return sink->used > 0 ? WASI_SUCCESS : errno_of(bytes);
    if (bytes == 0) return WASI_SUCCESS;
    for (uint64_t at = 0; at + sizeof(directory_row_t) <= (uint64_t)bytes && sink->used < sink->room;) {
      const directory_row_t *row = (const directory_row_t *)(rows + at);
      const uint8_t *name = rows + at + sizeof *row;
      if (row->name_bytes > (uint64_t)bytes - at - sizeof *row) return WASI_EIO;
      if (!is_dots(name, row->name_bytes)) put_entry(sink, row, name);
      cookie = row->next;
      at += sizeof *row + align_up(row->name_bytes, 8);
    }
  }
  return WASI_SUCCESS;
}

uint64_t wasi_fd_readdir(const uint64_t *arguments) {
  descriptor_t *row;
  sink_t sink = {guest_span(ARG32(1), ARG32(2)), ARG32(2), 0};
  uint8_t *used = guest_span(ARG32(4), 4);
  if (sink.out == NULL || used == NULL) return WASI_EFAULT;
  wasi_errno_t error = descriptor_get(ARG32(0), RIGHT_FD_READDIR, &row);
  if (!error) error = list(row->kernel, ARG64(3), &sink);
  if (!error) store_u32(used, (uint32_t)sink.used);
  return error;
}
