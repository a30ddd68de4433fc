// Vectors of 16 floats: AVX-512 F, BW, DQ, VL. See vector.h.
#define LANES 16
#include "nn/vector.h"

ALWAYS vf v_splat(float x) {
  return _mm512_set1_ps(x);
}

ALWAYS vf v_max(vf a, vf b) {
  return _mm512_max_ps(a, b);
}

ALWAYS vf v_min(vf a, vf b) {
  return _mm512_min_ps(a, b);
}

ALWAYS vi v_round(vf x) {
  return (vi)_mm512_cvtps_epi32(x);
}

ALWAYS vf v_halves(const uint8_t *p) {
  return _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)p));
}

// 256-bit halves of a and b: [a low, b low] + [a high, b high].
ALWAYS __m512 fold_halves(__m512 a, __m512 b) {
  return _mm512_add_ps(_mm512_shuffle_f32x4(a, b, 0x44), _mm512_shuffle_f32x4(a, b, 0xee));
}

// Neighbouring 128 bits: [a0 + a1, a2 + a3, b0 + b1, b2 + b3].
ALWAYS __m512 fold_quarters(__m512 a, __m512 b) {
  return _mm512_add_ps(_mm512_shuffle_f32x4(a, b, 0x88), _mm512_shuffle_f32x4(a, b, 0xdd));
}

// Halves of each 128 bits, of a and b.
ALWAYS __m512 fold_pairs(__m512 a, __m512 b) {
  return _mm512_add_ps(_mm512_castpd_ps(_mm512_unpacklo_pd(_mm512_castps_pd(a), _mm512_castps_pd(b))), _mm512_castpd_ps(_mm512_unpackhi_pd(_mm512_castps_pd(a), _mm512_castps_pd(b))));
}

// Sums of v[i], v[i + 4], v[i + 8], v[i + 12] in the four quarters, four partial sums each.
ALWAYS __m512 fold_four(const vf v[LANES], int i) {
  return fold_quarters(fold_halves(v[i], v[i + 4]), fold_halves(v[i + 8], v[i + 12]));
}

ALWAYS vf v_fold(const vf v[LANES]) {
  __m512 a = fold_pairs(fold_four(v, 0), fold_four(v, 1));
  __m512 b = fold_pairs(fold_four(v, 2), fold_four(v, 3));
  return _mm512_add_ps(_mm512_shuffle_ps(a, b, 0x88), _mm512_shuffle_ps(a, b, 0xdd));
}
