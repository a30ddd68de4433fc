// The functions that wasm2c's code calls, for ring 3: linear memory is the window at USER_LINEAR_VA, which the kernel
// fills page by page on first touch; a trap is a system call. See wasm-rt.h.
#include "base/string.h"
#include "user/user.h"

#define TABLE_ENTRIES 1024 // of all function tables of the program together

static wasm_rt_funcref_t entries[TABLE_ENTRIES];
static uint32_t entries_used;
static wasm_rt_memory_t *linear; // the program's linear memory, for user_grown

bool wasm_rt_is_initialized(void) {
  return true;
}

void wasm_rt_trap(wasm_rt_trap_t code) {
  user_syscall(SYS_TRAP, (uint64_t)code, 0, 0, 0, 0, 0);
  __builtin_unreachable();
}

// The kernel gives a program one window. It knows the initial size of a program of the image from its table; that of another is told here.
void wasm_rt_allocate_memory(wasm_rt_memory_t *memory, uint64_t initial_pages, uint64_t max_pages, bool is64, uint32_t page_size) {
  *memory = (wasm_rt_memory_t){
      .data = (uint8_t *)USER_LINEAR_VA,
      .pages = initial_pages,
      .max_pages = max_pages,
      .size = initial_pages * page_size,
      .page_size = page_size,
      .is64 = is64,
  };
  linear = memory;
  if ((int64_t)user_syscall(SYS_MEMORY_LIMIT, memory->size, 0, 0, 0, 0, 0) < 0) wasm_rt_trap(WASM_RT_TRAP_OOB);
}

uint64_t user_grown(uint64_t answer) {
  if ((int64_t)answer < 0) return answer;
  linear->pages = answer >> 32;
  linear->size = linear->pages * linear->page_size;
  return answer & 0xffffffff;
}

uint64_t wasm_rt_grow_memory(wasm_rt_memory_t *memory, uint64_t delta_pages) {
  uint64_t before = memory->pages;
  if (delta_pages > memory->max_pages - before) return 0xffffffff;
  uint64_t bytes = (before + delta_pages) * memory->page_size;
  if (delta_pages > 0 && (int64_t)user_syscall(SYS_MEMORY_LIMIT, bytes, 0, 0, 0, 0, 0) < 0) return 0xffffffff;
  memory->pages += delta_pages;
  memory->size = bytes;
  return before;
}

void wasm_rt_free_memory(wasm_rt_memory_t *memory) {
  (void)memory; // the process ends with its memory
}

void wasm_rt_allocate_funcref_table(wasm_rt_funcref_table_t *table, uint32_t elements, uint32_t max_elements) {
  if (elements > TABLE_ENTRIES - entries_used) wasm_rt_trap(WASM_RT_TRAP_EXHAUSTION);
  *table = (wasm_rt_funcref_table_t){.data = entries + entries_used, .max_size = max_elements, .size = elements};
  entries_used += elements;
}

void wasm_rt_free_funcref_table(wasm_rt_funcref_table_t *table) {
  (void)table;
}
