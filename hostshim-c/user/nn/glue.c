// Import module "nn": reads arguments, checks each span against linear memory once, validates, and calls the kernels of the instruction set
// in use. Linked into programs that import it, in ring 3 and hosted. A span outside traps as a load there would; counts that make no
// sense trap as the reference's `unreachable` does. One thread a process calls it.
#include "user/nn/glue.h"

#include "abi/nn.h"
#include "nn/nn.h"

static const nn_kernels_t *kernels;

static const nn_kernels_t *in_use(void) {
  if (!kernels) kernels = nn_best();
  return kernels;
}

static void require(bool holds) {
  if (!holds) wasm_rt_trap(WASM_RT_TRAP_UNREACHABLE);
}

static uint8_t *span(uint32_t start, uint64_t bytes) {
  const wasm_rt_memory_t *memory = nn_memory();
  if (!span_inside(start, bytes, memory->size)) wasm_rt_trap(WASM_RT_TRAP_OOB);
  return memory->data + start;
}

static nn_f32 *floats(uint32_t start, uint64_t count) {
  return (nn_f32 *)span(start, count * 4);
}

// An i32 that counts something: at most 2^31 − 1, so that a product of two of them and 4 fits 64 bits.
static uint32_t count_of(uint32_t value) {
  require((int32_t)value >= 0);
  return value;
}

uint32_t w2c_nn_isa(struct w2c_nn *nn) {
  (void)nn;
  return in_use()->isa;
}

uint32_t w2c_nn_select(struct w2c_nn *nn, uint32_t isa) {
  (void)nn;
  const nn_kernels_t *found = nn_kernels(isa);
  if (!found) return (uint32_t)STATUS_UNSUPPORTED;
  kernels = found;
  return STATUS_OK;
}

void w2c_nn_quantize(struct w2c_nn *nn, uint32_t x, uint32_t n, uint32_t q) {
  (void)nn;
  require(count_of(n) % NN_BLOCK == 0);
  const nn_f32 *from = floats(x, n);
  in_use()->quantize(from, n, span(q, nn_quantised_bytes(n)));
}

static void require_weights(uint32_t type, uint32_t columns) {
  require(type == NN_F32 || type == NN_F16 || (nn_block_bytes(type) > 0 && columns % NN_BLOCK == 0));
}

void w2c_nn_dequantize(struct w2c_nn *nn, uint32_t type, uint32_t w, uint32_t n, uint32_t y) {
  (void)nn;
  require_weights(type, count_of(n));
  const uint8_t *from = span(w, nn_weight_bytes(type, n));
  in_use()->dequantize(type, from, n, floats(y, n));
}

void w2c_nn_matmul(struct w2c_nn *nn, uint32_t type, uint32_t w, uint32_t rows, uint32_t columns, uint32_t x, uint32_t tokens, uint32_t y, uint32_t y_stride) {
  (void)nn;
  require_weights(type, count_of(columns));
  require(count_of(y_stride) >= count_of(rows));
  if (rows == 0 || count_of(tokens) == 0) return;
  const uint8_t *weights = span(w, rows * nn_weight_bytes(type, columns));
  uint64_t x_bytes = nn_block_bytes(type) > 0 ? nn_quantised_bytes(columns) : columns * 4ull;
  const uint8_t *activations = span(x, tokens * x_bytes);
  in_use()->matmul(type, weights, rows, columns, activations, tokens, floats(y, (tokens - 1ull) * y_stride + rows), y_stride);
}

void w2c_nn_rmsnorm(struct w2c_nn *nn, uint32_t x, uint32_t weight, uint32_t n, float eps, uint32_t y) {
  (void)nn;
  require(count_of(n) > 0);
  const nn_f32 *from = floats(x, n), *by = floats(weight, n);
  in_use()->rmsnorm(from, by, n, eps, floats(y, n));
}

void w2c_nn_swiglu(struct w2c_nn *nn, uint32_t gate, uint32_t up, uint32_t n, uint32_t y) {
  (void)nn;
  const nn_f32 *a = floats(gate, count_of(n)), *b = floats(up, n);
  in_use()->swiglu(a, b, n, floats(y, n));
}

void w2c_nn_attention(struct w2c_nn *nn, uint32_t q, uint32_t keys, uint32_t values, uint32_t stride, uint32_t positions, uint32_t heads, uint32_t kv_heads, uint32_t head_size,
                      uint32_t scores, uint32_t y) {
  (void)nn;
  require(count_of(positions) > 0 && count_of(heads) > 0 && count_of(kv_heads) > 0 && count_of(head_size) > 0);
  uint64_t position = (uint64_t)kv_heads * head_size;
  require(heads % kv_heads == 0 && count_of(stride) >= position);
  uint64_t cache = (positions - 1ull) * stride + position, all = (uint64_t)heads * head_size;
  const nn_f32 *query = floats(q, all), *k = floats(keys, cache), *v = floats(values, cache);
  nn_f32 *scratch = floats(scores, positions);
  in_use()->attention(query, k, v, stride, positions, heads, kv_heads, head_size, scratch, floats(y, all));
}

static void gemm(uint32_t a, uint64_t row_step, uint64_t k_step, uint32_t b, uint32_t m, uint32_t k, uint32_t n, uint32_t c) {
  const nn_f32 *left = floats(a, (uint64_t)m * k), *right = floats(b, (uint64_t)k * n);
  in_use()->gemm(left, row_step, k_step, right, m, k, n, floats(c, (uint64_t)m * n));
}

void w2c_nn_gemm_nn(struct w2c_nn *nn, uint32_t a, uint32_t b, uint32_t m, uint32_t k, uint32_t n, uint32_t c) {
  (void)nn;
  gemm(a, count_of(k), 1, b, count_of(m), k, count_of(n), c);
}

void w2c_nn_gemm_tn(struct w2c_nn *nn, uint32_t a, uint32_t b, uint32_t m, uint32_t k, uint32_t n, uint32_t c) {
  (void)nn;
  gemm(a, 1, count_of(m), b, m, count_of(k), count_of(n), c);
}
