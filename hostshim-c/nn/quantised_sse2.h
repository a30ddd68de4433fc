// Q weights on SSE2: tiles of 4 rows, a lane a row. See quantised_rows.h. Bytes become 16-bit numbers, which pmaddwd multiplies and adds in
// pairs; the numbers of a block are kept in whatever order unpacking gives, the same for weights and activations.
#ifndef GANGLION_NN_QUANTISED_SSE2_H
#define GANGLION_NN_QUANTISED_SSE2_H

#define Q_ROWS 4u
#define Q_TOKENS 32u
#define Q_MANY_ROWS 4u
#define Q_MANY 0xffffffffu // no other way for many tokens: a tile's weights stay in the first cache

typedef struct {
  __m128i v[4]; // 32 numbers of 16 bits
} wide_t;

ALWAYS void widen(__m128i bytes, __m128i out[2]) {
  out[0] = _mm_srai_epi16(_mm_unpacklo_epi8(bytes, bytes), 8);
  out[1] = _mm_srai_epi16(_mm_unpackhi_epi8(bytes, bytes), 8);
}

ALWAYS wide_t wide_bytes(const uint8_t *p) {
  wide_t w;
  widen(_mm_loadu_si128((const __m128i *)p), w.v);
  widen(_mm_loadu_si128((const __m128i *)(p + 16)), w.v + 2);
  return w;
}

ALWAYS wide_t wide_weights(const uint32_t type, const uint8_t *block) {
  if (type == NN_Q8_0) return wide_bytes(block + 2);
  __m128i nibbles = _mm_loadu_si128((const __m128i *)(block + (type == NN_Q4_1 ? 4 : 2))), zero = _mm_setzero_si128();
  __m128i low = _mm_and_si128(nibbles, _mm_set1_epi8(15)), high = _mm_and_si128(_mm_srli_epi16(nibbles, 4), _mm_set1_epi8(15));
  return (wide_t){{_mm_unpacklo_epi8(low, zero), _mm_unpackhi_epi8(low, zero), _mm_unpacklo_epi8(high, zero), _mm_unpackhi_epi8(high, zero)}};
}

ALWAYS __m128i wide_dot(const wide_t *a, const wide_t *b) {
  __m128i low = _mm_add_epi32(_mm_madd_epi16(a->v[0], b->v[0]), _mm_madd_epi16(a->v[1], b->v[1]));
  return _mm_add_epi32(low, _mm_add_epi32(_mm_madd_epi16(a->v[2], b->v[2]), _mm_madd_epi16(a->v[3], b->v[3])));
}

ALWAYS void q_one(const uint32_t type, const uint8_t *w, uint64_t row_bytes, uint32_t blocks, const uint8_t *x, nn_f32 *y) {
  const uint32_t bytes = nn_block_bytes(type);
  const nn_f32 *scales_x = (const nn_f32 *)(x + blocks * (uint64_t)NN_BLOCK);
  const uint8_t *sums = (const uint8_t *)(scales_x + blocks);
  __m128 acc = _mm_setzero_ps();
  for (uint32_t b = 0; b < blocks; b++, w += bytes) {
    wide_t activations = wide_bytes(x + b * NN_BLOCK);
    __m128i d[4];
    uint16_t scale[4], least[4] = {0};
    for (uint32_t r = 0; r < 4; r++) {
      const uint8_t *row = w + r * row_bytes;
      wide_t weights = wide_weights(type, row);
      d[r] = wide_dot(&weights, &activations);
      scale[r] = (uint16_t)nn_load_16(row);
      if (type == NN_Q4_1) least[r] = (uint16_t)nn_load_16(row + 2);
    }
    __m128i low = _mm_add_epi32(_mm_unpacklo_epi64(d[0], d[1]), _mm_unpackhi_epi64(d[0], d[1]));
    __m128i high = _mm_add_epi32(_mm_unpacklo_epi64(d[2], d[3]), _mm_unpackhi_epi64(d[2], d[3]));
    __m128 p = _mm_castsi128_ps(low), q = _mm_castsi128_ps(high);
    __m128i dots = _mm_add_epi32(_mm_castps_si128(_mm_shuffle_ps(p, q, 0x88)), _mm_castps_si128(_mm_shuffle_ps(p, q, 0xdd)));
    int32_t sum;
    __builtin_memcpy(&sum, sums + b * 4ull, sizeof sum);
    if (type == NN_Q4_0) dots = _mm_sub_epi32(dots, _mm_set1_epi32((int32_t)((uint32_t)sum << 3)));
    float scale_x = scales_x[b];
    acc = _mm_add_ps(acc, _mm_mul_ps(_mm_cvtepi32_ps(dots), _mm_mul_ps(v_halves((const uint8_t *)scale), _mm_set1_ps(scale_x))));
    if (type == NN_Q4_1) acc = _mm_add_ps(acc, _mm_mul_ps(v_halves((const uint8_t *)least), _mm_set1_ps(scale_x * (float)sum)));
  }
  _mm_storeu_ps((float *)(void *)y, acc);
}

ALWAYS void q_many(const uint32_t type, const uint8_t *w, uint64_t row_bytes, uint32_t blocks, const uint8_t *x, uint64_t x_bytes, uint32_t tokens, nn_f32 *y, uint64_t y_stride) {
  for (uint32_t t = 0; t < tokens; t++) q_one(type, w, row_bytes, blocks, x + t * x_bytes, y + t * y_stride);
}

#endif
