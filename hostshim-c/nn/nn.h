// The vector kernels of the mind: what each instruction set supplies, and which one this processor has. One result on all of them, bit for
// bit: the order of summation is docs/mind-kernels.md, the reference kernel-as/ml/nn. Not the import glue: hostshim-c/user/nn.
// Freestanding; no state but what the callers pass, so any thread may call. Above abi and base.
#ifndef GANGLION_NN_NN_H
#define GANGLION_NN_NN_H

#include "base/types.h"

// A float at any address: offsets in linear memory need no alignment.
typedef float nn_f32 __attribute__((aligned(1), may_alias));

enum { NN_SSE2 = 1, NN_AVX2 = 2, NN_AVX512 = 3, NN_EMULATED = 4 };

// Weight types by GGUF's numbers. A block of a Q type is 32 weights: an f16 scale, for Q4_1 an f16 min, then i8[32] or u8[16] (low nibbles first).
enum { NN_F32 = 0, NN_F16 = 1, NN_Q4_0 = 2, NN_Q4_1 = 3, NN_Q8_0 = 8 };
#define NN_BLOCK 32u

// Bytes of a block of a Q type; 0 for another type.
static inline uint32_t nn_block_bytes(uint32_t type) {
  return type == NN_Q8_0 ? 34 : type == NN_Q4_0 ? 18 : type == NN_Q4_1 ? 20 : 0;
}

// Bytes of a quantised row of n activations: i8[n], f32 scale[n / 32], i32 sum[n / 32].
static inline uint64_t nn_quantised_bytes(uint64_t n) {
  return n + n / 4;
}

// Bytes of n weights; n is a multiple of 32 for a Q type.
static inline uint64_t nn_weight_bytes(uint32_t type, uint64_t n) {
  return type == NN_F32 ? n * 4 : type == NN_F16 ? n * 2 : n / NN_BLOCK * nn_block_bytes(type);
}

// Arguments as in docs/abi.md ("Vector kernels"), checked by the caller. Spans do not overlap but where that page says so.
typedef struct {
  uint32_t isa;
  void (*quantize)(const nn_f32 *x, uint32_t n, uint8_t *q);
  void (*dequantize)(uint32_t type, const uint8_t *w, uint32_t n, nn_f32 *y);
  void (*matmul)(uint32_t type, const uint8_t *w, uint32_t rows, uint32_t columns, const uint8_t *x, uint32_t tokens, nn_f32 *y, uint32_t y_stride);
  void (*rmsnorm)(const nn_f32 *x, const nn_f32 *weight, uint32_t n, float eps, nn_f32 *y);
  void (*swiglu)(const nn_f32 *gate, const nn_f32 *up, uint32_t n, nn_f32 *y);
  void (*attention)(const nn_f32 *q, const nn_f32 *keys, const nn_f32 *values, uint32_t stride, uint32_t positions, uint32_t heads, uint32_t kv_heads, uint32_t head_size, nn_f32 *scores, nn_f32 *y);
  // c (m, n) += A (m, k) · b (k, n), where A[i][j] = a[i × row_step + j × k_step].
  void (*gemm)(const nn_f32 *a, uint64_t row_step, uint64_t k_step, const nn_f32 *b, uint32_t m, uint32_t k, uint32_t n, nn_f32 *c);
} nn_kernels_t;

extern const nn_kernels_t nn_sse2, nn_avx2, nn_avx512, nn_emulated;

// The kernels of an instruction set, or NULL where the processor, or its operating system, has it not.
const nn_kernels_t *nn_kernels(uint32_t isa);

// The fastest kernels that nn_kernels() gives; under QEMU's translator nn_emulated, where it has AVX2.
const nn_kernels_t *nn_best(void);

#endif
