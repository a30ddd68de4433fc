// Vectors of LANES floats, and sums in the dot order over them. Included by each instruction set's file, which defines LANES first and
// then the operations that differ: see vector_sse2.h. No include guard against a second set: one set a translation unit.
#ifndef GANGLION_NN_VECTOR_H
#define GANGLION_NN_VECTOR_H

#include <immintrin.h>

#include "nn/half.h"
#include "nn/nn.h"

#define VECTOR_BYTES (LANES * 4)
#define ALWAYS static inline __attribute__((always_inline))

typedef float vf __attribute__((vector_size(VECTOR_BYTES)));
typedef int32_t vi __attribute__((vector_size(VECTOR_BYTES)));
typedef vf vf_anywhere __attribute__((aligned(1), may_alias));

ALWAYS vf v_load(const nn_f32 *p) {
  return *(const vf_anywhere *)p;
}

ALWAYS void v_store(nn_f32 *p, vf v) {
  *(vf_anywhere *)p = v;
}

// The first `count` < LANES floats, zeros behind them.
ALWAYS vf v_load_part(const nn_f32 *p, uint32_t count) {
  vf v = {0};
  for (uint32_t i = 0; i < count; i++) v[i] = p[i];
  return v;
}

ALWAYS void v_store_part(nn_f32 *p, vf v, uint32_t count) {
  for (uint32_t i = 0; i < count; i++) p[i] = v[i];
}

// ---- supplied by vector_SET.h ----

ALWAYS vf v_splat(float x);
// The second operand where one of them is no number.
ALWAYS vf v_max(vf a, vf b);
ALWAYS vf v_min(vf a, vf b);
// To the nearest integer, ties to even.
ALWAYS vi v_round(vf x);
// LANES halves.
ALWAYS vf v_halves(const uint8_t *p);
// Lane i: the sum over v[i], lanes added pairwise: l and l + LANES/2, …, l and l + 1.
ALWAYS vf v_fold(const vf v[LANES]);

// ---- weights are asked for ahead: rows lie one after the other, but a tile reads several side by side ----

// Found by measurement: far enough to hide how long memory takes, near enough to be in the first cache still.
#define TILES_AHEAD_BYTES 12288u
#define FLOATS_AHEAD_BYTES 4096u

// From the start of a tile to what is asked for meanwhile: beyond the tile.
ALWAYS uint64_t ahead_of(uint64_t tile_bytes) {
  return tile_bytes > TILES_AHEAD_BYTES ? tile_bytes : TILES_AHEAD_BYTES;
}

ALWAYS void prefetch_lines(const uint8_t *from, const uint32_t bytes) {
  for (uint32_t line = 0; line < bytes; line += 64) __builtin_prefetch(from + line, 0, 3);
}

// ---- the dot order: 16 partial sums ----

#define PARTS (16 / LANES)

typedef struct {
  vf v[PARTS];
} sums_t;

ALWAYS void sums_add(sums_t *sums, const sums_t *a, const sums_t *b) {
  for (int j = 0; j < PARTS; j++) sums->v[j] += a->v[j] * b->v[j];
}

ALWAYS sums_t sums_load(const nn_f32 *p) {
  sums_t s;
  for (int j = 0; j < PARTS; j++) s.v[j] = v_load(p + j * LANES);
  return s;
}

// `count` < 16 floats, zeros behind them. A sum never becomes −0, so that adding 0 × 0 changes none.
ALWAYS sums_t sums_load_part(const nn_f32 *p, uint32_t count) {
  float padded[16] = {0};
  for (uint32_t i = 0; i < count; i++) padded[i] = p[i];
  return sums_load(padded);
}

// 16 partial sums to LANES.
ALWAYS vf sums_narrow(const sums_t *s) {
#if LANES == 16
  return s->v[0];
#elif LANES == 8
  return s->v[0] + s->v[1];
#else
  return (s->v[0] + s->v[2]) + (s->v[1] + s->v[3]);
#endif
}

// LANES partial sums to one.
ALWAYS float narrowed_total(vf v) {
  float part[LANES];
  v_store(part, v);
  for (int half = LANES / 2; half > 0; half /= 2)
    for (int i = 0; i < half; i++) part[i] += part[i + half];
  return part[0];
}

ALWAYS float sums_total(const sums_t *s) {
  return narrowed_total(sums_narrow(s));
}

ALWAYS float dot_floats(const nn_f32 *a, const nn_f32 *b, uint32_t n) {
  sums_t sums = {0};
  uint32_t i = 0;
  for (; i + 16 <= n; i += 16) {
    sums_t va = sums_load(a + i), vb = sums_load(b + i);
    sums_add(&sums, &va, &vb);
  }
  if (i < n) {
    sums_t va = sums_load_part(a + i, n - i), vb = sums_load_part(b + i, n - i);
    sums_add(&sums, &va, &vb);
  }
  return sums_total(&sums);
}

#endif
