// exits HOW: ends in one of the ways in which a program can end, so that what runs it can be seen to notice. Prints a line first.
// An ordinary WASI program in C; some of its ways are meant to be stopped by the runtime.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static volatile int zero;
static volatile unsigned char *volatile nowhere = (unsigned char *)0xfffffff0u;

// Uses the stack before and after the call, so that it stays a call.
static int deeper(int depth) {
  volatile char room[64];
  room[0] = (char)depth;
  return deeper(depth + 1) + room[0];
}

static void *grow_until_refused(void) {
  size_t bytes = 0;
  void *last = NULL;
  for (void *block; (block = malloc(1 << 20)) && bytes < (2048u << 20); bytes += 1 << 20) last = block;
  return last;
}

int main(int argc, char **argv) {
  const char *how = argc > 1 ? argv[1] : "";
  printf("exits: %s\n", how);
  fflush(stdout);
  if (!strcmp(how, "return")) return argc > 2 ? atoi(argv[2]) : 0;
  if (!strcmp(how, "exit")) exit(argc > 2 ? atoi(argv[2]) : 0);
  if (!strcmp(how, "abort")) abort();
  if (!strcmp(how, "unreachable")) __builtin_trap();
  if (!strcmp(how, "divide")) return argc / zero;
  if (!strcmp(how, "outside")) return *nowhere;
  if (!strcmp(how, "recurse")) return deeper(0);
  if (!strcmp(how, "loop"))
    for (;;) zero++;
  if (!strcmp(how, "memory")) return grow_until_refused() != NULL;
  if (!strcmp(how, "closed")) {
    close(1);
    if (write(1, "lost\n", 5) >= 0) return 1;
    fprintf(stderr, "exits: %s\n", strerror(errno));
    return 7;
  }
  fprintf(stderr, "exits: return N, exit N, abort, unreachable, divide, outside, recurse, loop, memory or closed\n");
  return 2;
}
