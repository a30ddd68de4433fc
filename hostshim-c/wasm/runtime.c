// The functions that wasm2c's code calls, for ring 0 and the hosted process: linear memories in guard windows, function tables,
// traps. See rt/wasm-rt.h; ring-3 programs have their own (user/wasm_runtime.c).
// Windows and tables are taken from boot memory once and used again after a module is closed, for boot memory is sealed later.
#include "base/limits.h"
#include "base/panic.h"
#include "base/string.h"
#include "mem/window.h"
#include "wasm-rt.h"
#include "wasm/trap.h"

#define TABLES 32 // function tables of all AOT modules
#define CANNOT_GROW 0xffffffffULL

typedef struct {
  window_t window;
  bool used;
} memory_slot_t;

typedef struct {
  wasm_rt_funcref_t *entries;
  uint32_t capacity;
  bool used;
} table_slot_t;

static memory_slot_t memories[WINDOWS];
static table_slot_t tables[TABLES];

bool wasm_rt_is_initialized(void) {
  return true;
}

void wasm_rt_trap(wasm_rt_trap_t code) {
  if (!trap_contained()) panic("kernel.wasm trapped: %s", trap_name((int32_t)code));
  trap_raise((int32_t)code);
}

// The free slot whose window fits best, so that reopening what was open before always succeeds; else a new window. What is not contained is kernel.wasm: it is never closed and
// must not take the window of a policy that is closed now and has to be opened later.
static memory_slot_t *find_memory(uint64_t bytes) {
  memory_slot_t *best = NULL, *fresh = NULL;
  for (uint32_t i = 0; i < WINDOWS; i++) {
    memory_slot_t *slot = &memories[i];
    if (slot->used) continue;
    if (slot->window.base == NULL) {
      if (fresh == NULL) fresh = slot;
    } else if (trap_contained() && slot->window.committed_bytes >= bytes && (best == NULL || slot->window.committed_bytes < best->window.committed_bytes)) {
      best = slot;
    }
  }
  if (best) {
    memset(best->window.base, 0, bytes);
    return best;
  }
  if (fresh == NULL || window_reserve(&fresh->window) != STATUS_OK) return NULL;
  return window_commit(&fresh->window, bytes) == STATUS_OK ? fresh : NULL;
}

static memory_slot_t *slot_of(const wasm_rt_memory_t *memory) {
  for (uint32_t i = 0; i < WINDOWS; i++)
    if (memories[i].used && memories[i].window.base == memory->data) return &memories[i];
  panic("no window belongs to a linear memory");
}

// Without memory a module cannot start: inside a contained call that is its trap, for kernel.wasm a panic.
static _Noreturn void no_memory(const char *what) {
  if (!trap_contained()) panic("no %s for kernel.wasm", what);
  trap_raise(WASM_RT_TRAP_EXHAUSTION);
}

void wasm_rt_allocate_memory(wasm_rt_memory_t *memory, uint64_t initial_pages, uint64_t max_pages, bool is64, uint32_t page_size) {
  uint64_t bytes = initial_pages * page_size;
  memory_slot_t *slot = find_memory(bytes);
  if (slot == NULL) no_memory("linear memory");
  slot->used = true;
  *memory = (wasm_rt_memory_t){
      .data = slot->window.base, .pages = initial_pages, .max_pages = max_pages, .size = bytes, .page_size = page_size, .is64 = is64};
}

uint64_t wasm_rt_grow_memory(wasm_rt_memory_t *memory, uint64_t delta_pages) {
  uint64_t before = memory->pages;
  if (delta_pages == 0) return before;
  if (delta_pages > memory->max_pages - before) return CANNOT_GROW;
  uint64_t bytes = (before + delta_pages) * memory->page_size;
  memory_slot_t *slot = slot_of(memory);
  if (window_commit(&slot->window, bytes) != STATUS_OK) return CANNOT_GROW;
  memory->pages = before + delta_pages;
  memory->size = bytes;
  return before;
}

void wasm_rt_free_memory(wasm_rt_memory_t *memory) {
  if (memory->data == NULL) return;
  slot_of(memory)->used = false;
  *memory = (wasm_rt_memory_t){0};
}

void wasm_rt_allocate_funcref_table(wasm_rt_funcref_table_t *table, uint32_t elements, uint32_t max_elements) {
  table_slot_t *best = NULL, *fresh = NULL;
  for (uint32_t i = 0; i < TABLES; i++) {
    table_slot_t *slot = &tables[i];
    if (slot->used) continue;
    if (slot->entries == NULL) {
      if (fresh == NULL) fresh = slot;
    } else if (slot->capacity >= elements && (best == NULL || slot->capacity < best->capacity)) {
      best = slot;
    }
  }
  if (best == NULL) {
    if (fresh == NULL) no_memory("function table");
    uint64_t bytes = align_up((uint64_t)elements * sizeof(wasm_rt_funcref_t), PAGE_BYTES);
    fresh->entries = boot_memory_take(bytes ? bytes : PAGE_BYTES);
    if (fresh->entries == NULL) no_memory("function table");
    fresh->capacity = elements;
    best = fresh;
  }
  best->used = true;
  memset(best->entries, 0, (uint64_t)elements * sizeof(wasm_rt_funcref_t));
  *table = (wasm_rt_funcref_table_t){.data = best->entries, .max_size = max_elements, .size = elements};
}

void wasm_rt_free_funcref_table(wasm_rt_funcref_table_t *table) {
  for (uint32_t i = 0; i < TABLES; i++)
    if (tables[i].used && tables[i].entries == table->data) tables[i].used = false;
  *table = (wasm_rt_funcref_table_t){0};
}
