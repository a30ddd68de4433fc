// Runs a policy through the very host calls that kernel.wasm makes, on a list of requests: the shim's half of the
// differential test (tools/reference/policy-engines.hosted.test.ts). Not the kernel: it judges no answer.
//   policy-host aot|wasm3|offered NAME|FILE.wasm < requests > responses
// NAME is a policy of the table; FILE.wasm goes the way of a recorded module out of the initrd; with `offered` that of a validated
// one that the build does not know.
// Request: u32 operation, u32 number, u64 fuel, then for DECIDE and WRITE `number` bytes. 0 reset(number) · 1 decide · 2 reopen · 3 time: decide about
// the input before `number` times more; fuel used is then the ns of processor time that one took, on average · 4 weights: their size · 5 read
// `number` bytes of weights from offset `fuel` on · 6 write weights from offset `fuel` on · 7 commit version `number`.
// Response: i32 status, u32 text bytes, u64 fuel used, u32 data bytes, u32 ns that this decision took by the wall clock, the data (a decision of the module's kind, or
// weights), the text of the error. The first one is open's.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/types.h"
#include "boot/facts.h"
#include "hosted/platform.h"
#include "host/host.h"
#include "mem/regions.h"
#include "wasm/module.h"

enum { RESET = 0, DECIDE = 1, REOPEN = 2, TIME = 3, WEIGHTS = 4, READ = 5, WRITE = 6, COMMIT = 7 };

#define RAM_BYTES 0x2000000ULL
#define ARENA_PFN 0x100
#define ARENA_PAGES 0x400 // 4 MiB
#define INITRD_PA 0x1000000ULL
#define KERNEL_BYTES 0x20000
#define OUTPUT_AT 0x18000 // the input lies at 0
#define ROW_AT 0x19000
#define TEXT_AT 0x1a000

typedef struct {
  uint32_t operation, number;
  uint64_t fuel;
} request_t;

typedef struct {
  int32_t status;
  uint32_t text_bytes;
  uint64_t fuel_used;
  uint32_t data_bytes, ns;
} response_t;

static uint8_t kernel_bytes[KERNEL_BYTES];
static wasm_rt_memory_t kernel_memory = {.data = kernel_bytes, .size = KERNEL_BYTES};
static struct w2c_host host = {&kernel_memory};

static _Noreturn void die(const char *what) {
  fprintf(stderr, "policy-host: %s\n", what);
  exit(2);
}

static uint8_t *read_all(FILE *file, size_t *bytes) {
  size_t capacity = 1 << 16, used = 0;
  uint8_t *data = malloc(capacity);
  for (;;) {
    if (data == NULL) die("no memory");
    size_t got = fread(data + used, 1, capacity - used, file);
    if (got == 0) break;
    used += got;
    if (used == capacity) data = realloc(data, capacity *= 2);
  }
  *bytes = used;
  return data;
}

static uint32_t builtin_index(const char *name) {
  for (uint32_t index = 0; w2c_host_module_builtin(&host, index, ROW_AT) == STATUS_OK; index++)
    if (strcmp((const char *)((const builtin_module_t *)(kernel_bytes + ROW_AT))->name, name) == 0) return index;
  die("no such built-in policy");
}

static bool offered;
static uint32_t decision_bytes = sizeof(memory_decision_t);

static int32_t open_module(bool interpreted, const char *what) {
  if (boot_facts.initrd_bytes > 0 && offered) return (int32_t)w2c_host_module_open_frames(&host, INITRD_PA / PAGE_BYTES, (uint32_t)boot_facts.initrd_bytes, ARENA_PFN, ARENA_PAGES);
  if (boot_facts.initrd_bytes > 0) return (int32_t)w2c_host_module_open_wasm3(&host, 0, (uint32_t)boot_facts.initrd_bytes, ARENA_PFN, ARENA_PAGES);
  uint32_t index = builtin_index(what);
  return (int32_t)(interpreted ? w2c_host_module_open_builtin_wasm3(&host, index, ARENA_PFN, ARENA_PAGES) : w2c_host_module_open_aot(&host, index));
}

// Status of opening and binding; the handle tells where the error's text lies.
static int32_t open_bound(bool interpreted, const char *what, uint32_t *handle) {
  int32_t opened = open_module(interpreted, what);
  *handle = opened < 0 ? ~0U : (uint32_t)opened;
  if (opened < 0) return opened;
  int32_t kind = (int32_t)w2c_host_module_kind(&host, *handle, ABI_HASH);
  if (kind >= 0) decision_bytes = kind == MODULE_KIND_SCHED ? sizeof(sched_decision_t) : sizeof(memory_decision_t);
  return kind < 0 ? kind : STATUS_OK;
}

static void put_initrd(const char *path) {
  FILE *file = fopen(path, "rb");
  if (file == NULL) die(strerror(errno));
  size_t bytes;
  uint8_t *data = read_all(file, &bytes);
  fclose(file);
  if (bytes > RAM_BYTES - INITRD_PA) die("the module is too large");
  boot_facts.initrd_pa = INITRD_PA;
  boot_facts.initrd_bytes = bytes;
  memcpy(physical_pointer(INITRD_PA), data, bytes);
  free(data);
}

static uint64_t clock_ns(clockid_t clock) {
  struct timespec now;
  clock_gettime(clock, &now);
  return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

// Of this process: what others do on the machine does not count.
static uint64_t processor_ns(void) {
  return clock_ns(CLOCK_PROCESS_CPUTIME_ID);
}

// For one decision by itself: read without a system call, which would cost more than many a decision.
static uint64_t wall_ns(void) {
  return clock_ns(CLOCK_MONOTONIC);
}

// What reading that clock twice takes at least.
static uint64_t wall_cost_ns(void) {
  uint64_t least = ~0ULL;
  for (int i = 0; i < 1000; i++) {
    uint64_t start = wall_ns(), took = wall_ns() - start;
    if (took < least) least = took;
  }
  return least;
}

static void respond(int32_t status, uint32_t handle, uint64_t fuel_used, uint32_t data_bytes, uint64_t ns) {
  uint32_t text = status < 0 ? w2c_host_module_error(&host, handle, TEXT_AT, MODULE_ERROR_BYTES) : 0;
  response_t response = {.status = status, .text_bytes = text, .fuel_used = fuel_used, .data_bytes = data_bytes, .ns = (uint32_t)ns};
  fwrite(&response, sizeof response, 1, stdout);
  fwrite(kernel_bytes + OUTPUT_AT, 1, data_bytes, stdout);
  fwrite(kernel_bytes + TEXT_AT, 1, text, stdout);
}

static int32_t decide(uint32_t handle, uint64_t fuel, uint32_t input_bytes) {
  return (int32_t)w2c_host_module_decide(&host, handle, fuel, 0, input_bytes, OUTPUT_AT, decision_bytes);
}

static int32_t run_weights(const request_t *request, uint32_t handle, uint32_t *data_bytes) {
  uint32_t offset = (uint32_t)request->fuel;
  *data_bytes = 0;
  if (request->operation == WEIGHTS) return (int32_t)w2c_host_module_weights(&host, handle);
  if (request->operation == WRITE) return (int32_t)w2c_host_module_weights_write(&host, handle, offset, 0, request->number);
  if (request->operation == COMMIT) return (int32_t)w2c_host_module_weights_commit(&host, handle, request->number, request->fuel);
  int32_t got = (int32_t)w2c_host_module_weights_read(&host, handle, offset, OUTPUT_AT, request->number);
  *data_bytes = got > 0 ? (uint32_t)got : 0;
  return got;
}

int main(int count, char **arguments) {
  if (count != 3) die("usage: policy-host aot|wasm3|offered NAME|FILE.wasm");
  offered = strcmp(arguments[1], "offered") == 0;
  bool interpreted = strcmp(arguments[1], "wasm3") == 0;
  const char *what = arguments[2];
  size_t length = strlen(what), bytes;
  platform_init(RAM_BYTES);
  module_init(UINT64_MAX);
  if (length > 5 && strcmp(what + length - 5, ".wasm") == 0) put_initrd(what);
  uint8_t *input = read_all(stdin, &bytes);
  uint32_t handle;
  int32_t status = open_bound(interpreted, what, &handle);
  respond(status, handle, w2c_host_module_fuel_used(&host, handle), decision_bytes, 0);
  uint32_t input_bytes = 0;
  uint64_t clock_cost = wall_cost_ns();
  for (size_t at = 0; at + sizeof(request_t) <= bytes && handle != ~0U;) {
    request_t request;
    memcpy(&request, input + at, sizeof request);
    at += sizeof request;
    memset(kernel_bytes + OUTPUT_AT, 0, decision_bytes);
    status = STATUS_INVALID;
    uint64_t ns = 0;
    uint32_t data_bytes = decision_bytes;
    if (request.operation == DECIDE || request.operation == WRITE) {
      if (request.number > bytes - at || request.number > OUTPUT_AT) die("a request is cut");
      memcpy(kernel_bytes, input + at, request.number);
      at += request.number;
    }
    if (request.operation == RESET) status = (int32_t)w2c_host_module_reset(&host, handle, request.number, request.fuel);
    if (request.operation == DECIDE) {
      input_bytes = request.number;
      uint64_t start = wall_ns();
      status = decide(handle, request.fuel, input_bytes);
      uint64_t took = wall_ns() - start;
      ns = took > clock_cost ? took - clock_cost : 0;
    }
    if (request.operation == REOPEN) {
      w2c_host_module_close(&host, handle);
      status = open_bound(interpreted, what, &handle);
    }
    uint64_t each = 0;
    if (request.operation == TIME) {
      uint64_t start = processor_ns();
      for (uint32_t i = 0; i < request.number; i++) status = decide(handle, request.fuel, input_bytes);
      each = (processor_ns() - start) / (request.number > 0 ? request.number : 1);
    }
    if (request.operation >= WEIGHTS) status = run_weights(&request, handle, &data_bytes);
    respond(status, handle, each > 0 ? each : w2c_host_module_fuel_used(&host, handle), data_bytes, ns);
  }
  free(input);
  fflush(stdout);
  return 0;
}
