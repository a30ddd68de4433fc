// sort [-r] [-n] [-u] [FILE…]: the lines of the files, or of standard input, in order: by bytes, or by the number that each begins
// with (-n); backwards (-r); each once (-u). Equal lines stay in the order in which they came. An ordinary WASI program in C.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct line {
  char *text;
  size_t index;
};

static struct line *lines;
static size_t line_count, line_room;
static int reverse, numeric, unique;

static void fail(const char *what) {
  fprintf(stderr, "sort: %s: %s\n", what, strerror(errno));
  exit(2);
}

static void add(char *text) {
  if (line_count == line_room) {
    line_room = line_room ? 2 * line_room : 256;
    lines = realloc(lines, line_room * sizeof *lines);
    if (!lines) fail("no memory");
  }
  lines[line_count] = (struct line){text, line_count};
  line_count++;
}

static void read_lines(FILE *file, const char *name) {
  char *text = NULL;
  size_t room = 0;
  ssize_t length;
  while ((length = getline(&text, &room, file)) >= 0) {
    if (length > 0 && text[length - 1] == '\n') text[length - 1] = 0;
    add(text);
    text = NULL;
    room = 0;
  }
  free(text);
  if (ferror(file)) fail(name);
}

// Order of two lines, whatever came first; 0 where they count as the same.
static int order(const struct line *a, const struct line *b) {
  if (numeric) {
    double x = strtod(a->text, NULL), y = strtod(b->text, NULL);
    if (x != y) return x < y ? -1 : 1;
    if (unique) return 0;
  }
  return strcmp(a->text, b->text);
}

static int compare(const void *a, const void *b) {
  const struct line *x = a, *y = b;
  int by_text = order(x, y);
  if (by_text) return reverse ? -by_text : by_text;
  return x->index < y->index ? -1 : 1;
}

int main(int argc, char **argv) {
  int at = 1;
  for (; at < argc && argv[at][0] == '-' && argv[at][1]; at++) {
    for (const char *letter = argv[at] + 1; *letter; letter++) {
      if (*letter == 'r') reverse = 1;
      else if (*letter == 'n') numeric = 1;
      else if (*letter == 'u') unique = 1;
      else {
        fprintf(stderr, "sort: no option -%c; there are -r, -n and -u\n", *letter);
        return 2;
      }
    }
  }
  if (at == argc) read_lines(stdin, "standard input");
  for (; at < argc; at++) {
    FILE *file = fopen(argv[at], "r");
    if (!file) fail(argv[at]);
    read_lines(file, argv[at]);
    fclose(file);
  }
  if (line_count) qsort(lines, line_count, sizeof *lines, compare);
  for (size_t i = 0; i < line_count; i++) {
    if (unique && i > 0 && order(&lines[i - 1], &lines[i]) == 0) continue;
    puts(lines[i].text);
  }
  if (fflush(stdout)) fail("standard output");
  return 0;
}
