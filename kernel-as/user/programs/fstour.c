// fstour DIRECTORY [CHAPTER…]: walks through what a program can do with files, in a new folder `tour` of the directory, and prints what
// each step answered: a value, or the error. Right and wrong requests alike, so two systems can be compared line by line. Chapters:
// contents, names, links, times; all of them if nothing is said. Leaves a small tree behind. An ordinary WASI program in C.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static void answer(const char *step, long long value) {
  if (value < 0) printf("%-28s error %d %s\n", step, errno, strerror(errno));
  else printf("%-28s %lld\n", step, value);
}

// What open answered, without the number that it happened to get.
static void opened(const char *step, int file) {
  if (file < 0) answer(step, file);
  else printf("%-28s opened\n", step);
  if (file >= 0) close(file);
}

static void text(const char *step, ssize_t length, const char *bytes) {
  if (length < 0) answer(step, length);
  else printf("%-28s %zd \"%.*s\"\n", step, length, (int)length, bytes);
}

static void names(const char *step, const char *path) {
  DIR *directory = opendir(path);
  if (!directory) {
    answer(step, -1);
    return;
  }
  char *found[64];
  size_t count = 0;
  for (struct dirent *entry; (entry = readdir(directory)) && count < 64;)
    if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, "..")) found[count++] = strdup(entry->d_name);
  closedir(directory);
  for (size_t i = 0; i < count; i++)
    for (size_t k = i + 1; k < count; k++)
      if (strcmp(found[i], found[k]) > 0) {
        char *swap = found[i];
        found[i] = found[k];
        found[k] = swap;
      }
  printf("%-28s", step);
  for (size_t i = 0; i < count; i++) printf(" %s", found[i]);
  putchar('\n');
}

static const char *kind(mode_t mode) {
  return S_ISREG(mode) ? "file" : S_ISDIR(mode) ? "directory" : S_ISLNK(mode) ? "link" : S_ISCHR(mode) ? "character" : "other";
}

static void status_of(const char *step, const char *path, int follow) {
  struct stat status;
  if ((follow ? stat : lstat)(path, &status) != 0) answer(step, -1);
  else if (S_ISREG(status.st_mode)) printf("%-28s file, %lld bytes, %d names\n", step, (long long)status.st_size, (int)status.st_nlink);
  else printf("%-28s %s\n", step, kind(status.st_mode));
}

static void contents(void) {
  char bytes[64];
  int file = open("tour/new", O_RDWR | O_CREAT | O_EXCL, 0644);
  printf("%-28s %s\n", "create new", file >= 0 ? "ok" : strerror(errno));
  opened("create new again", open("tour/new", O_RDWR | O_CREAT | O_EXCL, 0644));
  answer("write", write(file, "0123456789", 10));
  answer("write nothing", write(file, "", 0));
  answer("where", lseek(file, 0, SEEK_CUR));
  answer("seek 4", lseek(file, 4, SEEK_SET));
  text("read 3", read(file, bytes, 3), bytes);
  answer("seek back past the start", lseek(file, -100, SEEK_CUR));
  text("read the rest", read(file, bytes, sizeof bytes), bytes);
  text("read at the end", read(file, bytes, sizeof bytes), bytes);
  text("pread at 2", pread(file, bytes, 4, 2), bytes);
  answer("pwrite at 8", pwrite(file, "xyz", 3, 8));
  answer("where after pwrite", lseek(file, 0, SEEK_CUR));
  answer("truncate to 5", ftruncate(file, 5));
  answer("truncate to 8", ftruncate(file, 8));
  answer("pread the hole", pread(file, bytes, 8, 0) == 8 && !memcmp(bytes, "01234\0\0\0", 8));
  answer("seek past the end", lseek(file, 3, SEEK_END));
  answer("write past the end", write(file, "!", 1));
  status_of("stat new", "tour/new", 1);
  answer("sync", fsync(file));
  answer("close", close(file));
  answer("close again", close(file));
  answer("read a closed file", read(file, bytes, 1));
  answer("read from a wrong number", read(4000, bytes, 1));
  file = open("tour/new", O_WRONLY | O_APPEND);
  answer("append", write(file, "end", 3));
  text("read what is only written", read(file, bytes, 1), bytes);
  close(file);
  file = open("tour/new", O_RDONLY);
  answer("write what is only read", write(file, "x", 1));
  answer("truncate what is only read", ftruncate(file, 1));
  answer("length of new", lseek(file, 0, SEEK_END));
  close(file);
}

static void naming(void) {
  char bytes[512];
  answer("mkdir d", mkdir("tour/d", 0755));
  answer("mkdir d again", mkdir("tour/d", 0755));
  answer("mkdir below nothing", mkdir("tour/none/d", 0755));
  answer("mkdir below a file", mkdir("tour/a/d", 0755));
  opened("open nothing", open("tour/none", O_RDONLY));
  opened("open below a file", open("tour/a/b", O_RDONLY));
  opened("write to a directory", open("tour/d", O_WRONLY));
  opened("a file as a directory", open("tour/a", O_RDONLY | O_DIRECTORY));
  opened("an empty name", open("", O_RDONLY));
  memset(bytes, 'n', 300);
  memcpy(bytes, "tour/", 5);
  bytes[300] = 0;
  opened("a name of 295 bytes", open(bytes, O_WRONLY | O_CREAT, 0644));
  answer("rename b", rename("tour/b", "tour/d/c"));
  answer("rename nothing", rename("tour/b", "tour/x"));
  answer("rename over a file", rename("tour/d/c", "tour/a"));
  status_of("stat a", "tour/a", 1);
  answer("mkdir d/e", mkdir("tour/d/e", 0755));
  answer("rename below itself", rename("tour/d", "tour/d/e/f"));
  answer("rename a file over a folder", rename("tour/a", "tour/d/e"));
  answer("rename a folder over a file", rename("tour/d/e", "tour/a"));
  answer("rmdir what is not empty", rmdir("tour/d"));
  answer("rmdir a file", rmdir("tour/a"));
  answer("rmdir nothing", rmdir("tour/none"));
  answer("unlink nothing", unlink("tour/none"));
  answer("unlink a folder fails", unlink("tour/d/e") < 0);
  answer("rmdir d/e", rmdir("tour/d/e"));
  answer("access a", access("tour/a", R_OK));
  answer("access nothing", access("tour/none", F_OK));
  int file = open("tour/gone", O_RDWR | O_CREAT, 0644);
  answer("unlink what is open", unlink("tour/gone"));
  answer("write what has no name", write(file, "ghost", 5));
  text("read what has no name", pread(file, bytes, 5, 0), bytes);
  close(file);
  status_of("stat gone", "tour/gone", 1);
}

static void linking(void) {
  char bytes[64];
  answer("link a to l", link("tour/a", "tour/l"));
  status_of("stat l", "tour/l", 1);
  answer("link over a file", link("tour/a", "tour/l"));
  answer("link a folder fails", link("tour/dir", "tour/dd") < 0);
  answer("unlink a", unlink("tour/a"));
  status_of("stat l", "tour/l", 1);
  answer("symlink s to l", symlink("l", "tour/s"));
  text("readlink s", readlink("tour/s", bytes, sizeof bytes), bytes);
  text("readlink a file", readlink("tour/l", bytes, sizeof bytes), bytes);
  status_of("lstat s", "tour/s", 0);
  status_of("stat s", "tour/s", 1);
  int file = open("tour/s", O_RDONLY);
  text("read through s", read(file, bytes, sizeof bytes), bytes);
  close(file);
  opened("open s, not what it names", open("tour/s", O_RDONLY | O_NOFOLLOW));
  answer("symlink to nothing", symlink("none", "tour/dangling"));
  opened("open a dangling link", open("tour/dangling", O_RDONLY));
  answer("symlink to itself", symlink("loop", "tour/loop"));
  opened("open a loop", open("tour/loop", O_RDONLY));
  answer("symlink out", symlink("../../../../etc/passwd", "tour/out"));
  opened("open what lies outside", open("tour/out", O_RDONLY));
  opened("open above the root", open("../../../../../../../../etc/passwd", O_RDONLY));
  opened("stay inside with ..", open("tour/dir/../l", O_RDONLY));
  answer("unlink out", unlink("tour/out"));
  answer("unlink loop", unlink("tour/loop"));
}

static void times(void) {
  struct timespec wanted[2] = {{1000000000, 500}, {1234567890, 123456789}};
  struct stat status;
  answer("set times", utimensat(AT_FDCWD, "tour/a", wanted, 0));
  if (stat("tour/a", &status) != 0) answer("stat", -1);
  else printf("%-28s %lld.%09ld\n", "time of the last change", (long long)status.st_mtim.tv_sec, status.st_mtim.tv_nsec);
  struct timespec now[2] = {{0, UTIME_OMIT}, {0, UTIME_NOW}};
  answer("set one time to now", utimensat(AT_FDCWD, "tour/a", now, 0));
  if (stat("tour/a", &status) == 0) answer("it is later", status.st_mtim.tv_sec > 1234567890);
}

// A file with these bytes, for a chapter to work on.
static void make(const char *path, const char *bytes) {
  int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
  answer(path, write(file, bytes, strlen(bytes)));
  close(file);
}

static const struct {
  const char *name;
  void (*run)(void);
} chapters[] = {{"contents", contents}, {"names", naming}, {"links", linking}, {"times", times}};
enum { CHAPTERS = sizeof chapters / sizeof *chapters };

int main(int argc, char **argv) {
  if (argc < 2) {
    fprintf(stderr, "fstour: one directory is needed, one that may be written to\n");
    return 2;
  }
  if (chdir(argv[1]) != 0) {
    fprintf(stderr, "fstour: %s: %s\n", argv[1], strerror(errno));
    return 1;
  }
  answer("mkdir tour", mkdir("tour", 0755));
  answer("mkdir dir", mkdir("tour/dir", 0755));
  for (int chapter = 0; chapter < CHAPTERS; chapter++) {
    int wanted = argc == 2;
    for (int i = 2; i < argc; i++) wanted |= !strcmp(argv[i], chapters[chapter].name);
    if (!wanted) continue;
    printf("-- %s\n", chapters[chapter].name);
    make("tour/a", "alpha");
    make("tour/b", "bee");
    chapters[chapter].run();
    fflush(stdout);
  }
  names("names in tour", "tour");
  names("names in nothing", "tour/none");
  return 0;
}
