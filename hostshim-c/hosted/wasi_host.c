// `wasi-host [--dir NAME=FOLDER]… [--env K=V]… [--mem BYTES] [--seed N] [--eager 1] MODULE [ARGUMENT…]`: the WASI runtime of ring 3 as a Linux
// process, for tests, fuzzing and speed. --eager compiles every function before the start. See wasi_host.h.
#include "hosted/wasi_host.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "user/validate/validator.h"
#include "wasm-rt.h"

#define HEAP_WINDOW_BYTES 0x100000000ULL

_Noreturn void user_main(void);
uint64_t wasi_host_syscall(uint64_t number, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f);

typedef struct {
  char *text;
  size_t bytes;
} list_t;

static list_t arguments, environment, directories;
static uint64_t most_bytes = UINT64_MAX, seed = 1;
static uint64_t limits[3]; // linear, heap, scratch
static bool eager;
bool wasi_host_eager(void);

bool wasi_host_eager(void) {
  return eager;
}

static void append(list_t *list, const char *text) {
  size_t count = strlen(text) + 1;
  list->text = realloc(list->text, list->bytes + count);
  memcpy(list->text + list->bytes, text, count);
  list->bytes += count;
}

static void reserve(uint64_t va, uint64_t bytes) {
  void *wanted = (void *)va;
  if (mmap(wanted, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0) != wanted) {
    perror("wasi-host: window");
    _exit(2);
  }
}

// As the kernel: what is grown is zero, what is given back faults, and all areas together stay below the limit.
static int64_t resize(unsigned area, uint64_t va, uint64_t bytes) {
  uint64_t before = limits[area];
  if (bytes > before && limits[0] + limits[1] + limits[2] - before + bytes > most_bytes) return STATUS_NO_MEMORY;
  if (bytes > before && mprotect((void *)(va + before), bytes - before, PROT_READ | PROT_WRITE) != 0) return STATUS_NO_MEMORY;
  if (bytes < before) {
    void *at = (void *)(va + bytes);
    if (mmap(at, before - bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0) != at) return STATUS_NO_MEMORY;
  }
  limits[area] = bytes;
  return STATUS_OK;
}

status_t validator_scratch(uint64_t bytes) {
  return bytes > 1ULL << 32 ? STATUS_NO_MEMORY : (status_t)resize(2, VALIDATOR_WINDOW_VA, bytes);
}

void wasm_rt_trap(wasm_rt_trap_t code) {
  fprintf(stderr, "wasi-host: the validator trapped (%d)\n", (int)code);
  abort();
}

static int64_t copy(const list_t *list, uint64_t buffer, uint64_t capacity) {
  if (list->bytes > 0) memcpy((void *)buffer, list->text, list->bytes < capacity ? list->bytes : capacity);
  return (int64_t)list->bytes;
}

static int64_t clock_ns(clockid_t clock) {
  struct timespec now;
  clock_gettime(clock, &now);
  return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static int64_t sleep_ns(uint64_t ns) {
  struct timespec wanted = {.tv_sec = (time_t)(ns / 1000000000), .tv_nsec = (long)(ns % 1000000000)};
  return nanosleep(&wanted, NULL) == 0 ? STATUS_OK : STATUS_INTERRUPTED;
}

// splitmix64 (Steele, Lea, Flood 2014).
static uint64_t next_random(void) {
  uint64_t z = (seed += 0x9e3779b97f4a7c15ULL);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

uint64_t wasi_host_syscall(uint64_t number, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f) {
  switch (number) {
    case SYS_ABI: return ABI_HASH;
    case SYS_EXIT: _exit((int)a);
    case SYS_TRAP: _exit(134);
    case SYS_ARGUMENTS: return (uint64_t)copy(&arguments, a, b);
    case SYS_ENVIRONMENT: return (uint64_t)copy(&environment, a, b);
    case SYS_DIRECTORIES: return (uint64_t)copy(&directories, a, b);
    case SYS_TIME_NOW: return (uint64_t)clock_ns(CLOCK_MONOTONIC);
    case SYS_CLOCK: return (uint64_t)clock_ns(CLOCK_REALTIME);
    case SYS_PROCESSOR_TIME: return (uint64_t)clock_ns(CLOCK_PROCESS_CPUTIME_ID);
    case SYS_SLEEP: return (uint64_t)sleep_ns(a);
    case SYS_YIELD_NOW: return (uint64_t)sched_yield();
    case SYS_TASK_IMAGE: return (uint64_t)(a == 0 ? STATUS_INVALID : STATUS_OK); // Linux has no such history
    case SYS_RANDOM: return next_random();
    case SYS_MEMORY_LIMIT: return (uint64_t)(a < limits[0] ? STATUS_INVALID : resize(0, USER_LINEAR_VA, a));
    case SYS_HEAP_LIMIT: return (uint64_t)(a > HEAP_WINDOW_BYTES ? STATUS_NO_MEMORY : resize(1, USER_HEAP_VA, a));
    default: {
      const uint64_t args[] = {a, b, c, d, e, f};
      return (uint64_t)host_files_call(number, args);
    }
  }
}

static void *run(void *unused) {
  (void)unused;
  user_main();
}

static void need(bool ok, const char *what) {
  if (ok) return;
  fprintf(stderr, "wasi-host: %s: %s\n", what, strerror(errno));
  _exit(2);
}

static void add_directory(const char *text, int64_t at) {
  const char *equals = strchr(text, '=');
  char *name = strndup(text, equals ? (size_t)(equals - text) : strlen(text));
  int fd = open(equals ? equals + 1 : text, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  need(fd >= 0, text);
  append(&directories, name);
  host_adopt(fd, at);
  free(name);
}

int main(int argc, char **argv) {
  static const char usage[] = "usage: wasi-host [--dir NAME=FOLDER]… [--env K=V]… [--mem BYTES] [--seed N] [--eager 1] MODULE [ARGUMENT…]\n";
  int at = 1;
  int64_t directory = 4;
  for (int fd = 0; fd < 3; fd++)
    if (fcntl(fd, F_GETFD) >= 0) host_adopt(fd, fd);
  for (; at + 1 < argc && strncmp(argv[at], "--", 2) == 0; at += 2) {
    if (strcmp(argv[at], "--dir") == 0) add_directory(argv[at + 1], directory++);
    else if (strcmp(argv[at], "--env") == 0) append(&environment, argv[at + 1]);
    else if (strcmp(argv[at], "--mem") == 0) most_bytes = strtoull(argv[at + 1], NULL, 0);
    else if (strcmp(argv[at], "--seed") == 0) seed = strtoull(argv[at + 1], NULL, 0);
    else if (strcmp(argv[at], "--eager") == 0) eager = true;
    else return fputs(usage, stderr), 2;
  }
  if (at >= argc) return fputs(usage, stderr), 2;
  int module = open(argv[at], O_RDONLY | O_CLOEXEC);
  need(module >= 0, argv[at]);
  host_adopt(module, 3);
  const char *slash = strrchr(argv[at], '/');
  append(&arguments, slash ? slash + 1 : argv[at]);
  for (int i = at + 1; i < argc; i++) append(&arguments, argv[i]);
  reserve(USER_LINEAR_VA, USER_LINEAR_WINDOW_BYTES);
  reserve(VALIDATOR_WINDOW_VA, USER_LINEAR_WINDOW_BYTES);
#ifndef WASI_SANITIZED
  reserve(USER_HEAP_VA, HEAP_WINDOW_BYTES);
#endif
  signal(SIGPIPE, SIG_IGN);
  pthread_attr_t attributes;
  pthread_t thread;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, HOST_STACK_BYTES);
  need(pthread_create(&thread, &attributes, run, NULL) == 0, "thread");
  pthread_join(thread, NULL);
  return 2; // user_main never returns
}
