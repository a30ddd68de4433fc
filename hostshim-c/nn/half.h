// IEEE half precision as 16 bits, from and to f32, by integers alone; the same steps as kernel-as/ml/nn/half.ts.
#ifndef GANGLION_NN_HALF_H
#define GANGLION_NN_HALF_H

#include "base/types.h"

static inline float nn_float_of(uint32_t bits) {
  float value;
  __builtin_memcpy(&value, &bits, sizeof value);
  return value;
}

static inline uint32_t nn_bits_of(float value) {
  uint32_t bits;
  __builtin_memcpy(&bits, &value, sizeof bits);
  return bits;
}

// The 16 bits at p, which need not be aligned.
static inline uint32_t nn_load_16(const uint8_t *p) {
  uint16_t bits;
  __builtin_memcpy(&bits, p, sizeof bits);
  return bits;
}

// Exact. As an f32 the bits are too small by 2^112, subnormal halves too.
static inline float nn_from_half(uint32_t half) {
  uint32_t sign = (half & 0x8000) << 16, magnitude = (half & 0x7fff) << 13;
  if ((half & 0x7c00) == 0x7c00) return nn_float_of(sign | magnitude | 0x7f800000);
  return nn_float_of(sign | nn_bits_of(nn_float_of(magnitude) * 0x1p112f));
}

// The nearest half, ties to even; beyond the greatest is infinity.
static inline uint32_t nn_to_half(float value) {
  uint32_t bits = nn_bits_of(value), sign = bits >> 16 & 0x8000, magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  if (magnitude >= 0x477ff000) return sign | 0x7c00; // 65520
  if (magnitude <= 0x33000000) return sign; // 2^-25
  if (magnitude >= 0x38800000) return sign | (magnitude - 0x38000000 + 0xfff + (magnitude >> 13 & 1)) >> 13; // from 2^-14
  uint32_t shift = 126 - (magnitude >> 23), mantissa = (magnitude & 0x7fffff) | 0x800000;
  uint32_t floor = mantissa >> shift, rest = mantissa & ((1u << shift) - 1), middle = 1u << (shift - 1);
  return sign | (floor + (rest > middle || (rest == middle && (floor & 1))));
}

#endif
