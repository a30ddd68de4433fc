// Calls on paths, but path_open. See path.h.
#include "user/wasi/path.h"

#include "user/wasi/calls.h"
#include "user/wasi/filestat.h"
#include "user/wasi/guest.h"
#include "user/wasi/sys.h"

static wasi_errno_t check_text(const uint8_t *text, uint32_t bytes) {
  if (bytes == 0) return WASI_ENOENT;
  if (bytes > PATH_BYTES) return WASI_ENAMETOOLONG;
  for (uint32_t i = 0; i < bytes; i++)
    if (text[i] == 0) return WASI_EINVAL;
  return WASI_SUCCESS;
}

wasi_errno_t path_take(uint32_t number, uint32_t start, uint32_t bytes, rights_t needed, path_t *out) {
  descriptor_t *row;
  uint8_t *text = guest_span(start, bytes);
  if (text == NULL) return WASI_EFAULT;
  wasi_errno_t error = descriptor_get(number, needed, &row); // only directories ever have a right to paths
  if (!error) error = check_text(text, bytes);
  if (error) return error;
  if (text[0] == '/') return WASI_ENOTCAPABLE; // the kernel would start at its own root
  *out = (path_t){row->kernel, text, bytes, row};
  return WASI_SUCCESS;
}

uint64_t wasi_path_create_directory(const uint64_t *arguments) {
  path_t path;
  wasi_errno_t error = path_take(ARG32(0), ARG32(1), ARG32(2), RIGHT_PATH_CREATE_DIRECTORY, &path);
  return error ? error : errno_of(sys_make_directory(path.directory, path.text, path.bytes));
}

uint64_t wasi_path_remove_directory(const uint64_t *arguments) {
  path_t path;
  wasi_errno_t error = path_take(ARG32(0), ARG32(1), ARG32(2), RIGHT_PATH_REMOVE_DIRECTORY, &path);
  return error ? error : errno_of(sys_remove(path.directory, path.text, path.bytes, 1));
}

uint64_t wasi_path_unlink_file(const uint64_t *arguments) {
  path_t path;
  wasi_errno_t error = path_take(ARG32(0), ARG32(1), ARG32(2), RIGHT_PATH_UNLINK_FILE, &path);
  return error ? error : errno_of(sys_remove(path.directory, path.text, path.bytes, 0));
}

uint64_t wasi_path_filestat_get(const uint64_t *arguments) {
  path_t path;
  file_stat_t stat;
  uint8_t *out = guest_span(ARG32(4), FILESTAT_BYTES);
  if (out == NULL) return WASI_EFAULT;
  if (ARG32(1) > LOOKUP_FOLLOW) return WASI_EINVAL;
  wasi_errno_t error = path_take(ARG32(0), ARG32(2), ARG32(3), RIGHT_PATH_FILESTAT_GET, &path);
  if (!error) error = errno_of(sys_path_stat(path.directory, path.text, path.bytes, ARG32(1), &stat));
  if (!error) filestat_store(out, &stat);
  return error;
}

uint64_t wasi_path_filestat_set_times(const uint64_t *arguments) {
  path_t path;
  file_times_t times;
  if (ARG32(1) > LOOKUP_FOLLOW) return WASI_EINVAL;
  wasi_errno_t error = path_take(ARG32(0), ARG32(2), ARG32(3), RIGHT_PATH_FILESTAT_SET_TIMES, &path);
  if (!error) error = filestat_times(ARG64(4), ARG64(5), ARG32(6), &times);
  return error ? error : errno_of(sys_path_times(path.directory, path.text, path.bytes, ARG32(1), times.accessed_ns, times.modified_ns));
}

// Two directories, each with its right.
typedef struct {
  path_t from, to;
} pair_t;

static wasi_errno_t take_pair(const uint64_t *from, const uint64_t *to, rights_t source, rights_t target, pair_t *out) {
  wasi_errno_t error = path_take((uint32_t)from[0], (uint32_t)from[1], (uint32_t)from[2], source, &out->from);
  return error ? error : path_take((uint32_t)to[0], (uint32_t)to[1], (uint32_t)to[2], target, &out->to);
}

uint64_t wasi_path_rename(const uint64_t *arguments) {
  pair_t pair;
  wasi_errno_t error = take_pair(arguments, arguments + 3, RIGHT_PATH_RENAME_SOURCE, RIGHT_PATH_RENAME_TARGET, &pair);
  if (error) return error;
  return errno_of(sys_rename(pair.from.directory, pair.from.text, pair.from.bytes, pair.to.directory, pair.to.text, pair.to.bytes));
}

// The kernel's link never follows a symbolic link at the end; to follow one, as LOOKUP_FOLLOW asks, is EINVAL where there is one.
uint64_t wasi_path_link(const uint64_t *arguments) {
  pair_t pair;
  file_stat_t stat;
  const uint64_t from[] = {arguments[0], arguments[2], arguments[3]};
  if (ARG32(1) > LOOKUP_FOLLOW) return WASI_EINVAL;
  wasi_errno_t error = take_pair(from, arguments + 4, RIGHT_PATH_LINK_SOURCE, RIGHT_PATH_LINK_TARGET, &pair);
  if (!error && ARG32(1) == LOOKUP_FOLLOW) {
    error = errno_of(sys_path_stat(pair.from.directory, pair.from.text, pair.from.bytes, 0, &stat));
    if (!error && stat.type == FILE_TYPE_LINK) error = WASI_EINVAL;
  }
  if (error) return error;
  return errno_of(sys_link(pair.from.directory, pair.from.text, pair.from.bytes, pair.to.directory, pair.to.text, pair.to.bytes));
}

// How deep below its directory a relative path leads, at its shallowest: −1 where it would leave.
static bool stays_inside(const uint8_t *text, uint32_t bytes) {
  int64_t depth = 0;
  for (uint32_t at = 0; at < bytes;) {
    uint32_t end = at;
    while (end < bytes && text[end] != '/') end++;
    uint32_t length = end - at;
    if (length == 2 && text[at] == '.' && text[at + 1] == '.') {
      if (--depth < 0) return false;
    } else if (length > 0 && !(length == 1 && text[at] == '.')) {
      depth++;
    }
    at = end + 1;
  }
  return true;
}

// An absolute target is EPERM, and one that leaves the directory ENOTCAPABLE, as in Node's WASI. Whatever a link says, the kernel
// follows none out of the directory that a path is relative to.
uint64_t wasi_path_symlink(const uint64_t *arguments) {
  path_t path;
  uint8_t *target = guest_span(ARG32(0), ARG32(1));
  if (target == NULL) return WASI_EFAULT;
  wasi_errno_t error = path_take(ARG32(2), ARG32(3), ARG32(4), RIGHT_PATH_SYMLINK, &path);
  if (!error) error = check_text(target, ARG32(1));
  if (error) return error;
  if (target[0] == '/') return WASI_EPERM;
  if (!stays_inside(target, ARG32(1))) return WASI_ENOTCAPABLE;
  return errno_of(sys_symlink(target, ARG32(1), path.directory, path.text, path.bytes));
}

uint64_t wasi_path_readlink(const uint64_t *arguments) {
  path_t path;
  uint8_t *out = guest_span(ARG32(3), ARG32(4)), *used = guest_span(ARG32(5), 4);
  if (out == NULL || used == NULL) return WASI_EFAULT;
  wasi_errno_t error = path_take(ARG32(0), ARG32(1), ARG32(2), RIGHT_PATH_READLINK, &path);
  if (error) return error;
  uint8_t text[PATH_BYTES];
  answer_t bytes = sys_readlink(path.directory, path.text, path.bytes, text, sizeof text);
  if (bytes < 0) return errno_of(bytes);
  uint32_t count = (uint64_t)bytes < ARG32(4) ? (uint32_t)bytes : ARG32(4);
  memcpy(out, text, count);
  store_u32(used, count);
  return WASI_SUCCESS;
}
