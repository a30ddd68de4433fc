// The Linux side of npm run bench -- switch: the four measurements of kernel-as/user/jobs/switches.ts with Linux processes on one processor.
// Usage: linux yield|pipe|alone|loop COUNT. Prints JSON: rounds, ns, time-stamp counter, switches that Linux counted for both.
#define _GNU_SOURCE
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <x86intrin.h>

static void need(int ok, const char *what) {
  if (ok) return;
  perror(what);
  exit(1);
}

static uint64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void put(int fd) {
  char byte = 0;
  need(write(fd, &byte, 1) == 1, "write");
}
static void get(int fd) {
  char byte;
  need(read(fd, &byte, 1) == 1, "read");
}

static long switches(int who) {
  struct rusage usage;
  getrusage(who, &usage);
  return usage.ru_nvcsw + usage.ru_nivcsw;
}

int main(int argc, char **argv) {
  need(argc == 3, "linux yield|pipe|alone|loop COUNT");
  const char *how = argv[1];
  const long count = atol(argv[2]);
  const int yields = strcmp(how, "yield") == 0, pipes = strcmp(how, "pipe") == 0, alone = strcmp(how, "alone") == 0;
  cpu_set_t all, one;
  need(sched_getaffinity(0, sizeof all, &all) == 0, "affinity");
  int last = 0;
  for (int i = 0; i < CPU_SETSIZE; i++)
    if (CPU_ISSET(i, &all)) last = i;
  CPU_ZERO(&one);
  CPU_SET(last, &one);
  need(sched_setaffinity(0, sizeof one, &one) == 0, "affinity");
  int there[2], back[2];
  need(pipe(there) == 0 && pipe(back) == 0, "pipe");
  pid_t child = 0;
  if (yields || pipes) {
    child = fork();
    need(child >= 0, "fork");
    if (child == 0) {
      put(back[1]);
      if (yields) get(there[0]);
      for (long i = 0; i < count; i++) {
        if (yields) sched_yield();
        else {
          get(there[0]);
          put(back[1]);
        }
      }
      _exit(0);
    }
    get(back[0]);
    if (yields) put(there[1]);
  }
  const int from = pipes ? back[0] : there[0];
  const long before = switches(RUSAGE_SELF);
  const uint64_t ns = now(), tsc = __rdtsc();
  for (long i = 0; i < count; i++) {
    if (yields || alone) sched_yield();
    else {
      put(there[1]);
      get(from);
    }
  }
  const uint64_t tsc_end = __rdtsc(), ns_end = now();
  long switched = switches(RUSAGE_SELF) - before;
  int status = 0;
  if (child) {
    need(waitpid(child, &status, 0) == child, "wait");
    switched += switches(RUSAGE_CHILDREN);
  }
  printf("{\"rounds\":%ld,\"tookNs\":%lu,\"cycles\":%lu,\"switches\":%ld}\n", count, ns_end - ns, tsc_end - tsc, switched);
  return status != 0;
}
