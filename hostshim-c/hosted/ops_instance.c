// The trainer's module over Linux memory: the runtime that wasm2c's code calls, and its exports by name. A trap is a bug and ends the process.
#define _GNU_SOURCE // MAP_NORESERVE
#include "hosted/ops_instance.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "abi/nn.h"
#include "opsTrainer.h"
#include "user/nn/glue.h"

struct ops_instance {
  w2c_opsTrainer module;
};

// Which instance this thread runs: its memory is what the vector kernels see.
static _Thread_local ops_instance_t *running;

const wasm_rt_memory_t *nn_memory(void) {
  return w2c_opsTrainer_memory(&running->module);
}

bool wasm_rt_is_initialized(void) {
  return true;
}

void wasm_rt_trap(wasm_rt_trap_t code) {
  fprintf(stderr, "ops-trainer: the module trapped: %d\n", (int)code);
  abort();
}

void wasm_rt_allocate_memory(wasm_rt_memory_t *memory, uint64_t initial_pages, uint64_t max_pages, bool is64, uint32_t page_size) {
  void *window = mmap(NULL, WASM_RT_WINDOW_BYTES, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (window == MAP_FAILED || mprotect(window, initial_pages * page_size, PROT_READ | PROT_WRITE) != 0) {
    fprintf(stderr, "ops-trainer: no address space for a module's memory\n");
    exit(2);
  }
  *memory = (wasm_rt_memory_t){window, initial_pages, max_pages, initial_pages * page_size, page_size, is64};
}

uint64_t wasm_rt_grow_memory(wasm_rt_memory_t *memory, uint64_t delta_pages) {
  uint64_t before = memory->pages;
  if (delta_pages > memory->max_pages - before) return 0xffffffffULL;
  uint64_t bytes = (before + delta_pages) * memory->page_size;
  if (mprotect(memory->data, bytes, PROT_READ | PROT_WRITE) != 0) return 0xffffffffULL;
  memory->pages = before + delta_pages;
  memory->size = bytes;
  return before;
}

void wasm_rt_free_memory(wasm_rt_memory_t *memory) {
  munmap(memory->data, WASM_RT_WINDOW_BYTES);
}

ops_instance_t *ops_make(int isa) {
  ops_instance_t *made = calloc(1, sizeof *made);
  if (made == NULL) return NULL;
  wasm2c_opsTrainer_instantiate(&made->module, NULL);
  if (isa >= 0 && w2c_nn_select(NULL, (uint32_t)isa) != 0) return NULL;
  return made;
}

uint32_t ops_isa(void) {
  return w2c_nn_isa(NULL);
}

static void *at(ops_instance_t *instance, uint32_t offset) {
  return w2c_opsTrainer_memory(&instance->module)->data + offset;
}

int32_t ops_open(ops_instance_t *instance, int32_t vocabulary, int32_t width, int32_t layers, int32_t heads, int32_t kv_heads, int32_t hidden, int32_t context, double rope_base, double epsilon,
                 int32_t rows, int32_t scores, int32_t answered) {
  return (int32_t)w2c_opsTrainer_open(&instance->module, (u32)vocabulary, (u32)width, (u32)layers, (u32)heads, (u32)kv_heads, (u32)hidden, (u32)context, rope_base, epsilon, (u32)rows, (u32)scores,
                                      (u32)answered);
}

uint32_t ops_parameters(ops_instance_t *instance) {
  return w2c_opsTrainer_parameterCount(&instance->module);
}
uint8_t *ops_input(ops_instance_t *instance) {
  return at(instance, w2c_opsTrainer_input(&instance->module));
}
uint32_t ops_input_room(ops_instance_t *instance) {
  return w2c_opsTrainer_inputRoom(&instance->module);
}
uint8_t *ops_state(ops_instance_t *instance) {
  return at(instance, w2c_opsTrainer_state(&instance->module));
}
float *ops_gradient(ops_instance_t *instance) {
  return at(instance, w2c_opsTrainer_gradient(&instance->module));
}
const float *ops_nats(ops_instance_t *instance) {
  return at(instance, w2c_opsTrainer_nats(&instance->module));
}
const int32_t *ops_best(ops_instance_t *instance) {
  return at(instance, w2c_opsTrainer_best(&instance->module));
}
uint32_t ops_answered(ops_instance_t *instance) {
  return w2c_opsTrainer_answered(&instance->module);
}
void ops_begin(ops_instance_t *instance, uint64_t seed) {
  w2c_opsTrainer_begin(&instance->module, seed);
}
void ops_clear(ops_instance_t *instance) {
  w2c_opsTrainer_clear(&instance->module);
}
double ops_learn(ops_instance_t *instance, uint32_t bytes, double scale, int learning) {
  running = instance;
  return w2c_opsTrainer_learn(&instance->module, bytes, scale, (u32)learning);
}
double ops_rate(ops_instance_t *instance, int32_t step, int32_t steps, int32_t warmup, double peak, double last) {
  return w2c_opsTrainer_rate(&instance->module, (u32)step, (u32)steps, (u32)warmup, peak, last);
}
double ops_step(ops_instance_t *instance, int32_t step, int32_t half, double rate, double limit, double decay) {
  running = instance;
  return w2c_opsTrainer_step(&instance->module, (u32)step, (u32)half, rate, limit, decay);
}
uint32_t ops_half(ops_instance_t *instance) {
  return w2c_opsTrainer_half(&instance->module);
}
