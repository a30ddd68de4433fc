// tree [DIRECTORY…]: what lies below the directories, names in order, with the sizes of files and the targets of links.
// An ordinary WASI program in C: directories and what is known of files.
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DEEPEST = 64, PATH_BYTES = 4096 };

static unsigned files, folders, links, failures;

static int by_name(const void *a, const void *b) {
  return strcmp(*(char *const *)a, *(char *const *)b);
}

static void complain(const char *path) {
  fprintf(stderr, "tree: %s: %s\n", path, strerror(errno));
  failures++;
}

// The names in a directory, sorted, each on the heap; NULL after the last.
static char **names_in(const char *path) {
  DIR *directory = opendir(path);
  if (!directory) return NULL;
  size_t count = 0, room = 16;
  char **names = malloc(room * sizeof *names);
  for (struct dirent *entry; names && (entry = readdir(directory));) {
    if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..")) continue;
    if (count + 1 == room) names = realloc(names, (room *= 2) * sizeof *names);
    if (names) names[count++] = strdup(entry->d_name);
  }
  closedir(directory);
  if (!names) return NULL;
  names[count] = NULL;
  qsort(names, count, sizeof *names, by_name);
  return names;
}

static void show(const char *path, int depth) {
  char **names = depth < DEEPEST ? names_in(path) : NULL;
  if (!names) {
    complain(path);
    return;
  }
  for (char **name = names; *name; name++) {
    char child[PATH_BYTES], target[PATH_BYTES];
    struct stat status;
    snprintf(child, sizeof child, "%s/%s", path, *name);
    printf("%*s%s", 2 * depth + 2, "", *name);
    if (lstat(child, &status) != 0) {
      putchar('\n');
      complain(child);
    } else if (S_ISDIR(status.st_mode)) {
      puts("/");
      folders++;
      show(child, depth + 1);
    } else if (S_ISLNK(status.st_mode)) {
      ssize_t length = readlink(child, target, sizeof target - 1);
      target[length > 0 ? length : 0] = 0;
      printf(" -> %s\n", target);
      links++;
    } else {
      printf("  %lld\n", (long long)status.st_size);
      files++;
    }
    free(*name);
  }
  free(names);
}

int main(int argc, char **argv) {
  for (int at = 1; at < argc || at == 1; at++) {
    const char *path = argc > 1 ? argv[at] : ".";
    puts(path);
    fflush(stdout);
    show(path, 0);
    fflush(stdout);
  }
  printf("%u files, %u directories, %u links\n", files, folders, links);
  return failures ? 1 : 0;
}
