#include "wasm/rt/bits.c"
#include "abi/abi.h"
uint32_t w2c_host_module_builtin(struct w2c_host *host, uint32_t index, uint32_t out) { (void)host; (void)index; (void)out; return (uint32_t)STATUS_NOT_FOUND; }
uint32_t w2c_host_module_open_aot(struct w2c_host *host, uint32_t index) { (void)host; (void)index; return (uint32_t)STATUS_NOT_FOUND; }
uint32_t w2c_host_module_open_builtin_wasm3(struct w2c_host *host, uint32_t index, uint32_t arena_pfn, uint32_t arena_pages) { (void)host; (void)index; (void)arena_pfn; (void)arena_pages; return (uint32_t)STATUS_NOT_FOUND; }
uint32_t w2c_host_module_open_wasm3(struct w2c_host *host, uint64_t offset, uint32_t bytes, uint32_t arena_pfn, uint32_t arena_pages) { (void)host; (void)offset; (void)bytes; (void)arena_pfn; (void)arena_pages; return (uint32_t)STATUS_NOT_FOUND; }
uint32_t w2c_host_module_kind(struct w2c_host *host, uint32_t handle, uint64_t abi) { (void)host; (void)handle; (void)abi; return (uint32_t)STATUS_NOT_FOUND; }
uint32_t w2c_host_module_reset(struct w2c_host *host, uint32_t handle, uint32_t seed, uint64_t fuel) { (void)host; (void)handle; (void)seed; (void)fuel; return (uint32_t)STATUS_NOT_FOUND; }
uint32_t w2c_host_module_decide(struct w2c_host *host, uint32_t handle, uint64_t fuel, uint32_t input, uint32_t input_bytes, uint32_t output, uint32_t output_bytes) { (void)host; (void)handle; (void)fuel; (void)input; (void)input_bytes; (void)output; (void)output_bytes; return (uint32_t)STATUS_NOT_FOUND; }
uint64_t w2c_host_module_fuel_used(struct w2c_host *host, uint32_t handle) { (void)host; (void)handle; return 0; }
uint32_t w2c_host_module_error(struct w2c_host *host, uint32_t handle, uint32_t buffer, uint32_t capacity) { (void)host; (void)handle; (void)buffer; (void)capacity; return 0; }
uint32_t w2c_host_module_close(struct w2c_host *host, uint32_t handle) { (void)host; (void)handle; return (uint32_t)STATUS_NOT_FOUND; }
uint32_t w2c_host_record_read(struct w2c_host *host, uint32_t offset, uint32_t buffer, uint32_t count) { (void)host; (void)offset; (void)buffer; (void)count; return 0; }
// throwaway: ring-0 wasm runtime
#include "base/panic.h"
#include "mem/window.h"
#include "wasm-rt.h"
bool wasm_rt_is_initialized(void){return true;}
void wasm_rt_trap(wasm_rt_trap_t c){panic("wasm trap %d", c);}
static window_t w;
void wasm_rt_allocate_memory(wasm_rt_memory_t*m,uint64_t i,uint64_t x,bool is64,uint32_t ps){ window_reserve(&w); if(window_commit(&w,i*ps)) panic("commit"); *m=(wasm_rt_memory_t){w.base,i,x,i*ps,ps,is64}; }
uint64_t wasm_rt_grow_memory(wasm_rt_memory_t*m,uint64_t d){ if(m->pages+d>m->max_pages||window_commit(&w,(m->pages+d)*m->page_size)) return 0xffffffff; uint64_t b=m->pages; m->pages+=d; m->size=m->pages*m->page_size; return b; }
void wasm_rt_free_memory(wasm_rt_memory_t*m){(void)m;}
static wasm_rt_funcref_t tab[256]; static unsigned used;
void wasm_rt_allocate_funcref_table(wasm_rt_funcref_table_t*t,uint32_t e,uint32_t m){ *t=(wasm_rt_funcref_table_t){tab+used,m,e}; used+=e; }
void wasm_rt_free_funcref_table(wasm_rt_funcref_table_t*t){(void)t;}
