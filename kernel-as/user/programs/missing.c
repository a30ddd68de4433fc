// What programs written for Unix call and WASI preview 1 does not have: owners, modes, resolved paths. Each fails with ENOTSUP, which
// callers must expect anyway; none pretends. Linked into the programs that tools/build/wasi/table.ts names.
#include <errno.h>
#include <sys/types.h>

int chmod(const char *path, mode_t mode) {
  (void)path, (void)mode;
  errno = ENOTSUP;
  return -1;
}

int chown(const char *path, uid_t owner, gid_t group) {
  (void)path, (void)owner, (void)group;
  errno = ENOTSUP;
  return -1;
}

char *realpath(const char *path, char *resolved) {
  (void)path, (void)resolved;
  errno = ENOTSUP;
  return 0;
}
