// The trainer of language models as a Linux process: two instances of kernel-as/ml/lm/host.ts in two threads, which learn from the two halves of
// each step. What they find is added in a fixed order, so the same requests give the same bits, however the threads run. Who plans the
// training and keeps the files is tools/train/ops.ts, over standard input and output.
//   ops-trainer [ISA] < requests > responses        ISA: 0 … 3 as in docs/abi.md, else the best there is
// Request: u32 operation, u32 bytes, the payload. Response: i32 status, u32 bytes, the payload. Little-endian, and as the structures below.
#define _GNU_SOURCE // MAP_NORESERVE
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include "hosted/ops_instance.h"

enum { OPEN = 1, BEGIN = 2, LOAD = 3, SAVE = 4, STEP = 5, EVALUATE = 6, GRADIENT = 7 };
enum { OK = 0, INVALID = -1, NO_MEMORY = -2 };
enum { SHARDS = 2 };

#define MOST_REQUEST_BYTES (1u << 29)

typedef struct {
  uint32_t operation, bytes;
} request_t;

typedef struct {
  int32_t status;
  uint32_t bytes;
} response_t;

// OPEN. Answered by u32 parameters, u32 ISA.
typedef struct {
  int32_t vocabulary, width, layers, heads, kv_heads, hidden, context, rows, scores, answered;
  double rope_base, epsilon;
} open_t;

// STEP, followed by batches: u32 bytes, u32 shard, the batch (kernel-as/ml/lm/batch.ts). EVALUATE and GRADIENT have the same form.
typedef struct {
  int32_t step, steps, warmup, zero;
  double peak, last, limit, decay, scale;
} step_t;

typedef struct {
  double loss, norm, rate;
  uint64_t ns, update_ns, learn_ns[SHARDS];
} step_result_t;

typedef struct {
  uint32_t bytes, shard;
} batch_head_t;

// What a thread does: its share of the batches, or its share of a step.
typedef struct {
  enum { BATCHES, UPDATE } job;
  ops_instance_t *instance;
  const uint8_t *batches;
  size_t bytes;
  uint32_t shard;
  int learning;
  double scale, loss;
  int malformed;
  uint64_t ns;
  step_t step;
  double rate, norm;
  // EVALUATE: what was seen of each row, batch after batch.
  uint8_t *seen;
  size_t seen_bytes, seen_capacity;
} work_t;

static ops_instance_t *instances[SHARDS];
static work_t works[SHARDS];
static uint32_t parameters;
static int isa = -1;

// The second thread sleeps until it is told to work.
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int told, finished;

static _Noreturn void die(const char *what) {
  fprintf(stderr, "ops-trainer: %s\n", what);
  exit(2);
}

static uint64_t now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000000ULL + (uint64_t)now.tv_nsec;
}

static void keep_seen(work_t *work) {
  uint32_t rows = ops_answered(work->instance);
  size_t wanted = work->seen_bytes + 4 + (size_t)rows * 8;
  if (wanted > work->seen_capacity) {
    work->seen_capacity = wanted * 2;
    work->seen = realloc(work->seen, work->seen_capacity);
    if (work->seen == NULL) die("no memory");
  }
  uint8_t *to = work->seen + work->seen_bytes;
  memcpy(to, &rows, 4);
  memcpy(to + 4, ops_nats(work->instance), (size_t)rows * 4);
  memcpy(to + 4 + (size_t)rows * 4, ops_best(work->instance), (size_t)rows * 4);
  work->seen_bytes = wanted;
}

static void run_batches(work_t *work) {
  uint64_t start = now_ns();
  work->loss = 0.0;
  work->malformed = 0;
  work->seen_bytes = 0;
  ops_clear(work->instance);
  for (size_t at = 0; at + sizeof(batch_head_t) <= work->bytes;) {
    batch_head_t head;
    memcpy(&head, work->batches + at, sizeof head);
    at += sizeof head;
    if (head.bytes > work->bytes - at || head.bytes > ops_input_room(work->instance)) {
      work->malformed = 1;
      break;
    }
    if (head.shard == work->shard) {
      memcpy(ops_input(work->instance), work->batches + at, head.bytes);
      double loss = ops_learn(work->instance, head.bytes, work->scale, work->learning);
      if (loss < 0.0) {
        work->malformed = 1;
        break;
      }
      work->loss += loss;
      if (!work->learning) keep_seen(work);
    }
    at += head.bytes;
  }
  work->ns = now_ns() - start;
}

static void run(work_t *work) {
  if (work->job == BATCHES) run_batches(work);
  else work->norm = ops_step(work->instance, work->step.step, (int32_t)work->shard, work->rate, work->step.limit, work->step.decay);
}

static void *second(void *unused) {
  (void)unused;
  pthread_mutex_lock(&mutex);
  for (;;) {
    while (!told) pthread_cond_wait(&changed, &mutex);
    told = 0;
    pthread_mutex_unlock(&mutex);
    run(&works[1]);
    pthread_mutex_lock(&mutex);
    finished = 1;
    pthread_cond_broadcast(&changed);
  }
  return NULL;
}

// Both threads, side by side.
static void run_works(void) {
  pthread_mutex_lock(&mutex);
  told = 1;
  finished = 0;
  pthread_cond_broadcast(&changed);
  pthread_mutex_unlock(&mutex);
  run(&works[0]);
  pthread_mutex_lock(&mutex);
  while (!finished) pthread_cond_wait(&changed, &mutex);
  pthread_mutex_unlock(&mutex);
}

// False where a batch is malformed.
static int run_both(const uint8_t *batches, size_t bytes, double scale, int learning) {
  for (uint32_t shard = 0; shard < SHARDS; shard++) {
    work_t *work = &works[shard];
    work->job = BATCHES;
    work->instance = instances[shard];
    work->batches = batches;
    work->bytes = bytes;
    work->shard = shard;
    work->learning = learning;
    work->scale = scale;
  }
  run_works();
  return !works[0].malformed && !works[1].malformed;
}

// The first half's gradient, then the second's on top.
static void add_gradients(void) {
  float *to = ops_gradient(instances[0]);
  const float *from = ops_gradient(instances[1]);
  for (uint32_t i = 0; i < parameters; i++) to[i] += from[i];
}

// A half of one of the three parts of the state: parameters, first and second moments.
static void copy_half(int part, uint32_t half, uint32_t to, uint32_t from) {
  size_t first = half == 0 ? 0 : ops_half(instances[0]), end = half == 0 ? ops_half(instances[0]) : parameters;
  size_t at = ((size_t)part * parameters + first) * 4;
  memcpy(ops_state(instances[to]) + at, ops_state(instances[from]) + at, (end - first) * 4);
}

// Each instance updates its half of the parameters and gets the other's. Returns the gradient's norm.
static double update(const step_t *step, double rate) {
  memcpy(ops_gradient(instances[1]), ops_gradient(instances[0]), (size_t)parameters * 4);
  for (uint32_t i = 0; i < SHARDS; i++) {
    works[i].job = UPDATE;
    works[i].step = *step;
    works[i].rate = rate;
  }
  run_works();
  copy_half(0, 0, 1, 0);
  copy_half(0, 1, 0, 1);
  return works[0].norm;
}

static void respond(int32_t status, const void *data, size_t bytes, const void *more, size_t more_bytes) {
  response_t response = {status, (uint32_t)(bytes + more_bytes)};
  fwrite(&response, sizeof response, 1, stdout);
  fwrite(data, 1, bytes, stdout);
  fwrite(more, 1, more_bytes, stdout);
  if (fflush(stdout) != 0) die("the reader is gone");
}
static void refuse(int32_t status) {
  respond(status, "", 0, "", 0);
}

static void open_model(const uint8_t *payload, size_t bytes) {
  open_t open;
  if (bytes != sizeof open || instances[0] != NULL) return refuse(INVALID);
  memcpy(&open, payload, sizeof open);
  for (uint32_t i = 0; i < SHARDS; i++) {
    ops_instance_t *made = ops_make(isa);
    if (made == NULL) return refuse(NO_MEMORY);
    int32_t status = ops_open(made, open.vocabulary, open.width, open.layers, open.heads, open.kv_heads, open.hidden, open.context, open.rope_base, open.epsilon, open.rows, open.scores, open.answered);
    if (status != OK) return refuse(status);
    instances[i] = made;
  }
  parameters = ops_parameters(instances[0]);
  uint32_t answer[2] = {parameters, ops_isa()};
  pthread_t thread;
  if (pthread_create(&thread, NULL, second, NULL) != 0) die("no second thread");
  respond(OK, answer, sizeof answer, "", 0);
}

static void step_model(const uint8_t *payload, size_t bytes) {
  uint64_t start = now_ns();
  step_t step;
  if (bytes < sizeof step) return refuse(INVALID);
  memcpy(&step, payload, sizeof step);
  if (!run_both(payload + sizeof step, bytes - sizeof step, step.scale, 1)) return refuse(INVALID);
  uint64_t learnt = now_ns();
  add_gradients();
  step_result_t result = {.loss = works[0].loss + works[1].loss};
  result.rate = ops_rate(instances[0], step.step, step.steps, step.warmup, step.peak, step.last);
  result.norm = update(&step, result.rate);
  for (uint32_t i = 0; i < SHARDS; i++) result.learn_ns[i] = works[i].ns;
  result.update_ns = now_ns() - learnt;
  result.ns = now_ns() - start;
  respond(OK, &result, sizeof result, "", 0);
}

static void evaluate(const uint8_t *payload, size_t bytes) {
  if (!run_both(payload, bytes, 1.0, 0)) return refuse(INVALID);
  respond(OK, works[0].seen, works[0].seen_bytes, works[1].seen, works[1].seen_bytes);
}

static void load(const uint8_t *payload, size_t bytes) {
  if (bytes != (size_t)parameters * 12) return refuse(INVALID);
  for (uint32_t i = 0; i < SHARDS; i++) memcpy(ops_state(instances[i]), payload, bytes);
  refuse(OK);
}

static void save(void) {
  copy_half(1, 1, 0, 1);
  copy_half(2, 1, 0, 1);
  respond(OK, ops_state(instances[0]), (size_t)parameters * 12, "", 0);
}

static void give_gradient(const uint8_t *payload, size_t bytes) {
  if (!run_both(payload, bytes, 1.0, 1)) return refuse(INVALID);
  add_gradients();
  respond(OK, &(double){works[0].loss + works[1].loss}, 8, ops_gradient(instances[0]), (size_t)parameters * 4);
}

static void serve(uint32_t operation, const uint8_t *payload, size_t bytes) {
  if (operation == OPEN) return open_model(payload, bytes);
  if (instances[1] == NULL) return refuse(INVALID);
  if (operation == LOAD) return load(payload, bytes);
  if (operation == SAVE) return save();
  if (operation == STEP) return step_model(payload, bytes);
  if (operation == EVALUATE) return evaluate(payload, bytes);
  if (operation == GRADIENT) return give_gradient(payload, bytes);
  if (operation != BEGIN || bytes != 8) return refuse(INVALID);
  uint64_t seed;
  memcpy(&seed, payload, 8);
  for (uint32_t i = 0; i < SHARDS; i++) ops_begin(instances[i], seed);
  refuse(OK);
}

int main(int count, char **arguments) {
  if (count > 1) isa = atoi(arguments[1]);
  size_t capacity = 0;
  uint8_t *payload = NULL;
  for (;;) {
    request_t request;
    if (fread(&request, sizeof request, 1, stdin) != 1) break;
    if (request.bytes > MOST_REQUEST_BYTES) die("a request is too long");
    if (request.bytes > capacity) {
      free(payload);
      payload = malloc(capacity = request.bytes);
      if (payload == NULL) die("no memory");
    }
    if (request.bytes > 0 && fread(payload, 1, request.bytes, stdin) != request.bytes) die("a request is cut");
    serve(request.operation, payload, request.bytes);
  }
  free(payload);
  return 0;
}
