// validator.h: an instance of the compiled validator for each call, in the scratch window. Also what wasm2c's code of that one
// module calls (wasm-rt.h): its memory is the window, so a program that links this has no other module of wasm2c, and not
// user/wasm_runtime.c. wasm_rt_trap is in validator_user.c or the harness: the validator traps only by a fault of our own.
#include "user/validate/validator.h"

#include "base/string.h"
#include "wasm-rt.h"
#include "moduleValidator.h"

// The first memory of the compiled module; the target "validator" of asconfig.json says so.
#define INITIAL_BYTES WASM_RT_PAGE_BYTES

bool wasm_rt_is_initialized(void) {
  return true;
}

void wasm_rt_allocate_memory(wasm_rt_memory_t *memory, uint64_t initial_pages, uint64_t max_pages, bool is64, uint32_t page_size) {
  if (initial_pages * page_size != INITIAL_BYTES) wasm_rt_trap(WASM_RT_TRAP_EXHAUSTION); // not what validate_module made
  *memory = (wasm_rt_memory_t){
      .data = (uint8_t *)VALIDATOR_WINDOW_VA,
      .pages = initial_pages,
      .max_pages = max_pages,
      .size = INITIAL_BYTES,
      .page_size = page_size,
      .is64 = is64,
  };
}

uint64_t wasm_rt_grow_memory(wasm_rt_memory_t *memory, uint64_t delta_pages) {
  uint64_t before = memory->pages;
  if (delta_pages > memory->max_pages - before) return 0xffffffff;
  uint64_t bytes = (before + delta_pages) * memory->page_size;
  if (validator_scratch(bytes) != STATUS_OK) return 0xffffffff;
  memory->pages += delta_pages;
  memory->size = bytes;
  return before;
}

void wasm_rt_free_memory(wasm_rt_memory_t *memory) {
  (void)memory; // validate_module gives the window back
}

static void judge(const uint8_t *bytes, uint32_t count, uint32_t nesting, verdict_t *out) {
  w2c_moduleValidator instance;
  wasm2c_moduleValidator_instantiate(&instance);
  uint32_t at = w2c_moduleValidator_place(&instance, count, nesting);
  if (at == 0) {
    out->status = STATUS_NO_MEMORY;
    memcpy(out->text, "no memory to validate it in", sizeof "no memory to validate it in");
    return;
  }
  uint8_t *memory = instance.w2c_memory.data;
  memcpy(memory + at, bytes, count);
  out->status = (status_t)w2c_moduleValidator_validate(&instance, count, nesting);
  out->offset = w2c_moduleValidator_offset(&instance);
  out->nesting = w2c_moduleValidator_nesting(&instance);
  out->uses = w2c_moduleValidator_uses(&instance);
  out->functions = w2c_moduleValidator_functions(&instance);
  memcpy(out->text, memory + w2c_moduleValidator_text(&instance), VERDICT_TEXT_BYTES);
}

status_t validate_module(const uint8_t *bytes, uint32_t count, uint32_t nesting, verdict_t *out) {
  *out = (verdict_t){.status = validator_scratch(INITIAL_BYTES)};
  if (out->status != STATUS_OK) {
    memcpy(out->text, "no memory to validate it in", sizeof "no memory to validate it in");
    return out->status;
  }
  judge(bytes, count, nesting, out);
  validator_scratch(0);
  return out->status;
}
