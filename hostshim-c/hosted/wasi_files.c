// The system calls of the family files for wasi-host, over Linux. A path is resolved by openat2 with RESOLVE_BENEATH, which keeps it
// inside its directory as the kernel's resolver does. See wasi_host.h.
#include "hosted/wasi_host.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static int table[DESCRIPTORS];
static bool taken[DESCRIPTORS];

int64_t host_status(void) {
  switch (errno) {
    case EINVAL: return STATUS_INVALID;
    case ENOMEM: return STATUS_NO_MEMORY;
    case ENOENT: return STATUS_NOT_FOUND;
    case EBUSY: return STATUS_BUSY;
    case EPERM: case EACCES: return STATUS_DENIED;
    case EFAULT: return STATUS_FAULT;
    case EINTR: return STATUS_INTERRUPTED;
    case EEXIST: return STATUS_EXISTS;
    case EAGAIN: return STATUS_AGAIN;
    case EBADF: return STATUS_BAD_DESCRIPTOR;
    case ENOTDIR: return STATUS_NOT_DIRECTORY;
    case EISDIR: return STATUS_IS_DIRECTORY;
    case ENOTEMPTY: return STATUS_NOT_EMPTY;
    case EROFS: return STATUS_READ_ONLY;
    case ELOOP: return STATUS_LOOP;
    case ENAMETOOLONG: return STATUS_NAME_TOO_LONG;
    case ENOSPC: return STATUS_NO_SPACE;
    case EPIPE: return STATUS_BROKEN_PIPE;
    case EXDEV: return STATUS_ESCAPES; // of openat2; of a rename see there
    case EFBIG: return STATUS_FILE_TOO_BIG;
    case ESPIPE: return STATUS_NOT_SEEKABLE;
    case EMFILE: return STATUS_TOO_MANY_OPEN;
    default: return STATUS_IO;
  }
}

static int64_t done(int64_t result) {
  return result < 0 ? host_status() : result;
}

int64_t host_adopt(int linux_fd, int64_t at) {
  for (int64_t i = at < 0 ? 0 : at; i < (int64_t)DESCRIPTORS; i++) {
    if (taken[i] && at < 0) continue;
    taken[i] = true;
    table[i] = linux_fd;
    return i;
  }
  close(linux_fd);
  return STATUS_TOO_MANY_OPEN;
}

static int linux_of(uint64_t number) {
  return number < DESCRIPTORS && taken[number] ? table[number] : -1;
}

static int open_beneath(int directory, const char *path, uint64_t flags) {
  struct open_how how = {.flags = flags | O_CLOEXEC, .mode = flags & O_CREAT ? 0666 : 0, .resolve = RESOLVE_BENEATH};
  return (int)syscall(SYS_openat2, directory, path, &how, sizeof how);
}

typedef struct {
  char text[PATH_BYTES + 1];
} path_text_t;

static const char *text_of(uint64_t at, uint64_t bytes, path_text_t *out) {
  if (bytes > PATH_BYTES) return NULL;
  memcpy(out->text, (const void *)at, bytes);
  out->text[bytes] = 0;
  return out->text;
}

// The directory that holds a path's last name, opened; −1 with errno. `name` ends up pointing at the name.
static int open_parent(uint64_t directory, uint64_t at, uint64_t bytes, path_text_t *buffer, const char **name) {
  int from = linux_of(directory);
  char *text = (char *)text_of(at, bytes, buffer);
  if (from < 0 || text == NULL) return errno = from < 0 ? EBADF : ENAMETOOLONG, -1;
  size_t end = strlen(text);
  while (end > 1 && text[end - 1] == '/') end--; // "a/" is refused by what acts on "a", where that is no directory
  char *last = memrchr(text, '/', end);
  last = last ? last + 1 : text;
  if (strncmp(last, "..", 2) == 0 && (last[2] == 0 || last[2] == '/')) { // never a name to make or remove
    int probe = open_beneath(from, text, O_PATH);
    if (probe >= 0) close(probe), errno = ENOTEMPTY;
    return -1;
  }
  *name = last;
  if (last == text) return open_beneath(from, ".", O_PATH | O_DIRECTORY);
  char keep = last[-1];
  last[-1] = 0;
  int parent = open_beneath(from, text[0] ? text : ".", O_PATH | O_DIRECTORY);
  last[-1] = keep;
  return parent;
}

static uint32_t type_of(mode_t mode) {
  if (S_ISREG(mode)) return FILE_TYPE_REGULAR;
  if (S_ISDIR(mode)) return FILE_TYPE_DIRECTORY;
  if (S_ISLNK(mode)) return FILE_TYPE_LINK;
  if (S_ISCHR(mode)) return FILE_TYPE_CONSOLE;
  return S_ISFIFO(mode) || S_ISSOCK(mode) ? FILE_TYPE_PIPE : FILE_TYPE_UNKNOWN;
}

static uint64_t ns_of(struct timespec time) {
  return (uint64_t)time.tv_sec * 1000000000ULL + (uint64_t)time.tv_nsec;
}

static int64_t stat_of(int fd, uint64_t out) {
  struct stat stat;
  if (fstat(fd, &stat) != 0) return host_status();
  *(file_stat_t *)out = (file_stat_t){
      .device = stat.st_dev,
      .inode = stat.st_ino,
      .type = type_of(stat.st_mode),
      .links = (uint32_t)stat.st_nlink,
      .bytes = (uint64_t)stat.st_size,
      .accessed_ns = ns_of(stat.st_atim),
      .modified_ns = ns_of(stat.st_mtim),
      .changed_ns = ns_of(stat.st_ctim),
  };
  return STATUS_OK;
}

static int64_t file_open(const uint64_t *args) {
  path_text_t buffer;
  const char *path = text_of(args[1], args[2], &buffer);
  int from = linux_of(args[0]);
  uint64_t open = args[3];
  uint64_t flags = (open & OPEN_WRITE) ? ((open & OPEN_READ) ? O_RDWR : O_WRONLY) : O_RDONLY;
  if (path == NULL) return STATUS_NAME_TOO_LONG;
  if (from < 0) return STATUS_BAD_DESCRIPTOR;
  if (open & OPEN_CREATE) flags |= O_CREAT;
  if (open & OPEN_EXCLUSIVE) flags |= O_EXCL;
  if (open & OPEN_TRUNCATE) flags |= O_TRUNC;
  if (open & OPEN_APPEND) flags |= O_APPEND;
  if (open & OPEN_DIRECTORY) flags |= O_DIRECTORY;
  if (open & OPEN_NO_FOLLOW) flags |= O_NOFOLLOW;
  if (open & OPEN_NON_BLOCK) flags |= O_NONBLOCK;
  int fd = open_beneath(from, path, flags);
  return fd < 0 ? host_status() : host_adopt(fd, -1);
}

static int64_t file_flags(int fd, uint64_t wanted) {
  int flags = fcntl(fd, F_GETFL);
  if (flags < 0) return host_status();
  if ((uint32_t)wanted != ~0u) {
    flags = (flags & ~(O_APPEND | O_NONBLOCK)) | (wanted & OPEN_APPEND ? O_APPEND : 0) | (wanted & OPEN_NON_BLOCK ? O_NONBLOCK : 0);
    if (fcntl(fd, F_SETFL, flags) != 0) return host_status();
  }
  int mode = flags & O_ACCMODE;
  return (mode != O_WRONLY ? OPEN_READ : 0) | (mode != O_RDONLY ? OPEN_WRITE : 0) | (flags & O_APPEND ? OPEN_APPEND : 0) |
         (flags & O_NONBLOCK ? OPEN_NON_BLOCK : 0);
}

static struct timespec time_of(uint64_t ns) {
  if (ns == UINT64_MAX) return (struct timespec){.tv_nsec = UTIME_OMIT};
  return (struct timespec){.tv_sec = (time_t)(ns / 1000000000), .tv_nsec = (long)(ns % 1000000000)};
}

static int64_t path_times(const uint64_t *args) {
  path_text_t buffer;
  const struct timespec times[] = {time_of(args[4]), time_of(args[5])};
  const char *path = text_of(args[1], args[2], &buffer);
  int from = linux_of(args[0]);
  if (path == NULL || from < 0) return path ? STATUS_BAD_DESCRIPTOR : STATUS_NAME_TOO_LONG;
  int fd = open_beneath(from, path, O_PATH | (args[3] ? 0 : O_NOFOLLOW));
  if (fd < 0) return host_status();
  int64_t result = done(utimensat(fd, "", times, AT_EMPTY_PATH));
  close(fd);
  return result;
}

struct linux_dirent {
  uint64_t inode;
  int64_t next;
  uint16_t bytes;
  uint8_t type;
  char name[];
};

static int64_t list(int fd, uint64_t cookie, uint64_t out, uint64_t capacity) {
  _Alignas(8) char entries[512];
  struct stat stat;
  uint64_t used = 0;
  if (fstat(fd, &stat) != 0) return host_status();
  if (!S_ISDIR(stat.st_mode)) return STATUS_NOT_DIRECTORY;
  if (lseek(fd, (off_t)cookie, SEEK_SET) < 0) return STATUS_INVALID;
  for (;;) {
    int64_t bytes = syscall(SYS_getdents64, fd, entries, sizeof entries);
    if (bytes <= 0) return bytes < 0 && used == 0 ? host_status() : (int64_t)used;
    for (int64_t at = 0; at < bytes;) {
      struct linux_dirent *entry = (struct linux_dirent *)(entries + at);
      uint32_t name = (uint32_t)strlen(entry->name);
      uint64_t size = sizeof(directory_row_t) + align_up(name, 8);
      if (size > capacity - used) return (int64_t)used;
      uint32_t type = entry->type == 8 ? FILE_TYPE_REGULAR : entry->type == 4 ? FILE_TYPE_DIRECTORY : entry->type == 10 ? FILE_TYPE_LINK : FILE_TYPE_UNKNOWN;
      directory_row_t row = {.next = (uint64_t)entry->next, .inode = entry->inode, .type = type, .name_bytes = name};
      memcpy((char *)out + used, &row, sizeof row);
      memcpy((char *)out + used + sizeof row, entry->name, name);
      used += size;
      at += entry->bytes;
    }
  }
}

// What can be read without waiting: of a file what lies behind its position, else at least a byte.
static uint64_t readable(int fd) {
  struct stat stat;
  if (fstat(fd, &stat) != 0 || !S_ISREG(stat.st_mode)) return 1;
  off_t at = lseek(fd, 0, SEEK_CUR);
  return at < stat.st_size ? (uint64_t)(stat.st_size - at) : 0;
}

static int64_t poll_all(uint64_t rows, uint64_t bytes, uint64_t timeout_ns) {
  poll_entry_t *entries = (poll_entry_t *)rows;
  uint64_t count = bytes / sizeof *entries;
  struct pollfd fds[64];
  if (count > 64 || bytes % sizeof *entries) return STATUS_INVALID;
  for (uint64_t i = 0; i < count; i++) fds[i] = (struct pollfd){linux_of((uint64_t)entries[i].descriptor), entries[i].kind == POLL_KIND_READ ? POLLIN : POLLOUT, 0};
  struct timespec wait = {.tv_sec = (time_t)(timeout_ns / 1000000000), .tv_nsec = (long)(timeout_ns % 1000000000)};
  if (ppoll(fds, count, timeout_ns == UINT64_MAX ? NULL : &wait, NULL) < 0) return host_status();
  int64_t ready = 0;
  for (uint64_t i = 0; i < count; i++) {
    entries[i].status = fds[i].revents ? (fds[i].revents & POLLNVAL ? STATUS_BAD_DESCRIPTOR : STATUS_OK) : STATUS_AGAIN;
    entries[i].hangup = (fds[i].revents & (POLLHUP | POLLERR)) != 0;
    entries[i].bytes = fds[i].revents & POLLIN ? readable(fds[i].fd) : entries[i].kind == POLL_KIND_WRITE && fds[i].revents ? 4096 : 0;
    ready += fds[i].revents != 0;
  }
  return ready;
}

// Calls that act on one or two names in opened parents.
static int64_t name_call(uint64_t number, const uint64_t *args) {
  path_text_t buffer, second, target;
  const char *name = NULL, *to = NULL;
  int64_t result = 0;
  bool symlink = number == SYS_SYMLINK, pair = number == SYS_RENAME || number == SYS_LINK;
  int parent = symlink ? open_parent(args[2], args[3], args[4], &buffer, &name) : open_parent(args[0], args[1], args[2], &buffer, &name);
  if (parent < 0) return host_status();
  int other = pair ? open_parent(args[3], args[4], args[5], &second, &to) : -1;
  if (pair && other < 0) result = host_status();
  else if (number == SYS_MAKE_DIRECTORY) result = done(mkdirat(parent, name, 0777));
  else if (number == SYS_REMOVE) {
    result = done(unlinkat(parent, name, args[3] ? AT_REMOVEDIR : 0));
  } else if (number == SYS_RENAME) {
    result = renameat(parent, name, other, to) == 0 ? 0 : errno == EXDEV ? STATUS_CROSS_DEVICE : host_status();
  } else if (number == SYS_LINK) {
    result = linkat(parent, name, other, to, 0) == 0 ? 0 : errno == EXDEV ? STATUS_CROSS_DEVICE : host_status();
  } else if (symlink) {
    result = done(symlinkat(text_of(args[0], args[1], &target), parent, name));
  } else {
    result = done(readlinkat(parent, name, (char *)args[3], args[4]));
  }
  close(parent);
  if (other >= 0) close(other);
  return result;
}

static int64_t path_stat(const uint64_t *args) {
  path_text_t buffer;
  const char *path = text_of(args[1], args[2], &buffer);
  int from = linux_of(args[0]);
  if (path == NULL || from < 0) return path ? STATUS_BAD_DESCRIPTOR : STATUS_NAME_TOO_LONG;
  int fd = open_beneath(from, path, O_PATH | (args[3] ? 0 : O_NOFOLLOW));
  if (fd < 0) return host_status();
  int64_t result = stat_of(fd, args[4]);
  close(fd);
  return result;
}

int64_t host_files_call(uint64_t number, const uint64_t *args) {
  switch (number) {
    case SYS_OPEN: return file_open(args);
    case SYS_PATH_STAT: return path_stat(args);
    case SYS_PATH_TIMES: return path_times(args);
    case SYS_MAKE_DIRECTORY: case SYS_REMOVE: case SYS_RENAME: case SYS_LINK: case SYS_SYMLINK: case SYS_READLINK: return name_call(number, args);
    case SYS_POLL: return poll_all(args[0], args[1], args[2]);
    default: break;
  }
  int fd = linux_of(args[0]);
  if (fd < 0) return STATUS_BAD_DESCRIPTOR;
  switch (number) {
    case SYS_CLOSE:
      taken[args[0]] = false;
      return done(close(fd));
    case SYS_FD_READ: return done(read(fd, (void *)args[1], args[2]));
    case SYS_FD_WRITE: return done(write(fd, (const void *)args[1], args[2]));
    case SYS_FD_READ_AT: return done(pread(fd, (void *)args[1], args[2], (off_t)args[3]));
    case SYS_FD_WRITE_AT: return done(pwrite(fd, (const void *)args[1], args[2], (off_t)args[3]));
    case SYS_SEEK: return done(lseek(fd, (off_t)args[1], (int)args[2]));
    case SYS_FD_STAT: return stat_of(fd, args[1]);
    case SYS_FD_FLAGS: return file_flags(fd, args[1]);
    case SYS_FD_RESIZE: return done(ftruncate(fd, (off_t)args[1]));
    case SYS_FD_TIMES: return done(futimens(fd, (const struct timespec[]){time_of(args[1]), time_of(args[2])}));
    case SYS_LIST: return list(fd, args[1], args[2], args[3]);
    case SYS_SYNC: return done(fsync(fd));
    default: return STATUS_NOT_FOUND;
  }
}
