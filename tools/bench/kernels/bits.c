// Bench kernel: the C twin of bits.ts.
#include "twins.h"

static uint32_t reverse(uint32_t value) {
  uint32_t x = ((value >> 1) & 0x55555555) | ((value & 0x55555555) << 1);
  x = ((x >> 2) & 0x33333333) | ((x & 0x33333333) << 2);
  x = ((x >> 4) & 0x0f0f0f0f) | ((x & 0x0f0f0f0f) << 4);
  x = ((x >> 8) & 0x00ff00ff) | ((x & 0x00ff00ff) << 8);
  return (x >> 16) | (x << 16);
}

static uint64_t spread(uint64_t value) {
  uint64_t x = value & 0xffffffff;
  x = (x | (x << 16)) & 0x0000ffff0000ffff;
  x = (x | (x << 8)) & 0x00ff00ff00ff00ff;
  x = (x | (x << 4)) & 0x0f0f0f0f0f0f0f0f;
  x = (x | (x << 2)) & 0x3333333333333333;
  return (x | (x << 1)) & 0x5555555555555555;
}

static uint64_t rotate(uint64_t value, uint32_t by) {
  return value << (by & 63) | value >> (-by & 63);
}

uint32_t twin_bits(uint32_t n) {
  uint32_t seed = 1;
  uint64_t sum = 0;
  for (uint32_t i = 0; i < n; i++) {
    seed = seed * 1664525u + 1013904223u;
    uint32_t r = reverse(seed);
    sum ^= spread(r) | spread(seed) << 1;
    sum = rotate(sum, (uint32_t)(__builtin_clz(r | 1) + __builtin_ctz(seed | 0x80000000))) + (seed ^ (seed >> 1));
  }
  return (uint32_t)(sum ^ (sum >> 32));
}
