// path_open: from WASI's flags and rights to the kernel's open flags. What rights a directory must have for it is as Node's WASI
// has it (nodejs/uvwasi, uvwasi_path_open).
#include "user/wasi/calls.h"
#include "user/wasi/fdflags.h"
#include "user/wasi/guest.h"
#include "user/wasi/path.h"
#include "user/wasi/sys.h"

enum { OFLAG_CREAT = 1, OFLAG_DIRECTORY = 2, OFLAG_EXCL = 4, OFLAG_TRUNC = 8, OFLAGS_ALL = 15 };

#define READS (RIGHT_FD_READ | RIGHT_FD_READDIR)
#define WRITES (RIGHT_FD_DATASYNC | RIGHT_FD_WRITE | RIGHT_FD_ALLOCATE | RIGHT_FD_FILESTAT_SET_SIZE)

typedef struct {
  uint32_t lookup, oflags, fdflags;
  rights_t base, inheriting;
} request_t;

static uint32_t open_flags(const request_t *request) {
  uint32_t flags = fdflags_open(request->fdflags);
  if (request->base & READS) flags |= OPEN_READ;
  if (request->base & WRITES) flags |= OPEN_WRITE;
  if ((flags & OPEN_WRITE) == 0) flags |= OPEN_READ;
  if (request->oflags & OFLAG_CREAT) flags |= OPEN_CREATE;
  if (request->oflags & OFLAG_DIRECTORY) flags |= OPEN_DIRECTORY;
  if (request->oflags & OFLAG_EXCL) flags |= OPEN_EXCLUSIVE;
  if (request->oflags & OFLAG_TRUNC) flags |= OPEN_TRUNCATE;
  if ((request->lookup & LOOKUP_FOLLOW) == 0) flags |= OPEN_NO_FOLLOW;
  return flags;
}

static rights_t directory_rights(const request_t *request) {
  rights_t needed = RIGHT_PATH_OPEN;
  if (request->oflags & OFLAG_CREAT) needed |= RIGHT_PATH_CREATE_FILE;
  if (request->oflags & OFLAG_TRUNC) needed |= RIGHT_PATH_FILESTAT_SET_SIZE;
  return needed;
}

static rights_t inherited_rights(const request_t *request) {
  rights_t needed = request->base | request->inheriting;
  if (request->fdflags & FDFLAG_DSYNC) needed |= RIGHT_FD_DATASYNC;
  if (request->fdflags & (FDFLAG_RSYNC | FDFLAG_SYNC)) needed |= RIGHT_FD_SYNC;
  if ((request->base & WRITES) && !(request->fdflags & FDFLAG_APPEND) && !(request->oflags & OFLAG_TRUNC)) needed |= RIGHT_FD_SEEK;
  return needed;
}

static wasi_errno_t open_path(const path_t *path, const request_t *request, uint32_t *number) {
  file_stat_t stat;
  uint32_t flags = open_flags(request);
  answer_t kernel = sys_open(path->directory, path->text, path->bytes, flags);
  if (kernel < 0) return errno_of(kernel);
  answer_t status = sys_fd_stat((int32_t)kernel, &stat);
  if (status < 0) {
    sys_close((int32_t)kernel);
    return errno_of(status);
  }
  rights_pair_t rights = rights_most(stat.type, (flags & OPEN_READ) != 0, (flags & OPEN_WRITE) != 0);
  rights.base &= request->base;
  rights.inheriting &= request->inheriting;
  wasi_errno_t error = descriptor_add((int32_t)kernel, stat.type, rights, number);
  descriptor_t *row;
  if (!error && descriptor_get(*number, 0, &row) == WASI_SUCCESS) row->sync_flags = (uint16_t)(request->fdflags & FDFLAGS_SYNC);
  return error;
}

uint64_t wasi_path_open(const uint64_t *arguments) {
  request_t request = {.lookup = ARG32(1), .oflags = ARG32(4), .base = ARG64(5), .inheriting = ARG64(6), .fdflags = ARG32(7)};
  path_t path;
  uint32_t number = 0;
  uint8_t *out = guest_span(ARG32(8), 4);
  if (out == NULL) return WASI_EFAULT;
  if (request.lookup > LOOKUP_FOLLOW || request.oflags > OFLAGS_ALL || request.fdflags > FDFLAGS_ALL) return WASI_EINVAL;
  wasi_errno_t error = path_take(ARG32(0), ARG32(2), ARG32(3), directory_rights(&request), &path);
  if (error) return error;
  rights_t needed = inherited_rights(&request);
  if ((path.row->inheriting & needed) != needed) return WASI_ENOTCAPABLE;
  error = open_path(&path, &request, &number);
  if (!error) store_u32(out, number);
  return error;
}
