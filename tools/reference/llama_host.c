// llama-host: llama.cpp, as npm's node-llama-cpp ships it, behind a few requests, for comparisons: `llama-host FOLDER FILE CONTEXT exact|usual`. One thread.
// `exact`: keys and values in f32 and no flash attention, for logits; `usual`: as llama.cpp comes, for speed.
//
//   tokenize SPECIAL BYTES   then the text                  ok COUNT, then i32 COUNT
//   logits COUNT             then i32 COUNT                 ok BYTES, then f32 (COUNT, vocabulary): after each of them, from an empty cache
//   greedy COUNT MOST        then i32 COUNT                 ok COUNT, then i32 COUNT: greedy tokens after them, from an empty cache, one at a time; none after one that ends an answer
//   run COUNT MOST KEEP      then i32 COUNT                 ok PREFILL_NS DECODE_NS LAST: the first KEEP positions stay, the tokens follow; then MOST greedy ones
//
// Times are the processor's. The library's parameters are structures by value whose shape belongs to its version: their standard values are checked at the places
// that are set here, so that another version is refused instead of misread.
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define BATCH 2048
#define TEXT_BYTES (1 << 20)

// Larger than any of the library's: what it does not know of is not read.
typedef union {
  uint8_t bytes[1024];
  int32_t words[256];
} parameters_t;

typedef struct {
  int32_t count;
  int32_t *token;
  float *embedding;
  int32_t *position;
  int32_t *sequences;
  int32_t **sequence;
  int8_t *logits;
} batch_t;

// Places in llama_context_params, in words.
enum { N_CTX = 0, N_BATCH = 1, N_UBATCH = 2, N_THREADS = 7, N_THREADS_BATCH = 8, FLASH = 13, TYPE_K = 26, TYPE_V = 27 };

static void *library;
static void *context;
static int32_t vocabulary;

static void die(const char *text) {
  printf("error %s\n", text);
  fflush(stdout);
  exit(1);
}

static void *symbol(const char *name) {
  void *found = dlsym(library, name);
  if (!found) found = dlsym(RTLD_DEFAULT, name);
  if (!found) {
    printf("error llama.cpp has no %s\n", name);
    exit(1);
  }
  return found;
}
#define CALL(result, name, ...) ((result(*)(__VA_ARGS__))symbol(#name))

static void silent(int level, const char *text, void *user) {
  (void)level;
  (void)text;
  (void)user;
}

static bool begins(const char *name, const char *with) {
  return strncmp(name, with, strlen(with)) == 0;
}

// The library whose name begins so: names carry versions.
static void *open_library(const char *folder, const char *name) {
  DIR *entries = opendir(folder);
  if (!entries) die("no such folder of llama.cpp");
  char path[4096] = "";
  for (struct dirent *entry; (entry = readdir(entries));) {
    if (begins(entry->d_name, name)) snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
  }
  closedir(entries);
  void *found = path[0] ? dlopen(path, RTLD_NOW | RTLD_GLOBAL) : NULL;
  if (!found) die(path[0] ? dlerror() : "the folder has no libllama");
  return found;
}

static uint64_t processor_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return (uint64_t)now.tv_sec * 1000000000ULL + (uint64_t)now.tv_nsec;
}

static void require(const parameters_t *parameters, int place, int32_t standard) {
  if (parameters->words[place] != standard) die("llama.cpp's parameters have another shape than node-llama-cpp 3.22.1's");
}

static void open_model(const char *file, int32_t tokens, bool exact) {
  void *model = CALL(void *, llama_model_load_from_file, const char *, parameters_t)(file, CALL(parameters_t, llama_model_default_params, void)());
  if (!model) die("llama.cpp does not open the model");
  parameters_t parameters = CALL(parameters_t, llama_context_default_params, void)();
  require(&parameters, N_CTX, 512);
  require(&parameters, N_BATCH, 2048);
  require(&parameters, N_UBATCH, 512);
  require(&parameters, N_THREADS, 4);
  require(&parameters, N_THREADS_BATCH, 4);
  require(&parameters, FLASH, -1);
  require(&parameters, TYPE_K, 1);
  require(&parameters, TYPE_V, 1);
  parameters.words[N_CTX] = tokens;
  parameters.words[N_BATCH] = BATCH;
  parameters.words[N_THREADS] = 1;
  parameters.words[N_THREADS_BATCH] = 1;
  if (exact) {
    parameters.words[FLASH] = 0;
    parameters.words[TYPE_K] = 0;
    parameters.words[TYPE_V] = 0;
  }
  context = CALL(void *, llama_init_from_model, void *, parameters_t)(model, parameters);
  if (!context) die("llama.cpp makes no context");
  const void *words = CALL(const void *, llama_model_get_vocab, const void *)(model);
  vocabulary = CALL(int32_t, llama_vocab_n_tokens, const void *)(words);
}

static const void *words_of_model(void) {
  const void *model = CALL(const void *, llama_get_model, const void *)(context);
  return CALL(const void *, llama_model_get_vocab, const void *)(model);
}

static void take(void *to, size_t bytes) {
  if (fread(to, 1, bytes, stdin) != bytes) exit(2);
}

static void do_tokenize(bool special, uint32_t bytes) {
  static char text[TEXT_BYTES];
  static int32_t tokens[TEXT_BYTES * 3];
  if (bytes > TEXT_BYTES) exit(2);
  take(text, bytes);
  int32_t count = CALL(int32_t, llama_tokenize, const void *, const char *, int32_t, int32_t *, int32_t, bool, bool)(words_of_model(), text, (int32_t)bytes, tokens, TEXT_BYTES * 3, false, special);
  if (count < 0) exit(2);
  printf("ok %d\n", count);
  fwrite(tokens, 4, (size_t)count, stdout);
}

static void decode(int32_t *tokens, int32_t count, int32_t position, bool all) {
  static int32_t positions[BATCH], ones[BATCH], zero;
  static int32_t *sequence[BATCH];
  static int8_t logits[BATCH];
  for (int32_t done = 0; done < count; done += BATCH) {
    int32_t now = count - done < BATCH ? count - done : BATCH;
    for (int32_t i = 0; i < now; i++) {
      positions[i] = position + done + i;
      ones[i] = 1;
      sequence[i] = &zero;
      logits[i] = all || done + i == count - 1;
    }
    batch_t batch = {.count = now, .token = tokens + done, .position = positions, .sequences = ones, .sequence = sequence, .logits = logits};
    if (CALL(int32_t, llama_decode, void *, batch_t)(context, batch) != 0) die("llama.cpp does not take the tokens");
  }
  CALL(void, llama_synchronize, void *)(context);
}

static const float *logits_at(int32_t index) {
  return CALL(const float *, llama_get_logits_ith, void *, int32_t)(context, index);
}

static void forget(int32_t from) {
  void *memory = CALL(void *, llama_get_memory, void *)(context);
  if (from == 0) CALL(void, llama_memory_clear, void *, bool)(memory, true);
  else if (!CALL(bool, llama_memory_seq_rm, void *, int32_t, int32_t, int32_t)(memory, 0, from, -1)) die("llama.cpp cannot forget");
}

static int32_t *take_tokens(uint32_t count) {
  static int32_t tokens[1 << 16];
  if (count == 0 || count > 1 << 16) exit(2);
  take(tokens, count * 4);
  return tokens;
}

static void do_logits(uint32_t count) {
  int32_t *tokens = take_tokens(count);
  if (count > BATCH) die("too many tokens at once");
  forget(0);
  decode(tokens, (int32_t)count, 0, true);
  printf("ok %zu\n", (size_t)count * (size_t)vocabulary * 4);
  for (uint32_t i = 0; i < count; i++) fwrite(logits_at((int32_t)i), 4, (size_t)vocabulary, stdout);
}

static int32_t greatest(void) {
  const float *logits = logits_at(-1);
  int32_t best = 0;
  for (int32_t i = 1; i < vocabulary; i++)
    if (logits[i] > logits[best]) best = i;
  return best;
}

static void do_greedy(uint32_t count, uint32_t most) {
  static int32_t made[BATCH];
  int32_t *tokens = take_tokens(count);
  if (most > BATCH) die("too many tokens at once");
  forget(0);
  decode(tokens, (int32_t)count, 0, false);
  uint32_t written = 0;
  while (written < most) {
    made[written++] = greatest();
    if (written == most || CALL(bool, llama_vocab_is_eog, const void *, int32_t)(words_of_model(), made[written - 1])) break;
    decode(&made[written - 1], 1, (int32_t)(count + written - 1), false);
  }
  printf("ok %u\n", written);
  fwrite(made, 4, written, stdout);
}

static void do_run(uint32_t count, uint32_t most, uint32_t keep) {
  int32_t *tokens = take_tokens(count);
  forget((int32_t)keep);
  uint64_t start = processor_ns();
  decode(tokens, (int32_t)count, (int32_t)keep, false);
  uint64_t prefill = processor_ns() - start;
  int32_t token = greatest();
  start = processor_ns();
  for (uint32_t i = 0; i < most; i++) {
    decode(&token, 1, (int32_t)(keep + count + i), false);
    token = greatest();
  }
  printf("ok %llu %llu %d\n", (unsigned long long)prefill, (unsigned long long)(processor_ns() - start), token);
}

int main(int count, char **arguments) {
  if (count != 5) die("usage: llama-host FOLDER FILE CONTEXT exact|usual");
  library = open_library(arguments[1], "libllama.");
  CALL(void, llama_log_set, void (*)(int, const char *, void *), void *)(silent, NULL);
  CALL(void, ggml_backend_load_all_from_path, const char *)(arguments[1]);
  CALL(void, llama_backend_init, void)();
  open_model(arguments[2], atoi(arguments[3]), strcmp(arguments[4], "exact") == 0);
  printf("ok %d\n", vocabulary);
  fflush(stdout);
  for (char line[256]; fgets(line, sizeof line, stdin);) {
    char verb[32] = "";
    unsigned a = 0, b = 0, c = 0;
    sscanf(line, "%31s %u %u %u", verb, &a, &b, &c);
    if (strcmp(verb, "tokenize") == 0) do_tokenize(a != 0, b);
    else if (strcmp(verb, "logits") == 0) do_logits(a);
    else if (strcmp(verb, "greedy") == 0) do_greedy(a, b);
    else if (strcmp(verb, "run") == 0) do_run(a, b, c);
    else die("no such request");
    fflush(stdout);
  }
  fflush(stdout);
  _Exit(0); // the library's own end takes long
}
