// args [WORD…]: prints its arguments and its environment, one a line, quoted so that every byte shows. The smallest program in C.
// An ordinary WASI program: it knows nothing of the kernel and runs anywhere.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern char **environ;

static void quoted(const char *text) {
  putchar('"');
  for (; *text; text++) {
    unsigned char byte = (unsigned char)*text;
    if (byte == '"' || byte == '\\') printf("\\%c", byte);
    else if (byte < 0x20 || byte > 0x7e) printf("\\x%02x", byte);
    else putchar(byte);
  }
  puts("\"");
}

static int by_text(const void *a, const void *b) {
  return strcmp(*(char *const *)a, *(char *const *)b);
}

int main(int argc, char **argv) {
  for (int i = 0; i < argc; i++) {
    printf("argument %d ", i);
    quoted(argv[i]);
  }
  size_t variables = 0;
  while (environ && environ[variables]) variables++;
  if (variables) qsort(environ, variables, sizeof *environ, by_text);
  for (size_t i = 0; i < variables; i++) {
    printf("variable ");
    quoted(environ[i]);
  }
  return 0;
}
