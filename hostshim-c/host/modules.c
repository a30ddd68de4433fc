// Host calls on policy modules: handles over the one module interface (wasm/module.h). Which module decides, with what budget,
// and what its answers mean is kernel.wasm's. See docs/abi.md, family modules.
#include "host/host.h"

#include "base/fmt.h"
#include "base/string.h"
#include "boot/facts.h"
#include "mem/regions.h"
#include "wasm/module.h"

#define HANDLES 48
#define LAST_OPEN 0xffffffffU

static module_t modules[HANDLES];
static char open_error[MODULE_ERROR_BYTES]; // of the last failed open

static module_t *find(uint32_t handle) {
  return handle < HANDLES && modules[handle].engine ? &modules[handle] : NULL;
}

static uint32_t answer(status_t status) {
  return (uint32_t)status;
}

static uint32_t fail_open(status_t status, const char *text) {
  fmt_format(open_error, sizeof open_error, "%s", text);
  return answer(status);
}

static module_t *free_slot(void) {
  for (uint32_t i = 0; i < HANDLES; i++)
    if (modules[i].engine == NULL) return &modules[i];
  return NULL;
}

static uint32_t opened(status_t status, module_t *module) {
  if (status == STATUS_OK) return (uint32_t)(module - modules);
  uint32_t result = fail_open(status, module->error);
  *module = (module_t){0};
  return result;
}

uint32_t w2c_host_module_builtin(struct w2c_host *host, uint32_t index, uint32_t out) {
  builtin_module_t *row = host_span(host, out, sizeof *row);
  if (row == NULL) return answer(STATUS_RANGE);
  if (index >= aot_table_rows) return answer(STATUS_NOT_FOUND);
  const aot_row_t *from = &aot_table[index];
  *row = (builtin_module_t){.bytes = (uint32_t)(from->wasm_end - from->wasm), .kind = from->kind, .memory_pages = from->memory_pages};
  memcpy(row->name, from->name, strlen(from->name) < sizeof row->name ? strlen(from->name) : sizeof row->name - 1);
  memcpy(row->sha256, from->sha256, sizeof row->sha256);
  return STATUS_OK;
}

uint32_t w2c_host_module_open_aot(struct w2c_host *host, uint32_t index) {
  (void)host;
  module_t *module = free_slot();
  if (module == NULL) return fail_open(STATUS_NO_MEMORY, "no module handle left");
  return opened(module_open_aot(index, module), module);
}

static uint32_t open_interpreted(const uint8_t *wasm, uint32_t bytes, bool recorded, uint32_t arena_pfn, uint32_t arena_pages) {
  module_t *module = free_slot();
  if (module == NULL) return fail_open(STATUS_NO_MEMORY, "no module handle left");
  if (arena_pages == 0 || !frames_usable(arena_pfn, arena_pages)) return fail_open(STATUS_NO_MEMORY, "the arena is not usable frames");
  void *arena = physical_pointer(arena_pfn * PAGE_BYTES);
  return opened(module_open_wasm3(wasm, bytes, recorded, arena, arena_pages * PAGE_BYTES, module), module);
}

uint32_t w2c_host_module_open_builtin_wasm3(struct w2c_host *host, uint32_t index, uint32_t arena_pfn, uint32_t arena_pages) {
  (void)host;
  if (index >= aot_table_rows) return fail_open(STATUS_NOT_FOUND, "no such built-in module");
  const aot_row_t *row = &aot_table[index];
  return open_interpreted(row->wasm, (uint32_t)(row->wasm_end - row->wasm), true, arena_pfn, arena_pages);
}

uint32_t w2c_host_module_open_wasm3(struct w2c_host *host, uint64_t offset, uint32_t bytes, uint32_t arena_pfn, uint32_t arena_pages) {
  (void)host;
  if (bytes == 0 || bytes > MODULE_BYTES || !span_inside(offset, bytes, boot_facts.initrd_bytes)) return fail_open(STATUS_RANGE, "the module lies outside the initrd");
  return open_interpreted(physical_pointer(boot_facts.initrd_pa + offset), bytes, true, arena_pfn, arena_pages);
}

uint32_t w2c_host_module_open_frames(struct w2c_host *host, uint32_t pfn, uint32_t bytes, uint32_t arena_pfn, uint32_t arena_pages) {
  (void)host;
  if (bytes == 0 || bytes > MODULE_BYTES || !frames_usable(pfn, (bytes + PAGE_BYTES - 1) / PAGE_BYTES)) return fail_open(STATUS_RANGE, "the module lies outside usable frames");
  return open_interpreted(physical_pointer(pfn * PAGE_BYTES), bytes, false, arena_pfn, arena_pages);
}

uint32_t w2c_host_module_kind(struct w2c_host *host, uint32_t handle, uint64_t abi) {
  (void)host;
  module_t *module = find(handle);
  if (module == NULL) return answer(STATUS_NOT_FOUND);
  uint64_t value;
  status_t status = module_call(module, MODULE_ABI, 0, MODULE_QUERY_FUEL, &value);
  if (status == STATUS_OK && value != abi) {
    module_fail(module, "it was compiled with interface table %016lx", value);
    return answer(STATUS_UNSUPPORTED);
  }
  if (status == STATUS_OK) status = module_bind(module);
  if (status == STATUS_OK) status = module_call(module, MODULE_KIND, 0, MODULE_QUERY_FUEL, &value);
  if (status == STATUS_OUT_OF_FUEL) status = STATUS_TRAP; // a module that computes for long what it is
  if (status == STATUS_RANGE || (status == STATUS_OK && (int32_t)value < 0)) status = STATUS_UNSUPPORTED;
  return status == STATUS_OK ? (uint32_t)value : answer(status);
}

uint32_t w2c_host_module_reset(struct w2c_host *host, uint32_t handle, uint32_t seed, uint64_t fuel) {
  (void)host;
  module_t *module = find(handle);
  if (module == NULL) return answer(STATUS_NOT_FOUND);
  uint64_t value;
  status_t status = module_call(module, MODULE_RESET, seed, fuel, &value);
  if (status == STATUS_OK && (int32_t)value < 0) {
    module_fail(module, "policy_reset returned %d", (int32_t)value);
    status = STATUS_INVALID;
  }
  return answer(status);
}

uint32_t w2c_host_module_decide(struct w2c_host *host, uint32_t handle, uint64_t fuel, uint32_t input, uint32_t input_bytes, uint32_t output, uint32_t output_bytes) {
  const void *from = host_span(host, input, input_bytes);
  void *to = host_span(host, output, output_bytes);
  if (from == NULL || to == NULL) return answer(STATUS_RANGE);
  module_t *module = find(handle);
  if (module == NULL) return answer(STATUS_NOT_FOUND);
  status_t status = module_bind(module);
  if (status != STATUS_OK) return answer(status);
  if (input_bytes > module->input_capacity || output_bytes != module->output_bytes) {
    module_fail(module, "it takes up to %u bytes and decides in %u; the kernel has %u and wants %u", module->input_capacity, module->output_bytes, input_bytes, output_bytes);
    return answer(STATUS_RANGE);
  }
  memcpy(module_span(module, module->input, input_bytes), from, input_bytes);
  uint64_t value;
  status = module_call(module, MODULE_DECIDE, input_bytes, fuel, &value);
  if (status != STATUS_OK) return answer(status);
  if ((int32_t)value < 0) {
    module_fail(module, "policy_decide returned %d", (int32_t)value);
    return answer(STATUS_INVALID);
  }
  memcpy(to, module_span(module, module->output, output_bytes), output_bytes);
  return (uint32_t)value;
}

uint32_t w2c_host_module_weights(struct w2c_host *host, uint32_t handle) {
  (void)host;
  module_t *module = find(handle);
  if (module == NULL) return answer(STATUS_NOT_FOUND);
  uint32_t bytes;
  uint8_t *at;
  status_t status = module_weights_size(module, &bytes);
  if (status == STATUS_OK) status = module_weights_at(module, MODULE_WEIGHTS_ACTIVE, &at);
  if (status == STATUS_OK) status = module_weights_at(module, MODULE_WEIGHTS_STAGING, &at);
  return status == STATUS_OK ? bytes : answer(status);
}

uint32_t w2c_host_module_weights_read(struct w2c_host *host, uint32_t handle, uint32_t offset, uint32_t buffer, uint32_t count) {
  void *to = host_span(host, buffer, count);
  if (to == NULL) return answer(STATUS_RANGE);
  module_t *module = find(handle);
  if (module == NULL) return answer(STATUS_NOT_FOUND);
  uint8_t *from;
  status_t status = module_weights_at(module, MODULE_WEIGHTS_ACTIVE, &from);
  if (status != STATUS_OK) return answer(status);
  if (offset >= module->weights_bytes) return 0;
  if (count > module->weights_bytes - offset) count = module->weights_bytes - offset;
  memcpy(to, from + offset, count);
  return count;
}

uint32_t w2c_host_module_weights_write(struct w2c_host *host, uint32_t handle, uint32_t offset, uint32_t buffer, uint32_t count) {
  const void *from = host_span(host, buffer, count);
  if (from == NULL) return answer(STATUS_RANGE);
  module_t *module = find(handle);
  if (module == NULL) return answer(STATUS_NOT_FOUND);
  uint8_t *to;
  status_t status = module_weights_at(module, MODULE_WEIGHTS_STAGING, &to);
  if (status != STATUS_OK) return answer(status);
  if (!span_inside(offset, count, module->weights_bytes)) {
    module_fail(module, "it has %u bytes of weights; bytes %u and %u more lie outside", module->weights_bytes, offset, count);
    return answer(STATUS_RANGE);
  }
  memcpy(to + offset, from, count);
  return STATUS_OK;
}

uint32_t w2c_host_module_weights_commit(struct w2c_host *host, uint32_t handle, uint32_t version, uint64_t fuel) {
  (void)host;
  module_t *module = find(handle);
  if (module == NULL) return answer(STATUS_NOT_FOUND);
  uint32_t bytes;
  status_t status = module_weights_size(module, &bytes);
  uint64_t value;
  if (status == STATUS_OK) status = module_call(module, MODULE_WEIGHTS_COMMIT, version, fuel, &value);
  if (status == STATUS_OK && (int32_t)value < 0) {
    module_fail(module, "it refuses the weights: policy_weights_commit returned %d", (int32_t)value);
    status = STATUS_INVALID;
  }
  return answer(status);
}

uint64_t w2c_host_module_fuel_used(struct w2c_host *host, uint32_t handle) {
  (void)host;
  const module_t *module = find(handle);
  return module ? module->fuel_used : 0;
}

uint32_t w2c_host_module_error(struct w2c_host *host, uint32_t handle, uint32_t buffer, uint32_t capacity) {
  char *to = host_span(host, buffer, capacity);
  if (to == NULL) return answer(STATUS_RANGE);
  const module_t *module = find(handle);
  if (module == NULL && handle != LAST_OPEN) return 0;
  const char *text = module ? module->error : open_error;
  size_t bytes = strlen(text);
  if (bytes > capacity) bytes = capacity;
  memcpy(to, text, bytes);
  return (uint32_t)bytes;
}

uint32_t w2c_host_module_close(struct w2c_host *host, uint32_t handle) {
  (void)host;
  module_t *module = find(handle);
  if (module == NULL) return answer(STATUS_NOT_FOUND);
  module_close(module);
  return STATUS_OK;
}

uint32_t w2c_host_record_read(struct w2c_host *host, uint32_t offset, uint32_t buffer, uint32_t count) {
  void *to = host_span(host, buffer, count);
  if (to == NULL) return answer(STATUS_RANGE);
  uint64_t bytes = (uint64_t)(module_record_end - module_record_start);
  if (offset >= bytes) return 0;
  if (count > bytes - offset) count = (uint32_t)(bytes - offset);
  memcpy(to, module_record_start + offset, count);
  return count;
}
