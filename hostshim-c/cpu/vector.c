// Vector state: x87, SSE, AVX and AVX-512 by XSAVE, or FXSAVE where there is none. A save area is 832 bytes with AVX, 2688 with AVX-512. Newer units
// stay off. XSAVEOPT, where there is one, writes only what is not in its initial state, so that who uses no wide registers pays nothing for them.
// See vector_state.h.
#include "cpu/vector_state.h"

#include "base/panic.h"
#include "base/string.h"
#include "cpu/features.h"
#include "cpu/registers.h"

#define MXCSR_CLEAN 0x1f80u
#define FCW_CLEAN 0x037fu
// Intel SDM volume 1, section 13.4: legacy region 512 bytes, header 64 bytes.
#define LEGACY_BYTES 512
#define HEADER_BYTES 64
// Components of XCR0: Intel SDM volume 1, section 13.1.
enum { COMPONENT_X87 = 1, COMPONENT_SSE = 2, COMPONENT_AVX = 4, COMPONENTS_AVX512 = 0xe0 }; // opmask, upper halves of 0…15, registers 16…31

static uint8_t *areas; // CONTEXT_SLOTS × area_bytes, 64-byte aligned
static uint32_t area_bytes;
static uint32_t components; // XCR0
static bool optimised; // the processor has XSAVEOPT
static int32_t owner = -1; // slot whose state is in the registers
static bool ring0_active; // between vector_begin and vector_end

static uint8_t clean[LEGACY_BYTES + HEADER_BYTES] __attribute__((aligned(64)));

static uint8_t *area_of(uint32_t slot) {
  return areas + (uint64_t)slot * area_bytes;
}

static void save(uint8_t *area) {
  if (optimised) __asm__ volatile("xsaveopt64 (%0)" ::"r"(area), "a"(components), "d"(0) : "memory");
  else if (components) __asm__ volatile("xsave64 (%0)" ::"r"(area), "a"(components), "d"(0) : "memory");
  else __asm__ volatile("fxsave64 (%0)" ::"r"(area) : "memory");
}

static void load(const uint8_t *area) {
  if (components) __asm__ volatile("xrstor64 (%0)" ::"r"(area), "a"(components), "d"(0) : "memory");
  else __asm__ volatile("fxrstor64 (%0)" ::"r"(area) : "memory");
}

// What the processor has of the units that programs may use; all of AVX-512's components or none, and not without AVX (SDM 13.3).
static uint32_t wanted_components(void) {
  uint32_t wanted = COMPONENT_X87 | COMPONENT_SSE;
  if (!cpu_features.avx) return wanted;
  wanted |= COMPONENT_AVX;
  uint32_t offered = cpu_id(13, 0).eax;
  if (cpu_features.avx512 && (offered & COMPONENTS_AVX512) == COMPONENTS_AVX512) wanted |= COMPONENTS_AVX512;
  return wanted;
}

void vector_init(void) {
  cpu_write_cr0((cpu_read_cr0() & ~(uint64_t)(CR0_EM | CR0_TS)) | CR0_MP | CR0_NE);
  uint64_t cr4 = cpu_read_cr4() | CR4_OSFXSR | CR4_OSXMMEXCPT;
  area_bytes = LEGACY_BYTES;
  if (cpu_has(FEATURE_XSAVE)) {
    cpu_write_cr4(cr4 | CR4_OSXSAVE);
    components = wanted_components();
    __asm__ volatile("xsetbv" ::"c"(0), "a"(components), "d"(0));
    optimised = cpu_id(13, 1).eax & 1;
    area_bytes = (uint32_t)align_up(cpu_id(13, 0).ebx, 64); // for the components switched on
  } else {
    cpu_write_cr4(cr4);
  }
  *(uint16_t *)clean = FCW_CLEAN;
  *(uint32_t *)(clean + 24) = MXCSR_CLEAN; // XSTATE_BV stays 0: xrstor loads the initial state
}

uint64_t vector_memory_bytes(void) {
  return (uint64_t)area_bytes * CONTEXT_SLOTS;
}

void vector_set_memory(void *memory) {
  areas = memory;
}

void vector_reset(uint32_t slot) {
  vector_forget(slot);
  memcpy(area_of(slot), clean, area_bytes < sizeof clean ? area_bytes : sizeof clean);
}

void vector_forget(uint32_t slot) {
  if (owner == (int32_t)slot) owner = -1;
}

void vector_load(uint32_t slot) {
  if (owner == (int32_t)slot) return;
  if (owner >= 0) save(area_of((uint32_t)owner));
  load(area_of(slot));
  owner = (int32_t)slot;
}

void vector_begin(void) {
  panic_unless(!ring0_active);
  if (owner >= 0) save(area_of((uint32_t)owner));
  owner = -1;
  ring0_active = true;
  load(clean);
}

void vector_end(void) {
  ring0_active = false;
}
