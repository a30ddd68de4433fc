// What C code emitted by wasm2c 1.0.39 needs from its runtime: types, limits and the calls it makes.
// Not an implementation: whoever links generated code (ring 0, the hosted process, ring-3 programs) supplies the functions below.
// Freestanding. Memories lie in guard windows, so loads and stores carry no bounds check; stack depth is not counted (each
// stack has a guard page). Compile generated code with `-I hostshim-c/wasm/rt -isystem hostshim-c/wasm/rt/include`.
#ifndef GANGLION_WASM_RT_H
#define GANGLION_WASM_RT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LIKELY(x) __builtin_expect(!!(x), 1)
#define UNLIKELY(x) __builtin_expect(!!(x), 0)

#define WABT_BIG_ENDIAN 0
#define WASM_RT_MEMCHECK_GUARD_PAGES 1
#define WASM_RT_STACK_DEPTH_COUNT 0
#define WASM_RT_USE_SEGUE 0
#define WASM_RT_SEGUE_FREE_SEGMENT 0
#define WASM_RT_SANITY_CHECKS 0
#define WASM_RT_MAX_CALL_STACK_DEPTH 0

// -ffreestanding turns the plain names into calls; the builtins of constant size become moves.
#define wasm_rt_memcpy __builtin_memcpy

// A 32-bit address plus a 32-bit offset plus the widest access reach less than this beyond a memory's start.
#define WASM_RT_PAGE_BYTES 0x10000ULL
#define WASM_RT_WINDOW_BYTES 0x200010000ULL

typedef enum {
  WASM_RT_TRAP_NONE = 0,
  WASM_RT_TRAP_OOB = 1,
  WASM_RT_TRAP_INT_OVERFLOW = 2,
  WASM_RT_TRAP_DIV_BY_ZERO = 3,
  WASM_RT_TRAP_INVALID_CONVERSION = 4,
  WASM_RT_TRAP_UNREACHABLE = 5,
  WASM_RT_TRAP_CALL_INDIRECT = 6,
  WASM_RT_TRAP_UNCAUGHT_EXCEPTION = 7,
  WASM_RT_TRAP_UNALIGNED = 8,
  WASM_RT_TRAP_EXHAUSTION = 9, // of the stack
} wasm_rt_trap_t;

typedef enum { WASM_RT_I32, WASM_RT_I64, WASM_RT_F32, WASM_RT_F64, WASM_RT_V128, WASM_RT_FUNCREF, WASM_RT_EXTERNREF, WASM_RT_EXNREF } wasm_rt_type_t;

// A function type is 32 bytes of SHA-256; the pointer is equal for equal types of one module.
typedef const char *wasm_rt_func_type_t;
typedef void (*wasm_rt_function_ptr_t)(void);

struct wasm_rt_tailcallee_t;
typedef struct wasm_rt_tailcallee_t {
  void (*fn)(void **instance_ptr, void *tail_call_stack, struct wasm_rt_tailcallee_t *next);
} wasm_rt_tailcallee_t;

typedef struct {
  wasm_rt_func_type_t func_type;
  wasm_rt_function_ptr_t func;
  wasm_rt_tailcallee_t func_tailcallee;
  void *module_instance;
} wasm_rt_funcref_t;

typedef void *wasm_rt_externref_t;

#define wasm_rt_funcref_null_value ((wasm_rt_funcref_t){NULL, NULL, {NULL}, NULL})
#define wasm_rt_externref_null_value ((wasm_rt_externref_t){NULL})

// Linear memory: `data` is the start of a guard window; bytes from `size` to its end fault.
// Generated code reads data, pages and size; max_pages, page_size and is64 are the runtime's.
typedef struct {
  uint8_t *data;
  uint64_t pages, max_pages;
  uint64_t size; // bytes
  uint32_t page_size;
  bool is64;
} wasm_rt_memory_t;

typedef struct {
  wasm_rt_funcref_t *data;
  uint32_t max_size;
  uint32_t size;
} wasm_rt_funcref_table_t;

typedef struct {
  wasm_rt_externref_t *data;
  uint32_t max_size;
  uint32_t size;
} wasm_rt_externref_table_t;

// ---- supplied by whoever links the code ----

bool wasm_rt_is_initialized(void);

// Ends the module call. Never returns to generated code.
__attribute__((noreturn)) void wasm_rt_trap(wasm_rt_trap_t code);

// `initial_pages` zeroed pages of `page_size` bytes at the start of a guard window.
void wasm_rt_allocate_memory(wasm_rt_memory_t *memory, uint64_t initial_pages, uint64_t max_pages, bool is64, uint32_t page_size);
// Returns the pages before, or 2^32 − 1 where it cannot grow. New pages are zero.
uint64_t wasm_rt_grow_memory(wasm_rt_memory_t *memory, uint64_t delta_pages);
void wasm_rt_free_memory(wasm_rt_memory_t *memory);

void wasm_rt_allocate_funcref_table(wasm_rt_funcref_table_t *table, uint32_t elements, uint32_t max_elements);
void wasm_rt_free_funcref_table(wasm_rt_funcref_table_t *table);

#endif
