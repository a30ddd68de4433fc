// Which instruction set this processor has and its operating system saves (CPUID, and XGETBV for the latter). See nn.h.
#include "nn/nn.h"

typedef struct {
  uint32_t eax, ebx, ecx, edx;
} leaf_t;

static leaf_t cpu_leaf(uint32_t leaf, uint32_t subleaf) {
  leaf_t r;
  __asm__ volatile("cpuid" : "=a"(r.eax), "=b"(r.ebx), "=c"(r.ecx), "=d"(r.edx) : "a"(leaf), "c"(subleaf));
  return r;
}

// Intel SDM volume 2, CPUID; volume 1, section 13.3 for XCR0.
#define ONE_ECX_OSXSAVE (1u << 27)
#define ONE_ECX_AVX (1u << 28)
#define ONE_ECX_F16C (1u << 29)
#define SEVEN_EBX_AVX2 (1u << 5)
#define SEVEN_EBX_AVX512 (1u << 16 | 1u << 17 | 1u << 30 | 1u << 31) // F, DQ, BW, VL
#define SEVEN_ECX_VNNI (1u << 11)
#define XCR0_AVX 0x06u // SSE and AVX state
#define XCR0_AVX512 0xe6u // and opmask, upper halves, upper registers

#define ONE_ECX_HYPERVISOR (1u << 31)
#define HYPERVISOR_LEAF 0x40000000u

// QEMU's translator names itself TCGTCGTCGTCG.
static bool is_translated(void) {
  if (!(cpu_leaf(1, 0).ecx & ONE_ECX_HYPERVISOR)) return false;
  leaf_t who = cpu_leaf(HYPERVISOR_LEAF, 0);
  return who.ebx == 0x54474354 && who.ecx == 0x43544743 && who.edx == 0x47435447;
}

// The widest set. Whether the processor is a real one does not matter here.
static uint32_t widest(void) {
  if (cpu_leaf(0, 0).eax < 7) return NN_SSE2;
  uint32_t one = cpu_leaf(1, 0).ecx;
  if (~one & (ONE_ECX_OSXSAVE | ONE_ECX_AVX | ONE_ECX_F16C)) return NN_SSE2;
  uint32_t enabled, high;
  __asm__ volatile("xgetbv" : "=a"(enabled), "=d"(high) : "c"(0));
  leaf_t seven = cpu_leaf(7, 0);
  if ((enabled & XCR0_AVX) != XCR0_AVX || !(seven.ebx & SEVEN_EBX_AVX2)) return NN_SSE2;
  if ((enabled & XCR0_AVX512) != XCR0_AVX512 || ~seven.ebx & SEVEN_EBX_AVX512 || !(seven.ecx & SEVEN_ECX_VNNI)) return NN_AVX2;
  return NN_AVX512;
}

const nn_kernels_t *nn_kernels(uint32_t isa) {
  static const nn_kernels_t *const sets[] = {NULL, &nn_sse2, &nn_avx2, &nn_avx512, &nn_emulated};
  if (isa == 0 || isa >= ARRAY_COUNT(sets)) return NULL;
  return (isa == NN_EMULATED ? NN_AVX2 : isa) <= widest() ? sets[isa] : NULL;
}

const nn_kernels_t *nn_best(void) {
  uint32_t isa = widest();
  return nn_kernels(isa >= NN_AVX2 && is_translated() ? NN_EMULATED : isa);
}
