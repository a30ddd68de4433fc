// What the processor offers, read once, and switching the protections on. Above base.
#ifndef GANGLION_CPU_FEATURES_H
#define GANGLION_CPU_FEATURES_H

#include "base/types.h"

// Bits of BootInfo.features.
enum { FEATURE_NX = 1, FEATURE_SMEP = 2, FEATURE_SMAP = 4, FEATURE_XSAVE = 8, FEATURE_AVX2 = 16, FEATURE_HYPERVISOR = 32 };

typedef struct {
  uint64_t bits; // FEATURE_…
  bool umip, global_pages, machine_check, rdrand, avx, avx512;
  uint32_t max_leaf, max_hypervisor_leaf;
} cpu_features_t;

extern cpu_features_t cpu_features;

static inline bool cpu_has(uint64_t feature) {
  return (cpu_features.bits & feature) != 0;
}

// Read CPUID; turn on NX, SMEP, SMAP, UMIP, write protection, global pages where offered. `image_va_to_writable` is
// added to an address of the image to reach a writable mapping of it: the stac/clac places are patched in there.
// Call before the final page tables.
void cpu_features_init(uint64_t image_va_to_writable);

// A random number from RDRAND, else mixed out of the time-stamp counter.
uint64_t cpu_entropy(void);

#endif
