// What both engines share: budgets, containment, buffers, error texts. See module.h.
#include "wasm/module.h"

#include "base/fmt.h"
#include "cpu/vector.h"
#include "wasm/trap.h"

#define DEPTH_LIMIT 128 // CALL_DEPTH of tools/build/meter.ts

static const char *const export_names[MODULE_EXPORTS] = {
    "policy_kind", "policy_abi", "policy_input", "policy_input_capacity", "policy_output", "policy_output_bytes", "policy_reset", "policy_decide",
    "policy_weights_bytes", "policy_weights_active", "policy_weights_staging", "policy_weights_commit",
};

void module_fail(module_t *module, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  fmt_vformat(module->error, sizeof module->error, format, arguments);
  va_end(arguments);
}

typedef struct {
  module_t *module;
  module_export_t which;
  uint32_t argument;
  uint64_t result;
} call_t;

static void run_call(void *argument) {
  call_t *call = argument;
  call->result = call->module->engine->call(call->module, call->which, call->argument);
}

// Fuel left; below zero where it ran out.
static int64_t fuel_left(const module_t *module) {
  if (module->fuel == NULL) return module->budget;
  return module->counted && module->budget < *module->fuel ? module->budget : *module->fuel;
}

static status_t explain_trap(module_t *module, module_export_t which, int32_t code, uint64_t fuel) {
  const char *name = export_names[which];
  if (fuel_left(module) < 0) {
    module_fail(module, "%s ran out of fuel: %lu points", name, fuel);
    return STATUS_OUT_OF_FUEL;
  }
  if (module->depth && *module->depth > DEPTH_LIMIT) module_fail(module, "%s trapped: calls nest deeper than %d", name, DEPTH_LIMIT);
  else module_fail(module, "%s trapped: %s", name, trap_name(code));
  return STATUS_TRAP;
}

status_t module_call(module_t *module, module_export_t which, uint32_t argument, uint64_t fuel, uint64_t *result) {
  if (!module->engine->has(module, which)) {
    module_fail(module, "export %s is missing or has another type", export_names[which]);
    return STATUS_UNSUPPORTED;
  }
  if (fuel > INT64_MAX) fuel = INT64_MAX;
  // A metered module stops by itself; the engine's budget stands behind it and, where the build metered it, never runs out first.
  module->budget = module->fuel && fuel < INT64_MAX ? (int64_t)fuel + 1 : (int64_t)fuel;
  if (module->fuel) *module->fuel = (int64_t)fuel;
  if (module->depth) *module->depth = 0;
  call_t call = {module, which, argument, 0};
  vector_begin();
  int32_t code = trap_contain(run_call, &call);
  vector_end();
  int64_t left = fuel_left(module);
  module->fuel_used = left < 0 ? fuel : fuel - (uint64_t)left;
  if (code != 0) return explain_trap(module, which, code, fuel);
  *result = call.result;
  return STATUS_OK;
}

uint8_t *module_span(module_t *module, uint32_t start, uint64_t bytes) {
  uint64_t size = 0;
  uint8_t *memory = module->engine->memory(module, &size);
  return memory && span_inside(start, bytes, size) ? memory + start : NULL;
}

status_t module_bind(module_t *module) {
  if (module->bound) return STATUS_OK;
  for (module_export_t which = MODULE_KIND; which <= MODULE_DECIDE; which++) {
    if (module->engine->has(module, which)) continue;
    module_fail(module, "export %s is missing or has another type", export_names[which]);
    return STATUS_UNSUPPORTED;
  }
  uint32_t *const wanted[] = {&module->input, &module->input_capacity, &module->output, &module->output_bytes};
  for (unsigned i = 0; i < ARRAY_COUNT(wanted); i++) {
    uint64_t value;
    status_t status = module_call(module, MODULE_INPUT + i, 0, MODULE_QUERY_FUEL, &value);
    if (status != STATUS_OK) return status;
    *wanted[i] = (uint32_t)value;
  }
  if (module_span(module, module->input, module->input_capacity) == NULL || module_span(module, module->output, module->output_bytes) == NULL) {
    module_fail(module, "its input or output buffer lies outside its memory");
    return STATUS_RANGE;
  }
  module->bound = true;
  return STATUS_OK;
}

// An export that only tells something: what it computes for long it cannot tell.
static status_t ask(module_t *module, module_export_t which, uint32_t *answer) {
  uint64_t value;
  status_t status = module_call(module, which, 0, MODULE_QUERY_FUEL, &value);
  if (status == STATUS_OK) *answer = (uint32_t)value;
  return status == STATUS_OUT_OF_FUEL ? STATUS_TRAP : status;
}

status_t module_weights_size(module_t *module, uint32_t *bytes) {
  for (module_export_t which = MODULE_WEIGHTS_BYTES; which <= MODULE_WEIGHTS_COMMIT; which++) {
    if (module->engine->has(module, which)) continue;
    module_fail(module, "it has no weights: export %s is missing or has another type", export_names[which]);
    return STATUS_UNSUPPORTED;
  }
  if (module->weights_bytes == 0) {
    uint32_t wanted = 0;
    status_t status = ask(module, MODULE_WEIGHTS_BYTES, &wanted);
    if (status != STATUS_OK) return status;
    if (wanted == 0 || wanted > WEIGHTS_BYTES) {
      module_fail(module, "it has %u bytes of weights; there may be 1 to %u", wanted, (uint32_t)WEIGHTS_BYTES);
      return STATUS_RANGE;
    }
    module->weights_bytes = wanted;
  }
  *bytes = module->weights_bytes;
  return STATUS_OK;
}

status_t module_weights_at(module_t *module, module_export_t which, uint8_t **at) {
  uint32_t bytes, start = 0;
  status_t status = module_weights_size(module, &bytes);
  if (status == STATUS_OK) status = ask(module, which, &start); // asked each time: a module may take over by exchanging two buffers
  if (status != STATUS_OK) return status;
  *at = module_span(module, start, bytes);
  if (*at) return STATUS_OK;
  module_fail(module, "its weights lie outside its memory");
  return STATUS_RANGE;
}

static void run_close(void *argument) {
  module_t *module = argument;
  module->engine->close(module);
}

void module_close(module_t *module) {
  if (module->engine == NULL) return;
  vector_begin();
  trap_contain(run_close, module);
  vector_end();
  *module = (module_t){0};
}
