// CPUID and the protections that follow from it. See features.h.
#include "cpu/features.h"

#include "cpu/registers.h"

cpu_features_t cpu_features;

// Each row: the address of a 3-byte no-op in the text, and the third byte of the instruction that it becomes
// (0f 01 ca: clac, 0f 01 cb: stac). Without SMAP the two do not exist.
typedef struct {
  uint64_t va;
  uint64_t last_byte;
} smap_patch_t;
extern const smap_patch_t smap_patches_start[], smap_patches_end[];

static void read_features(void) {
  cpu_features_t *f = &cpu_features;
  f->max_leaf = cpu_id(0, 0).eax;
  cpuid_t one = cpu_id(1, 0);
  f->global_pages = one.edx & (1u << 13);
  f->machine_check = one.edx & (1u << 7);
  f->rdrand = one.ecx & (1u << 30);
  f->avx = one.ecx & (1u << 28);
  if (one.ecx & (1u << 26)) f->bits |= FEATURE_XSAVE;
  if (one.ecx & (1u << 31)) {
    f->bits |= FEATURE_HYPERVISOR;
    f->max_hypervisor_leaf = cpu_id(0x40000000, 0).eax;
  }
  if (f->max_leaf >= 7) {
    cpuid_t seven = cpu_id(7, 0);
    if (seven.ebx & (1u << 5)) f->bits |= FEATURE_AVX2;
    if (seven.ebx & (1u << 7)) f->bits |= FEATURE_SMEP;
    f->avx512 = seven.ebx & (1u << 16);
    if (seven.ebx & (1u << 20)) f->bits |= FEATURE_SMAP;
    f->umip = seven.ecx & (1u << 2);
  }
  if (cpu_id(0x80000000, 0).eax >= 0x80000001 && (cpu_id(0x80000001, 0).edx & (1u << 20))) f->bits |= FEATURE_NX;
}

static void patch_smap(uint64_t image_va_to_writable) {
  for (const smap_patch_t *patch = smap_patches_start; patch < smap_patches_end; patch++) {
    volatile uint8_t *code = (volatile uint8_t *)(patch->va + image_va_to_writable);
    code[0] = 0x0f;
    code[1] = 0x01;
    code[2] = (uint8_t)patch->last_byte;
  }
  cpu_id(0, 0); // serialises: no stale instruction is executed
}

void cpu_features_init(uint64_t image_va_to_writable) {
  read_features();
  uint64_t cr4 = cpu_read_cr4();
  if (cpu_features.global_pages) cr4 |= CR4_PGE;
  if (cpu_features.machine_check) cr4 |= CR4_MCE; // else such a fault resets the machine without a word
  if (cpu_has(FEATURE_SMEP)) cr4 |= CR4_SMEP;
  if (cpu_features.umip) cr4 |= CR4_UMIP;
  if (cpu_has(FEATURE_SMAP)) {
    patch_smap(image_va_to_writable);
    cr4 |= CR4_SMAP;
  }
  cpu_write_cr4(cr4);
  cpu_write_cr0(cpu_read_cr0() | CR0_WP);
  if (cpu_has(FEATURE_NX)) cpu_write_msr(MSR_EFER, cpu_read_msr(MSR_EFER) | EFER_NX);
}

uint64_t cpu_entropy(void) {
  if (cpu_features.rdrand) {
    for (int tries = 0; tries < 10; tries++) {
      uint64_t value;
      bool ok;
      __asm__ volatile("rdrand %0" : "=r"(value), "=@ccc"(ok));
      if (ok) return value;
    }
  }
  static uint64_t state;
  state += cpu_read_tsc() + 0x9e3779b97f4a7c15;
  uint64_t mixed = (state ^ (state >> 30)) * 0xbf58476d1ce4e5b9; // splitmix64's finaliser
  mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
  return mixed ^ (mixed >> 31);
}
