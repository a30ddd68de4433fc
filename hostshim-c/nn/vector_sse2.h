// Vectors of 4 floats: SSE2 only. See vector.h.
#define LANES 4
#include "nn/vector.h"

ALWAYS vf v_splat(float x) {
  return _mm_set1_ps(x);
}

ALWAYS vf v_max(vf a, vf b) {
  return _mm_max_ps(a, b);
}

ALWAYS vf v_min(vf a, vf b) {
  return _mm_min_ps(a, b);
}

ALWAYS vi v_round(vf x) {
  return (vi)_mm_cvtps_epi32(x);
}

// As nn_from_half: no F16C here.
ALWAYS vf v_halves(const uint8_t *p) {
  __m128i halves = _mm_unpacklo_epi16(_mm_loadl_epi64((const __m128i *)p), _mm_setzero_si128());
  __m128i sign = _mm_slli_epi32(_mm_and_si128(halves, _mm_set1_epi32(0x8000)), 16);
  __m128i magnitude = _mm_slli_epi32(_mm_and_si128(halves, _mm_set1_epi32(0x7fff)), 13);
  __m128i special = _mm_cmpgt_epi32(magnitude, _mm_set1_epi32((0x7c00 << 13) - 1));
  __m128i scaled = _mm_castps_si128(_mm_mul_ps(_mm_castsi128_ps(magnitude), _mm_set1_ps(0x1p112f)));
  __m128i infinite = _mm_or_si128(magnitude, _mm_set1_epi32(0x7f800000));
  __m128i value = _mm_or_si128(_mm_and_si128(special, infinite), _mm_andnot_si128(special, scaled));
  return _mm_castsi128_ps(_mm_or_si128(value, sign));
}

ALWAYS vf v_fold(const vf v[LANES]) {
  __m128 low = _mm_add_ps(_mm_movelh_ps(v[0], v[1]), _mm_movehl_ps(v[1], v[0]));
  __m128 high = _mm_add_ps(_mm_movelh_ps(v[2], v[3]), _mm_movehl_ps(v[3], v[2]));
  return _mm_add_ps(_mm_shuffle_ps(low, high, 0x88), _mm_shuffle_ps(low, high, 0xdd));
}
