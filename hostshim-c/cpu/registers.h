// One inline function per privileged instruction or register. No decisions. Above base.
#ifndef GANGLION_CPU_REGISTERS_H
#define GANGLION_CPU_REGISTERS_H

#include "base/types.h"

#define MSR_APIC_BASE 0x1b
#define MSR_EFER 0xc0000080
#define MSR_STAR 0xc0000081
#define MSR_LSTAR 0xc0000082
#define MSR_FMASK 0xc0000084

#define EFER_SYSCALL (1u << 0)
#define EFER_NX (1u << 11)

#define CR0_MP (1u << 1)
#define CR0_EM (1u << 2)
#define CR0_TS (1u << 3)
#define CR0_NE (1u << 5)
#define CR0_WP (1u << 16)
#define CR4_MCE (1u << 6)
#define CR4_PGE (1u << 7)
#define CR4_OSFXSR (1u << 9)
#define CR4_OSXMMEXCPT (1u << 10)
#define CR4_UMIP (1u << 11)
#define CR4_OSXSAVE (1u << 18)
#define CR4_SMEP (1u << 20)
#define CR4_SMAP (1u << 21)

#define RFLAGS_IF (1u << 9)

typedef struct {
  uint32_t eax, ebx, ecx, edx;
} cpuid_t;

static inline cpuid_t cpu_id(uint32_t leaf, uint32_t subleaf) {
  cpuid_t r;
  __asm__ volatile("cpuid" : "=a"(r.eax), "=b"(r.ebx), "=c"(r.ecx), "=d"(r.edx) : "a"(leaf), "c"(subleaf));
  return r;
}

static inline uint64_t cpu_read_msr(uint32_t msr) {
  uint32_t low, high;
  __asm__ volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(msr));
  return (uint64_t)high << 32 | low;
}

static inline void cpu_write_msr(uint32_t msr, uint64_t value) {
  __asm__ volatile("wrmsr" ::"c"(msr), "a"((uint32_t)value), "d"((uint32_t)(value >> 32)) : "memory");
}

#define CPU_CONTROL_REGISTER(name)                                       \
  static inline uint64_t cpu_read_##name(void) {                         \
    uint64_t value;                                                      \
    __asm__ volatile("mov %%" #name ", %0" : "=r"(value)::"memory");     \
    return value;                                                        \
  }                                                                      \
  static inline void cpu_write_##name(uint64_t value) {                  \
    __asm__ volatile("mov %0, %%" #name ::"r"(value) : "memory");        \
  }
CPU_CONTROL_REGISTER(cr0)
CPU_CONTROL_REGISTER(cr2)
CPU_CONTROL_REGISTER(cr3)
CPU_CONTROL_REGISTER(cr4)

static inline uint64_t cpu_read_tsc(void) {
  uint32_t low, high;
  __asm__ volatile("rdtsc" : "=a"(low), "=d"(high)::"memory");
  return (uint64_t)high << 32 | low;
}

static inline void cpu_invalidate_page(uint64_t va) {
  __asm__ volatile("invlpg (%0)" ::"r"(va) : "memory");
}

static inline void cpu_pause(void) {
  __asm__ volatile("pause" ::: "memory");
}

#endif
