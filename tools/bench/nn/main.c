// Measures the vector kernels (hostshim-c/nn) of each instruction set that this processor has. One JSON object a line on stdout.
// Weights lie in a pool larger than any cache and are walked through, as a model's are from token to token; "memory" is the best that one
// core reads from there with plain loads. Processor time, so that other people's work counts less.
#include "nn/nn.h" // before mman.h, whose macros are names of its enumerations

#include <immintrin.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#define POOL_BYTES (192ull << 20)
#define ROUNDS 5
#define MOST_TOKENS 128u
#define SCRATCH_FLOATS (8u << 20)

static uint8_t *pool;
static nn_f32 *x, *y;
static uint8_t *q;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static void *map(uint64_t bytes) {
  void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (p == MAP_FAILED) exit(1);
  return p;
}

static int by_size(const void *a, const void *b) {
  double d = *(const double *)a - *(const double *)b;
  return d < 0 ? -1 : d > 0;
}

// Plain reads in eight streams, 64 bytes at a time.
__attribute__((target("avx2"))) static double read_memory(void) {
  double best = 0;
  for (int round = 0; round < ROUNDS; round++) {
    __m256i sum[8];
    memset(sum, 0, sizeof sum);
    double start = now();
    for (uint64_t at = 0; at < POOL_BYTES; at += 256)
      for (int i = 0; i < 8; i++) sum[i] = _mm256_add_epi8(sum[i], _mm256_load_si256((const __m256i *)(pool + at + 32 * (uint64_t)i)));
    double took = now() - start;
    for (int i = 0; i < 8; i++) q[i] ^= (uint8_t)_mm256_extract_epi8(sum[i], 0);
    if ((double)POOL_BYTES / took > best) best = (double)POOL_BYTES / took;
  }
  return best;
}

static const char *const set_names[] = {"", "sse2", "avx2", "avx512", "emulated"};

static const char *type_name(uint32_t type) {
  return type == NN_F32 ? "F32" : type == NN_F16 ? "F16" : type == NN_Q4_0 ? "Q4_0" : type == NN_Q4_1 ? "Q4_1" : "Q8_0";
}

static void bench_matmul(const nn_kernels_t *set, uint32_t type, uint32_t rows, uint32_t columns, uint32_t tokens) {
  uint64_t bytes = rows * nn_weight_bytes(type, columns);
  const uint8_t *activations = nn_block_bytes(type) > 0 ? q : (const uint8_t *)(const void *)x;
  if (nn_block_bytes(type) > 0)
    for (uint32_t t = 0; t < tokens; t++) set->quantize(x + (uint64_t)t * columns, columns, q + t * nn_quantised_bytes(columns));
  double took[ROUNDS];
  uint64_t calls = POOL_BYTES / bytes;
  // Enough to measure, not more: many tokens take long.
  uint64_t most = 1 + 3000000000ull / ((uint64_t)rows * columns * tokens);
  if (set->isa == NN_SSE2 || set->isa == NN_EMULATED) most = 1 + most / 4;
  if (calls > most) calls = most;
  for (int round = 0; round < ROUNDS; round++) {
    const uint8_t *w = pool;
    double start = now();
    for (uint64_t i = 0; i < calls; i++, w += bytes) set->matmul(type, w, rows, columns, activations, tokens, y, rows);
    took[round] = (now() - start) / (double)calls;
  }
  qsort(took, ROUNDS, sizeof *took, by_size);
  double ns = took[ROUNDS / 2];
  printf("{\"what\":\"matmul\",\"set\":\"%s\",\"type\":\"%s\",\"rows\":%u,\"columns\":%u,\"tokens\":%u,\"ns\":%.0f,\"gigabytesPerSecond\":%.2f,\"gigaMacPerSecond\":%.2f}\n", set_names[set->isa],
         type_name(type), rows, columns, tokens, ns, (double)bytes / ns, (double)rows * columns * tokens / ns);
  fflush(stdout);
}

static void report(const nn_kernels_t *set, const char *what, const char *shape, double ns, double operations) {
  printf("{\"what\":\"%s\",\"set\":\"%s\",\"shape\":\"%s\",\"ns\":%.0f,\"gigaflops\":%.2f}\n", what, set_names[set->isa], shape, ns, operations / ns);
  fflush(stdout);
}

static void bench_gemm(const nn_kernels_t *set, bool turned, uint32_t m, uint32_t k, uint32_t n) {
  double took[ROUNDS], operations = 2.0 * m * k * n;
  nn_f32 *b = x + (uint64_t)m * k;
  int repeat = 1 + (int)(2e8 / operations);
  for (int round = 0; round < ROUNDS; round++) {
    memset(y, 0, (uint64_t)m * n * 4);
    double start = now();
    for (int i = 0; i < repeat; i++) set->gemm(x, turned ? 1 : k, turned ? m : 1, b, m, k, n, y);
    took[round] = (now() - start) / repeat;
  }
  qsort(took, ROUNDS, sizeof *took, by_size);
  char shape[64];
  snprintf(shape, sizeof shape, "%u x %u x %u", m, k, n);
  report(set, turned ? "gemm_tn" : "gemm_nn", shape, took[ROUNDS / 2], operations);
}

static void bench_attention(const nn_kernels_t *set, uint32_t positions) {
  const uint32_t heads = 9, kv_heads = 3, size = 64, stride = kv_heads * size;
  nn_f32 *keys = x + 4096, *values = keys + (uint64_t)positions * stride, *scores = values + (uint64_t)positions * stride;
  double took[ROUNDS];
  for (int round = 0; round < ROUNDS; round++) {
    double start = now();
    for (int i = 0; i < 200; i++) set->attention(x, keys, values, stride, positions, heads, kv_heads, size, scores, y);
    took[round] = (now() - start) / 200;
  }
  qsort(took, ROUNDS, sizeof *took, by_size);
  char shape[64];
  snprintf(shape, sizeof shape, "9 heads of 64, %u positions", positions);
  report(set, "attention", shape, took[ROUNDS / 2], 4.0 * heads * size * positions);
}

static void bench_small(const nn_kernels_t *set) {
  double took[3][ROUNDS];
  const uint32_t n = 1536;
  for (int round = 0; round < ROUNDS; round++) {
    double start = now();
    for (int i = 0; i < 1000; i++) set->quantize(x, n, q);
    took[0][round] = (now() - start) / 1000;
    start = now();
    for (int i = 0; i < 1000; i++) set->rmsnorm(x, x + n, n, 1e-5f, y);
    took[1][round] = (now() - start) / 1000;
    start = now();
    for (int i = 0; i < 1000; i++) set->swiglu(x, x + n, n, y);
    took[2][round] = (now() - start) / 1000;
  }
  static const char *const names[] = {"quantize", "rmsnorm", "swiglu"};
  for (int k = 0; k < 3; k++) {
    qsort(took[k], ROUNDS, sizeof *took[k], by_size);
    report(set, names[k], "1536", took[k][ROUNDS / 2], n);
  }
}

int main(int count, char **arguments) {
  pool = map(POOL_BYTES + 4096);
  x = map(SCRATCH_FLOATS * 4ull);
  y = map(SCRATCH_FLOATS * 4ull);
  q = map(MOST_TOKENS * 2048 * 2);
  uint32_t state = 1;
  for (uint64_t i = 0; i < POOL_BYTES; i += 4) {
    state = state * 1664525 + 1013904223;
    uint32_t bits = (state >> 8 & 0x0fff0fff) | 0x20002000; // as halves and as floats: small and positive
    memcpy(pool + i, &bits, 4);
  }
  for (uint32_t i = 0; i < SCRATCH_FLOATS; i++) {
    state = state * 1664525 + 1013904223;
    x[i] = (float)(int32_t)state * 0x1p-31f;
  }
  printf("{\"what\":\"memory\",\"gigabytesPerSecond\":%.2f}\n", read_memory());
  static const uint32_t shapes[][2] = {{576, 576}, {1536, 576}, {576, 1536}, {49152, 576}};
  static const uint32_t types[] = {NN_Q8_0, NN_Q4_1, NN_Q4_0, NN_F16, NN_F32};
  const char *only = count > 1 ? arguments[1] : "", *only_type = count > 2 ? arguments[2] : "";
  for (uint32_t isa = NN_EMULATED; isa >= NN_SSE2; isa--) {
    const nn_kernels_t *set = nn_kernels(isa);
    if (!set || (*only && !strstr(only, set_names[isa]))) continue;
    for (uint32_t t = 0; t < ARRAY_COUNT(types); t++)
      for (uint32_t s = 0; strstr(type_name(types[t]), only_type) && s < ARRAY_COUNT(shapes); s++) bench_matmul(set, types[t], shapes[s][0], shapes[s][1], 1);
    for (uint32_t t = 0; t < ARRAY_COUNT(types); t++)
      for (uint32_t tokens = 4; strstr(type_name(types[t]), only_type) && tokens <= MOST_TOKENS; tokens = tokens == 4 ? 32 : tokens * 4) bench_matmul(set, types[t], 1536, 576, tokens);
    if (*only_type) continue;
    bench_attention(set, 64);
    bench_attention(set, 256);
    for (int turned = 0; turned < 2; turned++) {
      bench_gemm(set, turned, 512, 128, 512);
      bench_gemm(set, turned, 2048, 192, 192);
      bench_gemm(set, turned, 192, 2048, 512);
      bench_gemm(set, turned, 2048, 192, 1000);
    }
    bench_small(set);
  }
  printf("{\"what\":\"memory\",\"gigabytesPerSecond\":%.2f}\n", read_memory());
  return 0;
}
