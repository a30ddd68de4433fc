// The engine for policies that the build compiled into the image: a row of aot_table is its one instance. See module.h.
// Integers only: the policies' own code is compiled apart, with vector registers.
#include "base/panic.h"
#include "cpu/vector.h"
#include "wasm-rt.h"
#include "wasm/module.h"
#include "wasm/trap.h"

#define AOT_MODULES 40
#define WASM_PAGE_SHIFT 16

static bool open_rows[AOT_MODULES];

static const aot_row_t *row_of(const module_t *module) {
  return module->instance;
}

static bool aot_has(const module_t *module, module_export_t which) {
  return which <= MODULE_DECIDE || row_of(module)->weights; // the metering pass checked them
}

static uint64_t aot_call(module_t *module, module_export_t which, uint32_t argument) {
  return row_of(module)->call(which, argument);
}

static uint8_t *aot_memory(module_t *module, uint64_t *bytes) {
  const wasm_rt_memory_t *memory = row_of(module)->memory();
  *bytes = memory->size;
  return memory->data;
}

static void aot_close(module_t *module) {
  row_of(module)->release();
  open_rows[row_of(module) - aot_table] = false;
}

const module_engine_t module_engine_aot = {"aot", aot_has, aot_call, aot_memory, aot_close};

static void run_instantiate(void *row) {
  ((const aot_row_t *)row)->instantiate();
}

static int32_t instantiate(const aot_row_t *row) {
  vector_begin();
  int32_t code = trap_contain(run_instantiate, (void *)(uint64_t)row);
  vector_end();
  return code;
}

void module_init(uint64_t budget_bytes) {
  panic_unless(aot_table_rows <= AOT_MODULES);
  // All at once, so that each gets memory of its own, which is found again when it is opened. First those with weights: they need most, and a small
  // machine shall have them.
  for (uint32_t round = 0; round < 2; round++)
    for (uint32_t i = 0; i < aot_table_rows; i++) {
      uint64_t bytes = (uint64_t)aot_table[i].memory_pages << WASM_PAGE_SHIFT;
      if (aot_table[i].weights != (round == 0) || bytes > budget_bytes) continue;
      if (instantiate(&aot_table[i]) != WASM_RT_TRAP_EXHAUSTION) budget_bytes -= bytes;
    }
  for (uint32_t i = 0; i < aot_table_rows; i++) aot_table[i].release();
}

status_t module_open_aot(uint32_t index, module_t *out) {
  *out = (module_t){0};
  if (index >= aot_table_rows) {
    module_fail(out, "no AOT module %u", index);
    return STATUS_NOT_FOUND;
  }
  const aot_row_t *row = &aot_table[index];
  if (open_rows[index]) {
    module_fail(out, "%s is open already", row->name);
    return STATUS_BUSY;
  }
  int32_t code = instantiate(row);
  if (code == WASM_RT_TRAP_EXHAUSTION) {
    row->release();
    module_fail(out, "this machine has too little memory for %s", row->name);
    return STATUS_NO_MEMORY;
  }
  if (code != 0) {
    row->release();
    module_fail(out, "%s trapped at its start: %s", row->name, trap_name(code));
    return STATUS_TRAP;
  }
  open_rows[index] = true;
  out->engine = &module_engine_aot;
  out->instance = (void *)(uint64_t)row;
  out->fuel = (int64_t *)row->fuel();
  out->depth = (int32_t *)row->depth();
  return STATUS_OK;
}
