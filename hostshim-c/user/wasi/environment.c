// Calls about the program itself: arguments, environment, clocks, random numbers, its end. And the sockets that there are none of.
#include "user/wasi/calls.h"
#include "user/wasi/descriptors.h"
#include "user/wasi/environment.h"
#include "user/wasi/guest.h"
#include "user/wasi/say.h"
#include "user/wasi/sys.h"

enum { CLOCK_REALTIME = 0, CLOCK_MONOTONIC = 1, CLOCK_PROCESS = 2, CLOCK_THREAD = 3 };

static strings_t argument_list, environment_list;
static char argument_text[ARGUMENT_BYTES], environment_text[ENVIRONMENT_BYTES];

static strings_t take_strings(char *text, answer_t bytes, uint64_t capacity) {
  if (bytes <= 0 || (uint64_t)bytes > capacity || text[bytes - 1] != 0) return (strings_t){text, 0, 0};
  strings_t list = {text, (uint32_t)bytes, 0};
  for (uint32_t i = 0; i < list.bytes; i++) list.count += text[i] == 0;
  return list;
}

void environment_init(void) {
  argument_list = take_strings(argument_text, sys_arguments(argument_text, sizeof argument_text), sizeof argument_text);
  environment_list = take_strings(environment_text, sys_environment(environment_text, sizeof environment_text), sizeof environment_text);
}

const char *environment_program(void) {
  return argument_list.count > 0 ? argument_text : "wasi";
}

static uint64_t sizes_get(const strings_t *list, const uint64_t *arguments) {
  uint8_t *count = guest_span(ARG32(0), 4), *bytes = guest_span(ARG32(1), 4);
  if (count == NULL || bytes == NULL) return WASI_EFAULT;
  store_u32(count, list->count);
  store_u32(bytes, list->bytes);
  return WASI_SUCCESS;
}

static uint64_t strings_get(const strings_t *list, const uint64_t *arguments) {
  uint8_t *pointers = guest_span(ARG32(0), 4ULL * list->count), *text = guest_span(ARG32(1), list->bytes);
  if (pointers == NULL || text == NULL) return WASI_EFAULT;
  memcpy(text, list->text, list->bytes);
  uint32_t at = 0;
  for (uint32_t i = 0; i < list->count; i++) {
    store_u32(pointers + 4 * i, ARG32(1) + at);
    at += (uint32_t)strlen(list->text + at) + 1;
  }
  return WASI_SUCCESS;
}

uint64_t wasi_args_sizes_get(const uint64_t *arguments) { return sizes_get(&argument_list, arguments); }
uint64_t wasi_args_get(const uint64_t *arguments) { return strings_get(&argument_list, arguments); }
uint64_t wasi_environ_sizes_get(const uint64_t *arguments) { return sizes_get(&environment_list, arguments); }
uint64_t wasi_environ_get(const uint64_t *arguments) { return strings_get(&environment_list, arguments); }

wasi_errno_t environment_clock(uint32_t clock, uint64_t *out) {
  if (clock == CLOCK_REALTIME) *out = sys_clock();
  else if (clock == CLOCK_MONOTONIC) *out = sys_time_now();
  else if (clock == CLOCK_PROCESS || clock == CLOCK_THREAD) *out = sys_processor_time(); // a process has one thread
  else return WASI_EINVAL;
  return WASI_SUCCESS;
}

// All of them count the time-stamp counter, in nanoseconds.
uint64_t wasi_clock_res_get(const uint64_t *arguments) {
  uint8_t *out = guest_span(ARG32(1), 8);
  if (out == NULL) return WASI_EFAULT;
  if (ARG32(0) > CLOCK_THREAD) return WASI_EINVAL;
  store_u64(out, 1);
  return WASI_SUCCESS;
}

uint64_t wasi_clock_time_get(const uint64_t *arguments) {
  uint8_t *out = guest_span(ARG32(2), 8);
  uint64_t now = 0;
  if (out == NULL) return WASI_EFAULT;
  wasi_errno_t error = environment_clock(ARG32(0), &now);
  if (!error) store_u64(out, now);
  return error;
}

// xoshiro256** (Blackman and Vigna, prng.di.unimi.it), started by four numbers of the kernel's generator: a guest that asks for
// a megabyte costs four system calls. Good statistics, repeatable by the kernel's seed, not for keys.
static uint64_t next_random(void) {
  static uint64_t s[4];
  if ((s[0] | s[1] | s[2] | s[3]) == 0)
    for (unsigned i = 0; i < 4; i++) s[i] = sys_random() | (i == 0);
  uint64_t result = s[1] * 5;
  result = ((result << 7) | (result >> 57)) * 9;
  uint64_t t = s[1] << 17;
  s[2] ^= s[0];
  s[3] ^= s[1];
  s[1] ^= s[2];
  s[0] ^= s[3];
  s[2] ^= t;
  s[3] = (s[3] << 45) | (s[3] >> 19);
  return result;
}

uint64_t wasi_random_get(const uint64_t *arguments) {
  uint64_t count = ARG32(1);
  uint8_t *out = guest_span(ARG32(0), count);
  if (out == NULL) return WASI_EFAULT;
  for (uint64_t done = 0; done < count; done += 8) {
    uint64_t word = next_random();
    memcpy(out + done, &word, count - done < 8 ? count - done : 8);
  }
  return WASI_SUCCESS;
}

uint64_t wasi_proc_exit(const uint64_t *arguments) {
  sys_exit((int32_t)(ARG32(0) & 255));
}

// What a signal does where a program did not ask for it (POSIX.1-2017, signal.h): ends it, or nothing.
uint64_t wasi_proc_raise(const uint64_t *arguments) {
  enum { SIGNALS = 31 };
  static const struct {
    const char *name; // NULL: does nothing
    uint8_t number; // Linux's, for the status
  } signals[SIGNALS] = {
      [1] = {"HUP", 1},   [2] = {"INT", 2},    [3] = {"QUIT", 3},  [4] = {"ILL", 4},    [5] = {"TRAP", 5},    [6] = {"ABRT", 6},
      [7] = {"BUS", 7},   [8] = {"FPE", 8},    [9] = {"KILL", 9},  [10] = {"USR1", 10}, [11] = {"SEGV", 11},  [12] = {"USR2", 12},
      [13] = {"PIPE", 13}, [14] = {"ALRM", 14}, [15] = {"TERM", 15}, [23] = {"XCPU", 24}, [24] = {"XFSZ", 25}, [25] = {"VTALRM", 26},
      [26] = {"PROF", 27}, [28] = {"POLL", 29}, [29] = {"PWR", 30}, [30] = {"SYS", 31},
  };
  enum { STOP = 18, TTOU = 21 };
  uint32_t signal = ARG32(0);
  if (signal >= SIGNALS) return WASI_EINVAL;
  if (signal == 0) return WASI_ENOSYS; // as Node's WASI answers
  if (signal >= STOP && signal <= TTOU) return WASI_ENOTSUP; // nothing here can stop and go on
  if (signals[signal].name == NULL) return WASI_SUCCESS;
  say("ended by its own signal %s", signals[signal].name);
  sys_exit(128 + signals[signal].number);
}

uint64_t wasi_sched_yield(const uint64_t *arguments) {
  (void)arguments;
  return errno_of(sys_yield());
}

// There are no sockets. A closed number says so first.
static uint64_t no_socket(uint32_t number) {
  descriptor_t *row;
  return descriptor_get(number, 0, &row) == WASI_EBADF ? WASI_EBADF : WASI_ENOTSUP;
}
uint64_t wasi_sock_accept(const uint64_t *arguments) { return no_socket(ARG32(0)); }
uint64_t wasi_sock_recv(const uint64_t *arguments) { return no_socket(ARG32(0)); }
uint64_t wasi_sock_send(const uint64_t *arguments) { return no_socket(ARG32(0)); }
uint64_t wasi_sock_shutdown(const uint64_t *arguments) { return no_socket(ARG32(0)); }
