// Q weights on AVX2: tiles of 8 rows, a lane a row. See quantised_rows.h.
// vpmaddubsw multiplies unsigned by signed bytes and adds pairs in 16 bits. Q4: at most 2 × 15 × 127, exact. Q8_0: |w| × (x with w's sign),
// at most 2 × 128 × 127, exact too; w + 128 would not be.
#ifndef GANGLION_NN_QUANTISED_AVX2_H
#define GANGLION_NN_QUANTISED_AVX2_H

#include "nn/quantised_8_rows.h"

// 16 sums of pairs.
ALWAYS __m256i products(const uint32_t type, __m256i w, __m256i x) {
  if (type == NN_Q8_0) return _mm256_maddubs_epi16(_mm256_abs_epi8(w), _mm256_sign_epi8(x, w));
  return _mm256_maddubs_epi16(w, x);
}

// Four rows' 16 sums of pairs → in each 128 bits, the four rows' sums over that half of the block.
ALWAYS __m256i four_rows(const uint32_t type, const __m256i d[4]) {
  if (type == NN_Q8_0) {
    const __m256i ones = _mm256_set1_epi16(1);
    __m256i wide[4];
    for (int i = 0; i < 4; i++) wide[i] = _mm256_madd_epi16(d[i], ones);
    __m256i a = _mm256_add_epi32(_mm256_unpacklo_epi64(wide[0], wide[1]), _mm256_unpackhi_epi64(wide[0], wide[1]));
    __m256i b = _mm256_add_epi32(_mm256_unpacklo_epi64(wide[2], wide[3]), _mm256_unpackhi_epi64(wide[2], wide[3]));
    return add_neighbours_i32(a, b);
  }
  // Four such sums still fit 16 bits: at most 4 × 3810.
  __m256i a = _mm256_add_epi16(_mm256_unpacklo_epi64(d[0], d[1]), _mm256_unpackhi_epi64(d[0], d[1]));
  __m256i b = _mm256_add_epi16(_mm256_unpacklo_epi64(d[2], d[3]), _mm256_unpackhi_epi64(d[2], d[3]));
  __m256 x = _mm256_castsi256_ps(a), y = _mm256_castsi256_ps(b);
  __m256i sums = _mm256_add_epi16(_mm256_castps_si256(_mm256_shuffle_ps(x, y, 0x88)), _mm256_castps_si256(_mm256_shuffle_ps(x, y, 0xdd)));
  return _mm256_madd_epi16(sums, _mm256_set1_epi16(1));
}

ALWAYS __m128i load_4(const uint8_t *p) {
  int32_t bits;
  __builtin_memcpy(&bits, p, sizeof bits);
  return _mm_cvtsi32_si128(bits);
}

// The first four bytes of 8 rows, as pairs of half precision: low halves the scales, high ones the least of Q4_1.
typedef struct {
  __m128i low, high;
} heads_t;

ALWAYS heads_t heads_of(const uint8_t *w, uint64_t row_bytes) {
  __m128i four[2];
  for (int i = 0; i < 2; i++, w += 4 * row_bytes) {
    __m128i a = _mm_unpacklo_epi32(load_4(w), load_4(w + row_bytes));
    __m128i b = _mm_unpacklo_epi32(load_4(w + 2 * row_bytes), load_4(w + 3 * row_bytes));
    four[i] = _mm_unpacklo_epi64(a, b);
  }
  return (heads_t){four[0], four[1]};
}

ALWAYS __m256 scales_of(heads_t heads) {
  const __m128i low_halves = _mm_setr_epi8(0, 1, 4, 5, 8, 9, 12, 13, 0, 1, 4, 5, 8, 9, 12, 13);
  return _mm256_cvtph_ps(_mm_unpacklo_epi64(_mm_shuffle_epi8(heads.low, low_halves), _mm_shuffle_epi8(heads.high, low_halves)));
}

ALWAYS __m256 least_of(heads_t heads) {
  const __m128i high_halves = _mm_setr_epi8(2, 3, 6, 7, 10, 11, 14, 15, 2, 3, 6, 7, 10, 11, 14, 15);
  return _mm256_cvtph_ps(_mm_unpacklo_epi64(_mm_shuffle_epi8(heads.low, high_halves), _mm_shuffle_epi8(heads.high, high_halves)));
}

ALWAYS void q_one(const uint32_t type, const uint8_t *w, uint64_t row_bytes, uint32_t blocks, const uint8_t *x, nn_f32 *y) {
  const uint32_t bytes = nn_block_bytes(type);
  const nn_f32 *scales_x = (const nn_f32 *)(x + blocks * (uint64_t)NN_BLOCK);
  const uint8_t *sums = (const uint8_t *)(scales_x + blocks), *next = w + ahead_of(Q_ROWS * row_bytes);
  __m256 acc = _mm256_setzero_ps();
  for (uint32_t b = 0; b < blocks; b++, w += bytes, next += Q_ROWS * bytes) {
    prefetch_lines(next, Q_ROWS * bytes);
    __m256i activations = _mm256_loadu_si256((const __m256i *)(x + b * NN_BLOCK)), half[2];
    const uint8_t *row = w;
    for (int h = 0; h < 2; h++) {
      __m256i d[4];
      for (int i = 0; i < 4; i++, row += row_bytes) d[i] = products(type, row_bytes_of(type, row), activations);
      half[h] = four_rows(type, d);
    }
    __m256i dots = _mm256_add_epi32(_mm256_permute2x128_si256(half[0], half[1], 0x20), _mm256_permute2x128_si256(half[0], half[1], 0x31));
    heads_t heads = heads_of(w, row_bytes);
    int32_t sum;
    __builtin_memcpy(&sum, sums + b * 4ull, sizeof sum);
    acc = add_block(type, acc, dots, scales_of(heads), least_of(heads), scales_x[b], sum);
  }
  _mm256_storeu_ps((float *)(void *)y, acc);
}

// 8 rows' dots of a whole block.
ALWAYS __m256i turned_dots(const uint32_t type, const __m256i turned[8], const uint8_t *x) {
  const __m256i ones = _mm256_set1_epi16(1);
  __m256i sum = _mm256_setzero_si256();
  for (int c = 0; c < 8; c++) {
    __m256i pairs = products(type, turned[c], broadcast_4(x + 4 * c));
    // Eight sums of pairs of Q4 fit 16 bits: at most 8 × 3810.
    sum = type == NN_Q8_0 ? _mm256_add_epi32(sum, _mm256_madd_epi16(pairs, ones)) : _mm256_add_epi16(sum, pairs);
  }
  return type == NN_Q8_0 ? sum : _mm256_madd_epi16(sum, ones);
}

ALWAYS void q_many(const uint32_t type, const uint8_t *w, uint64_t row_bytes, uint32_t blocks, const uint8_t *x, uint64_t x_bytes, uint32_t tokens, nn_f32 *y, uint64_t y_stride) {
  const uint32_t bytes = nn_block_bytes(type);
  const uint8_t *next = w + ahead_of(Q_ROWS * row_bytes);
  __m256 acc[Q_TOKENS];
  for (uint32_t t = 0; t < tokens; t++) acc[t] = _mm256_setzero_ps();
  for (uint32_t b = 0; b < blocks; b++, w += bytes, next += Q_ROWS * bytes) {
    prefetch_lines(next, Q_ROWS * bytes);
    __m256i turned[8];
    heads_t heads = heads_of(w, row_bytes);
    __m256 scales = scales_of(heads), least = least_of(heads);
    turn(type, w, row_bytes, turned);
    const uint8_t *token = x + b * NN_BLOCK;
    uint64_t scale_at = (blocks - b) * (uint64_t)NN_BLOCK + b * 4ull, sum_at = scale_at + blocks * 4ull;
    for (uint32_t t = 0; t < tokens; t++, token += x_bytes) {
      int32_t sum;
      __builtin_memcpy(&sum, token + sum_at, sizeof sum);
      acc[t] = add_block(type, acc[t], turned_dots(type, turned, token), scales, least, *(const nn_f32 *)(token + scale_at), sum);
    }
  }
  for (uint32_t t = 0; t < tokens; t++) _mm256_storeu_ps((float *)(void *)(y + t * y_stride), acc[t]);
}

#endif
