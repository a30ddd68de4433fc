// What both sets of AVX2 kernels for Q weights share: tiles of 8 rows, a lane a row. See quantised_rows.h.
#ifndef GANGLION_NN_QUANTISED_8_ROWS_H
#define GANGLION_NN_QUANTISED_8_ROWS_H

#define Q_ROWS 8u
#define Q_TOKENS 32u
#define Q_MANY_ROWS 8u
#define Q_MANY 2u

ALWAYS __m256i row_bytes_of(const uint32_t type, const uint8_t *block) {
  if (type == NN_Q8_0) return _mm256_loadu_si256((const __m256i *)(block + 2));
  __m128i nibbles = _mm_loadu_si128((const __m128i *)(block + (type == NN_Q4_1 ? 4 : 2)));
  return _mm256_and_si256(_mm256_inserti128_si256(_mm256_castsi128_si256(nibbles), _mm_srli_epi16(nibbles, 4), 1), _mm256_set1_epi8(15));
}

// Each vector's neighbours added: those of a, then those of b, in each 128 bits.
ALWAYS __m256i add_neighbours_i32(__m256i a, __m256i b) {
  __m256 x = _mm256_castsi256_ps(a), y = _mm256_castsi256_ps(b);
  return _mm256_add_epi32(_mm256_castps_si256(_mm256_shuffle_ps(x, y, 0x88)), _mm256_castps_si256(_mm256_shuffle_ps(x, y, 0xdd)));
}

ALWAYS __m256 add_block(const uint32_t type, __m256 acc, __m256i dots, __m256 scales, __m256 least, float scale_x, int32_t sum) {
  if (type == NN_Q4_0) dots = _mm256_sub_epi32(dots, _mm256_set1_epi32((int32_t)((uint32_t)sum << 3)));
  acc = _mm256_add_ps(acc, _mm256_mul_ps(_mm256_cvtepi32_ps(dots), _mm256_mul_ps(scales, _mm256_set1_ps(scale_x))));
  if (type == NN_Q4_1) acc = _mm256_add_ps(acc, _mm256_mul_ps(least, _mm256_set1_ps(scale_x * (float)sum)));
  return acc;
}

// turned[c], lane r: the four bytes 4c… of row r.
ALWAYS void turn(const uint32_t type, const uint8_t *w, uint64_t row_bytes, __m256i turned[8]) {
  __m256i part[2][4];
  for (int h = 0; h < 2; h++) {
    __m256i d[4];
    for (int i = 0; i < 4; i++, w += row_bytes) d[i] = row_bytes_of(type, w);
    __m256i a = _mm256_unpacklo_epi32(d[0], d[1]), b = _mm256_unpacklo_epi32(d[2], d[3]);
    __m256i c = _mm256_unpackhi_epi32(d[0], d[1]), e = _mm256_unpackhi_epi32(d[2], d[3]);
    part[h][0] = _mm256_unpacklo_epi64(a, b);
    part[h][1] = _mm256_unpackhi_epi64(a, b);
    part[h][2] = _mm256_unpacklo_epi64(c, e);
    part[h][3] = _mm256_unpackhi_epi64(c, e);
  }
  for (int c = 0; c < 4; c++) {
    turned[c] = _mm256_permute2x128_si256(part[0][c], part[1][c], 0x20);
    turned[c + 4] = _mm256_permute2x128_si256(part[0][c], part[1][c], 0x31);
  }
}

ALWAYS __m256i broadcast_4(const uint8_t *p) {
  int32_t bits;
  __builtin_memcpy(&bits, p, sizeof bits);
  return _mm256_set1_epi32(bits);
}

#endif
