// mind-host: the mind's engine (kernel-as/mind/host.ts, ahead of time) and the vector kernels as a Linux process. One thread. It does what lines on stdin say, and
// answers each with one line on stdout, and bytes after it where the line says how many:
//
//   map PATH               the file at the end of linear memory, read-only, without a copy     ok AT BYTES
//   unmap AT               takes it away again                                                 ok
//   write AT BYTES         then the bytes: into linear memory                                  ok
//   read AT BYTES                                                                              ok BYTES, then the bytes
//   call NAME ARGUMENT …   an export of the module; whole numbers, a real where it takes one   ok RESULT CPU_NS WALL_NS
//   bandwidth BYTES        reads so many bytes over and over for half a second; the fastest    ok BYTES CPU_NS
//
// What cannot be done is answered by `error TEXT`. A trap is `trap TEXT`, and the process ends. For tools (tools/mind/hosted.ts): it trusts its caller, not the model.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "mindHost.h"
#include "user/nn/glue.h"

#define LINE_BYTES 8192
#define ARGUMENTS 8
#define BANDWIDTH_NS 500000000ULL

static w2c_mindHost mind;

const wasm_rt_memory_t *nn_memory(void) {
  return w2c_mindHost_memory(&mind);
}

// ---- what wasm2c's code needs

bool wasm_rt_is_initialized(void) {
  return true;
}

static const char *trap_text(wasm_rt_trap_t code) {
  if (code == WASM_RT_TRAP_OOB) return "access outside of linear memory, or a write to the model";
  if (code == WASM_RT_TRAP_UNREACHABLE) return "unreachable";
  if (code == WASM_RT_TRAP_DIV_BY_ZERO) return "division by zero";
  if (code == WASM_RT_TRAP_EXHAUSTION) return "the stack is full";
  return "another trap";
}

void wasm_rt_trap(wasm_rt_trap_t code) {
  printf("trap %s\n", trap_text(code));
  fflush(stdout);
  _exit(3);
}

static void on_fault(int number) {
  (void)number;
  static const char text[] = "trap access outside of linear memory, or a write to the model\n";
  if (write(STDOUT_FILENO, text, sizeof text - 1) < 0) _exit(4);
  _exit(3);
}

void wasm_rt_allocate_memory(wasm_rt_memory_t *memory, uint64_t initial_pages, uint64_t max_pages, bool is64, uint32_t page_size) {
  uint8_t *base = mmap(NULL, WASM_RT_WINDOW_BYTES, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (base == MAP_FAILED || mprotect(base, initial_pages * page_size, PROT_READ | PROT_WRITE) != 0) {
    fprintf(stderr, "mind-host: no address space\n");
    exit(2);
  }
  *memory = (wasm_rt_memory_t){.data = base, .pages = initial_pages, .max_pages = max_pages, .size = initial_pages * page_size, .page_size = page_size, .is64 = is64};
}

uint64_t wasm_rt_grow_memory(wasm_rt_memory_t *memory, uint64_t delta_pages) {
  uint64_t before = memory->pages;
  if (delta_pages > memory->max_pages - before) return 0xffffffff;
  if (delta_pages > 0 && mprotect(memory->data + memory->size, delta_pages * memory->page_size, PROT_READ | PROT_WRITE) != 0) return 0xffffffff;
  memory->pages += delta_pages;
  memory->size = memory->pages * memory->page_size;
  return before;
}

void wasm_rt_free_memory(wasm_rt_memory_t *memory) {
  munmap(memory->data, WASM_RT_WINDOW_BYTES);
}

// ---- requests

static void answer_error(const char *text) {
  printf("error %s\n", text);
}

// Where a model was that is gone: the next one that fits lies there again.
static uint64_t hole_at, hole_bytes, mapped_at, mapped_bytes;

static void do_map(const char *path) {
  if (mapped_bytes > 0) return answer_error("a file is mapped already");
  int file = open(path, O_RDONLY);
  struct stat state;
  if (file < 0 || fstat(file, &state) != 0) return answer_error(strerror(errno));
  uint64_t bytes = (uint64_t)state.st_size, whole = (bytes + WASM_RT_PAGE_BYTES - 1) & ~(WASM_RT_PAGE_BYTES - 1);
  wasm_rt_memory_t *memory = w2c_mindHost_memory(&mind);
  uint64_t at = hole_at;
  if (!S_ISREG(state.st_mode) || bytes == 0) {
    close(file);
    return answer_error("not a file with something in it");
  }
  if (hole_bytes < whole) {
    at = memory->size;
    if (wasm_rt_grow_memory(memory, whole / WASM_RT_PAGE_BYTES) == 0xffffffff) {
      close(file);
      return answer_error("it does not fit into linear memory");
    }
    hole_at = at;
    hole_bytes = whole;
  }
  void *mapped = mmap(memory->data + at, bytes, PROT_READ, MAP_PRIVATE | MAP_FIXED, file, 0);
  close(file);
  if (mapped == MAP_FAILED) return answer_error(strerror(errno));
  mapped_at = at;
  mapped_bytes = bytes;
  printf("ok %" PRIu64 " %" PRIu64 "\n", at, bytes);
}

static void do_unmap(uint64_t at) {
  if (mapped_bytes == 0 || at != mapped_at) return answer_error("no file is mapped there");
  void *mapped = mmap(nn_memory()->data + at, mapped_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0);
  if (mapped == MAP_FAILED) return answer_error(strerror(errno));
  mapped_bytes = 0;
  printf("ok\n");
}

static bool span_ok(uint64_t at, uint64_t bytes) {
  return at <= nn_memory()->size && bytes <= nn_memory()->size - at;
}

static void do_write(uint64_t at, uint64_t bytes) {
  if (!span_ok(at, bytes)) {
    fprintf(stderr, "mind-host: a write outside of linear memory\n");
    exit(2);
  }
  if (fread(nn_memory()->data + at, 1, bytes, stdin) != bytes) exit(2);
  printf("ok\n");
}

static void do_read(uint64_t at, uint64_t bytes) {
  if (!span_ok(at, bytes)) return answer_error("a read outside of linear memory");
  printf("ok %" PRIu64 "\n", bytes);
  fwrite(nn_memory()->data + at, 1, bytes, stdout);
}

static uint64_t now_ns(clockid_t clock) {
  struct timespec now;
  clock_gettime(clock, &now);
  return (uint64_t)now.tv_sec * 1000000000ULL + (uint64_t)now.tv_nsec;
}

static uint32_t number(char **words, int i) {
  return (uint32_t)strtoll(words[i], NULL, 10);
}

// Whether there is such an export; its result, 0 where it has none, goes to `result`.
static bool invoke(const char *name, char **a, uint32_t *result) {
#define EXPORT(id, expression) \
  if (strcmp(name, #id) == 0) { \
    *result = expression; \
    return true; \
  }
#define N(i) number(a, i)
  EXPORT(reserve, w2c_mindHost_reserve(&mind, N(0)))
  EXPORT(release, (w2c_mindHost_release(&mind, N(0)), 0))
  EXPORT(reserved, w2c_mindHost_reserved(&mind))
  EXPORT(open, w2c_mindHost_open(&mind, N(0), N(1), N(2)))
  EXPORT(close, (w2c_mindHost_close(&mind), 0))
  EXPORT(errorAt, w2c_mindHost_errorAt(&mind))
  EXPORT(errorBytes, w2c_mindHost_errorBytes(&mind))
  EXPORT(sizes, (w2c_mindHost_sizes(&mind, N(0)), 0))
  EXPORT(context, w2c_mindHost_context(&mind))
  EXPORT(bos, w2c_mindHost_bos(&mind))
  EXPORT(eos, w2c_mindHost_eos(&mind))
  EXPORT(eot, w2c_mindHost_eot(&mind))
  EXPORT(addBos, w2c_mindHost_addBos(&mind))
  EXPORT(encode, w2c_mindHost_encode(&mind, N(0), N(1), N(2), N(3), N(4)))
  EXPORT(tokenAt, w2c_mindHost_tokenAt(&mind, N(0)))
  EXPORT(tokenBytes, w2c_mindHost_tokenBytes(&mind, N(0)))
  EXPORT(chat, w2c_mindHost_chat(&mind, N(0), N(1), N(2), N(3), N(4), N(5), N(6)))
  EXPORT(textBytesMost, w2c_mindHost_textBytesMost(&mind))
  EXPORT(feed, w2c_mindHost_feed(&mind, N(0), N(1)))
  EXPORT(append, w2c_mindHost_append(&mind, N(0), N(1)))
  EXPORT(prefix, w2c_mindHost_prefix(&mind, N(0), N(1)))
  EXPORT(rewind, (w2c_mindHost_rewind(&mind, N(0)), 0))
  EXPORT(position, w2c_mindHost_position(&mind))
  EXPORT(logits, w2c_mindHost_logits(&mind))
  EXPORT(feedEach, w2c_mindHost_feedEach(&mind, N(0), N(1), N(2)))
  EXPORT(choose, (w2c_mindHost_choose(&mind, strtof(a[0], NULL), N(1), strtof(a[2], NULL), strtof(a[3], NULL), strtof(a[4], NULL), strtoull(a[5], NULL, 10)), 0))
  EXPORT(sample, w2c_mindHost_sample(&mind, N(0), N(1)))
  EXPORT(generate, w2c_mindHost_generate(&mind, N(0), N(1), N(2)))
  EXPORT(tokenizer, w2c_mindHost_tokenizer(&mind))
  EXPORT(gguf, w2c_mindHost_gguf(&mind))
  EXPORT(words_buffer, w2c_mindHost_words_buffer(&mind))
  EXPORT(state_clear, w2c_mindHost_state_clear(&mind))
  EXPORT(state_process, w2c_mindHost_state_process(&mind, N(0)))
  EXPORT(state_event, w2c_mindHost_state_event(&mind, N(0)))
  EXPORT(grammar_load, w2c_mindHost_grammar_load(&mind, N(0)))
  EXPORT(grammar_wrong_line, w2c_mindHost_grammar_wrong_line(&mind))
  EXPORT(grammar_prepare, w2c_mindHost_grammar_prepare(&mind))
  EXPORT(explain_line, w2c_mindHost_explain_line(&mind, N(0)))
  EXPORT(question_set, (w2c_mindHost_question_set(&mind, N(0)), 0))
  EXPORT(decide_open, w2c_mindHost_decide_open(&mind, N(0)))
  EXPORT(decide_close, (w2c_mindHost_decide_close(&mind), 0))
  EXPORT(words_capacity, w2c_mindHost_words_capacity(&mind))
  EXPORT(decide_prompt, w2c_mindHost_decide_prompt(&mind, N(0), N(1), N(2), N(3), N(4)))
  EXPORT(decide_prompt_tokens, w2c_mindHost_decide_prompt_tokens(&mind))
  EXPORT(decide_begin, (w2c_mindHost_decide_begin(&mind), 0))
  EXPORT(decide_take, w2c_mindHost_decide_take(&mind, N(0)))
  EXPORT(decide_allowed, w2c_mindHost_decide_allowed(&mind, N(0), N(1)))
  EXPORT(decide_forced, w2c_mindHost_decide_forced(&mind, N(0), N(1), N(2)))
  EXPORT(decide_pick, w2c_mindHost_decide_pick(&mind, N(0), N(1)))
  EXPORT(decide_ended, w2c_mindHost_decide_ended(&mind))
  EXPORT(decide_again, w2c_mindHost_decide_again(&mind))
  EXPORT(decide_ruled, w2c_mindHost_decide_ruled(&mind))
  EXPORT(decide_text, w2c_mindHost_decide_text(&mind))
  EXPORT(decide_bytes, w2c_mindHost_decide_bytes(&mind))
  EXPORT(decide_free, w2c_mindHost_decide_free(&mind))
  EXPORT(decide_fixed, w2c_mindHost_decide_fixed(&mind))
  EXPORT(decide_probability, w2c_mindHost_decide_probability(&mind))
  EXPORT(decide_confidence, w2c_mindHost_decide_confidence(&mind, N(0)))
  EXPORT(decide_threshold, w2c_mindHost_decide_threshold(&mind, N(0)))
  EXPORT(nnIsa, w2c_mindHost_nnIsa(&mind))
  EXPORT(nnSelect, w2c_mindHost_nnSelect(&mind, N(0)))
  return false;
#undef N
#undef EXPORT
}

static void do_call(const char *name, char **words) {
  uint32_t result = 0;
  uint64_t cpu = now_ns(CLOCK_PROCESS_CPUTIME_ID), wall = now_ns(CLOCK_MONOTONIC);
  if (!invoke(name, words, &result)) return answer_error("no such export");
  cpu = now_ns(CLOCK_PROCESS_CPUTIME_ID) - cpu;
  wall = now_ns(CLOCK_MONOTONIC) - wall;
  printf("ok %" PRId32 " %" PRIu64 " %" PRIu64 "\n", (int32_t)result, cpu, wall);
}

typedef uint64_t lanes_t __attribute__((vector_size(16)));
#define STREAMS 4
#define AHEAD 4096 // bytes

// Sums everything once, from one place on or from four: what limits is memory.
static lanes_t sum_once(const uint8_t *bytes, uint64_t count, bool streams) {
  lanes_t sum[STREAMS] = {{0}};
  uint64_t apart = streams ? count / STREAMS : 64, end = streams ? count / STREAMS : count;
  for (uint64_t at = 0; at < end; at += streams ? 64 : STREAMS * 64) {
    for (int i = 0; i < STREAMS; i++) {
      const lanes_t *line = (const lanes_t *)(bytes + at + (uint64_t)i * apart);
      __builtin_prefetch((const uint8_t *)line + AHEAD);
      sum[i] += (line[0] + line[1]) + (line[2] + line[3]);
    }
  }
  return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

static void do_bandwidth(uint64_t bytes) {
  bytes &= ~4095ULL;
  uint64_t *words = bytes > 0 ? mmap(NULL, bytes + AHEAD, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) : MAP_FAILED;
  if (words == MAP_FAILED) return answer_error("no memory");
  for (uint64_t i = 0; i < bytes / 8; i++) words[i] = i;
  uint64_t begin = now_ns(CLOCK_PROCESS_CPUTIME_ID), best = UINT64_MAX;
  lanes_t sum = {0};
  for (bool streams = false; now_ns(CLOCK_PROCESS_CPUTIME_ID) - begin < BANDWIDTH_NS; streams = !streams) {
    uint64_t start = now_ns(CLOCK_PROCESS_CPUTIME_ID);
    sum += sum_once((const uint8_t *)words, bytes, streams);
    uint64_t took = now_ns(CLOCK_PROCESS_CPUTIME_ID) - start;
    if (took < best) best = took;
  }
  volatile uint64_t kept = sum[0] + sum[1];
  (void)kept;
  munmap(words, bytes + AHEAD);
  printf("ok %" PRIu64 " %" PRIu64 "\n", bytes, best);
}

static void serve(char *line) {
  if (strncmp(line, "map ", 4) == 0) return do_map(line + 4);
  char *words[ARGUMENTS + 2] = {0};
  static char none[] = "0";
  int count = 0;
  for (char *word = strtok(line, " "); word && count < ARGUMENTS + 2; word = strtok(NULL, " ")) words[count++] = word;
  for (int i = count; i < ARGUMENTS + 2; i++) words[i] = none;
  uint64_t first = strtoull(words[1], NULL, 10), second = strtoull(words[2], NULL, 10);
  if (strcmp(words[0], "unmap") == 0) return do_unmap(first);
  if (strcmp(words[0], "write") == 0) return do_write(first, second);
  if (strcmp(words[0], "read") == 0) return do_read(first, second);
  if (strcmp(words[0], "call") == 0) return do_call(words[1], words + 2);
  if (strcmp(words[0], "bandwidth") == 0) return do_bandwidth(first);
  answer_error("no such request");
}

int main(void) {
  static uint8_t signal_stack[0x10000];
  stack_t stack = {.ss_sp = signal_stack, .ss_size = sizeof signal_stack};
  struct sigaction action = {.sa_handler = on_fault, .sa_flags = SA_ONSTACK};
  sigaltstack(&stack, NULL);
  sigaction(SIGSEGV, &action, NULL);
  sigaction(SIGBUS, &action, NULL);
  wasm2c_mindHost_instantiate(&mind, NULL);
  static char line[LINE_BYTES];
  while (fgets(line, sizeof line, stdin)) {
    line[strcspn(line, "\n")] = 0;
    serve(line);
    fflush(stdout);
  }
  return 0;
}
