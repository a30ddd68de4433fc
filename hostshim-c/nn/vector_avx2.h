// Vectors of 8 floats: AVX2 and F16C. See vector.h.
#define LANES 8
#include "nn/vector.h"

ALWAYS vf v_splat(float x) {
  return _mm256_set1_ps(x);
}

ALWAYS vf v_max(vf a, vf b) {
  return _mm256_max_ps(a, b);
}

ALWAYS vf v_min(vf a, vf b) {
  return _mm256_min_ps(a, b);
}

ALWAYS vi v_round(vf x) {
  return (vi)_mm256_cvtps_epi32(x);
}

ALWAYS vf v_halves(const uint8_t *p) {
  return _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)p));
}

// Halves of each 128 bits, of a and b.
ALWAYS __m256 fold_pairs(__m256 a, __m256 b) {
  return _mm256_add_ps(_mm256_castpd_ps(_mm256_unpacklo_pd(_mm256_castps_pd(a), _mm256_castps_pd(b))), _mm256_castpd_ps(_mm256_unpackhi_pd(_mm256_castps_pd(a), _mm256_castps_pd(b))));
}

// 128-bit halves of a and b.
ALWAYS __m256 fold_halves(__m256 a, __m256 b) {
  return _mm256_add_ps(_mm256_permute2f128_ps(a, b, 0x20), _mm256_permute2f128_ps(a, b, 0x31));
}

ALWAYS vf v_fold(const vf v[LANES]) {
  __m256 a = fold_pairs(fold_halves(v[0], v[4]), fold_halves(v[1], v[5]));
  __m256 b = fold_pairs(fold_halves(v[2], v[6]), fold_halves(v[3], v[7]));
  return _mm256_add_ps(_mm256_shuffle_ps(a, b, 0x88), _mm256_shuffle_ps(a, b, 0xdd));
}
