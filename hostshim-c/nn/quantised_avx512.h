// Q weights on AVX-512 with VNNI: tiles of 16 rows, a lane a row. See quantised_rows.h.
// vpdpbusd multiplies unsigned by signed bytes. Q4 nibbles are unsigned already; Q8_0 becomes so by w ^ 0x80 = w + 128. What that adds,
// 128 × the sum of the activations (Q4_0: 8 ×), is taken off again; all in integers, so exact.
#ifndef GANGLION_NN_QUANTISED_AVX512_H
#define GANGLION_NN_QUANTISED_AVX512_H

#define Q_ROWS 16u
#define Q_TOKENS 32u
// From so many tokens on a tile's weights are turned round, once for all of them.
#define Q_MANY 2u
#define Q_MANY_ROWS 32u

// Address of row i of a tile. Four rows apart are four pointers, so that the addresses fit x86's forms.
typedef struct {
  const uint8_t *at[4];
  uint64_t step;
} rows_t;

ALWAYS rows_t rows_at(const uint8_t *w, uint64_t row_bytes) {
  return (rows_t){{w, w + 4 * row_bytes, w + 8 * row_bytes, w + 12 * row_bytes}, row_bytes};
}

ALWAYS const uint8_t *row_at(const rows_t *rows, int i) {
  return rows->at[i / 4] + (uint64_t)(i % 4) * rows->step;
}

ALWAYS void rows_next(rows_t *rows, uint32_t bytes) {
  for (int i = 0; i < 4; i++) rows->at[i] += bytes;
}

// Rows a and b of a block as 32 unsigned bytes each: a in the low half.
ALWAYS __m512i two_rows(const uint32_t type, const uint8_t *a, const uint8_t *b) {
  if (type == NN_Q8_0) {
    __m512i bytes = _mm512_inserti64x4(_mm512_castsi256_si512(_mm256_loadu_si256((const __m256i *)(a + 2))), _mm256_loadu_si256((const __m256i *)(b + 2)), 1);
    return _mm512_xor_si512(bytes, _mm512_set1_epi8((char)0x80));
  }
  const int at = type == NN_Q4_1 ? 4 : 2;
  __m512i bytes = _mm512_broadcast_i32x4(_mm_loadu_si128((const __m128i *)(a + at)));
  bytes = _mm512_mask_broadcast_i32x4(bytes, 0xff00, _mm_loadu_si128((const __m128i *)(b + at)));
  const __m512i shift = _mm512_inserti64x4(_mm512_castsi256_si512(_mm256_inserti128_si256(_mm256_setzero_si256(), _mm_set1_epi16(4), 1)), _mm256_inserti128_si256(_mm256_setzero_si256(), _mm_set1_epi16(4), 1), 1);
  return _mm512_and_si512(_mm512_srlv_epi16(bytes, shift), _mm512_set1_epi8(15));
}

ALWAYS __m128i load_4(const uint8_t *p) {
  int32_t bits;
  __builtin_memcpy(&bits, p, sizeof bits);
  return _mm_cvtsi32_si128(bits);
}

// The first four bytes of 16 rows, a lane a row.
ALWAYS __m512i heads_of(const rows_t *rows) {
  __m128i four[4];
  for (int i = 0; i < 4; i++) {
    __m128i a = _mm_unpacklo_epi32(load_4(row_at(rows, 4 * i)), load_4(row_at(rows, 4 * i + 1)));
    __m128i b = _mm_unpacklo_epi32(load_4(row_at(rows, 4 * i + 2)), load_4(row_at(rows, 4 * i + 3)));
    four[i] = _mm_unpacklo_epi64(a, b);
  }
  __m256i low = _mm256_inserti128_si256(_mm256_castsi128_si256(four[0]), four[1], 1);
  __m256i high = _mm256_inserti128_si256(_mm256_castsi128_si256(four[2]), four[3], 1);
  return _mm512_inserti64x4(_mm512_castsi256_si512(low), high, 1);
}

ALWAYS __m512 scales_of(__m512i heads) {
  return _mm512_cvtph_ps(_mm512_cvtepi32_epi16(heads));
}

ALWAYS __m512 least_of(__m512i heads) {
  return _mm512_cvtph_ps(_mm512_cvtepi32_epi16(_mm512_srli_epi32(heads, 16)));
}

ALWAYS __m512i add_pairs(__m512i a, __m512i b) {
  return _mm512_add_epi32(_mm512_unpacklo_epi64(a, b), _mm512_unpackhi_epi64(a, b));
}

ALWAYS __m512i add_neighbours(__m512i a, __m512i b) {
  __m512 x = _mm512_castsi512_ps(a), y = _mm512_castsi512_ps(b);
  return _mm512_add_epi32(_mm512_castps_si512(_mm512_shuffle_ps(x, y, 0x88)), _mm512_castps_si512(_mm512_shuffle_ps(x, y, 0xdd)));
}

ALWAYS __m512i add_quarters(__m512i a, __m512i b) {
  return _mm512_add_epi32(_mm512_shuffle_i32x4(a, b, 0x88), _mm512_shuffle_i32x4(a, b, 0xdd));
}

// What the unsigned bytes add for each unit of the activations' sum, as a shift.
ALWAYS int excess_shift(const uint32_t type) {
  return type == NN_Q8_0 ? 7 : 3;
}

ALWAYS __m512 add_block(const uint32_t type, __m512 acc, __m512i dots, __m512 scales, __m512 least, float scale_x, int32_t sum) {
  if (type != NN_Q4_1) dots = _mm512_sub_epi32(dots, _mm512_set1_epi32((int32_t)((uint32_t)sum << excess_shift(type))));
  acc = _mm512_add_ps(acc, _mm512_mul_ps(_mm512_cvtepi32_ps(dots), _mm512_mul_ps(scales, _mm512_set1_ps(scale_x))));
  if (type == NN_Q4_1) acc = _mm512_add_ps(acc, _mm512_mul_ps(least, _mm512_set1_ps(scale_x * (float)sum)));
  return acc;
}

ALWAYS void q_one(const uint32_t type, const uint8_t *w, uint64_t row_bytes, uint32_t blocks, const uint8_t *x, nn_f32 *y) {
  const uint32_t bytes = nn_block_bytes(type);
  const nn_f32 *scales_x = (const nn_f32 *)(x + blocks * (uint64_t)NN_BLOCK);
  const int32_t *sums = (const int32_t *)(const void *)(scales_x + blocks);
  const uint8_t *next = w + ahead_of(Q_ROWS * row_bytes);
  rows_t rows = rows_at(w, row_bytes);
  __m512 acc = _mm512_setzero_ps();
  for (uint32_t b = 0; b < blocks; b++, rows_next(&rows, bytes), next += Q_ROWS * bytes) {
    prefetch_lines(next, Q_ROWS * bytes);
    __m512i activations = _mm512_broadcast_i64x4(_mm256_loadu_si256((const __m256i *)(x + b * NN_BLOCK)));
    __m512i half[2];
    for (int h = 0; h < 2; h++) { // rows 0…7, 8…15
      __m512i d[4];
      for (int i = 0; i < 4; i++) d[i] = _mm512_dpbusd_epi32(_mm512_setzero_si512(), two_rows(type, row_at(&rows, 8 * h + i), row_at(&rows, 8 * h + i + 4)), activations);
      half[h] = add_neighbours(add_pairs(d[0], d[1]), add_pairs(d[2], d[3]));
    }
    __m512i heads = heads_of(&rows);
    int32_t sum;
    __builtin_memcpy(&sum, sums + b, sizeof sum);
    acc = add_block(type, acc, add_quarters(half[0], half[1]), scales_of(heads), least_of(heads), scales_x[b], sum);
  }
  _mm512_storeu_ps((float *)(void *)y, acc);
}

// turned[c], lane r: the four bytes 4c… of row r.
ALWAYS void turn(const uint32_t type, const rows_t *rows, __m512i turned[8]) {
  __m512i part[2][4];
  for (int h = 0; h < 2; h++) {
    __m512i d[4];
    for (int i = 0; i < 4; i++) d[i] = two_rows(type, row_at(rows, 8 * h + i), row_at(rows, 8 * h + i + 4));
    __m512i a = _mm512_unpacklo_epi32(d[0], d[1]), b = _mm512_unpacklo_epi32(d[2], d[3]);
    __m512i c = _mm512_unpackhi_epi32(d[0], d[1]), e = _mm512_unpackhi_epi32(d[2], d[3]);
    part[h][0] = _mm512_unpacklo_epi64(a, b);
    part[h][1] = _mm512_unpackhi_epi64(a, b);
    part[h][2] = _mm512_unpacklo_epi64(c, e);
    part[h][3] = _mm512_unpackhi_epi64(c, e);
  }
  for (int c = 0; c < 4; c++) {
    turned[c] = _mm512_shuffle_i32x4(part[0][c], part[1][c], 0x88);
    turned[c + 4] = _mm512_shuffle_i32x4(part[0][c], part[1][c], 0xdd);
  }
}

ALWAYS __m512i broadcast_4(const uint8_t *p) {
  int32_t bits;
  __builtin_memcpy(&bits, p, sizeof bits);
  return _mm512_set1_epi32(bits);
}

ALWAYS __m512i turned_dots(const __m512i turned[8], const __m512i x[8]) {
  __m512i even = _mm512_setzero_si512(), odd = _mm512_setzero_si512();
  for (int c = 0; c < 8; c += 2) {
    even = _mm512_dpbusd_epi32(even, turned[c], x[c]);
    odd = _mm512_dpbusd_epi32(odd, turned[c + 1], x[c + 1]);
  }
  return _mm512_add_epi32(even, odd);
}

// Two times 16 rows, so that each number of a token is spread over a vector once for 32 rows.
ALWAYS void q_many(const uint32_t type, const uint8_t *w, uint64_t row_bytes, uint32_t blocks, const uint8_t *x, uint64_t x_bytes, uint32_t tokens, nn_f32 *y, uint64_t y_stride) {
  const uint32_t bytes = nn_block_bytes(type);
  const uint8_t *next = w + ahead_of(Q_MANY_ROWS * row_bytes);
  rows_t low = rows_at(w, row_bytes), high = rows_at(w + 16 * row_bytes, row_bytes);
  __m512 acc[Q_TOKENS][2];
  for (uint32_t t = 0; t < tokens; t++) acc[t][0] = acc[t][1] = _mm512_setzero_ps();
  for (uint32_t b = 0; b < blocks; b++, rows_next(&low, bytes), rows_next(&high, bytes), next += Q_MANY_ROWS * bytes) {
    __m512i turned_low[8], turned_high[8], heads_low = heads_of(&low), heads_high = heads_of(&high);
    __m512 scales_low = scales_of(heads_low), scales_high = scales_of(heads_high), least_low = least_of(heads_low), least_high = least_of(heads_high);
    turn(type, &low, turned_low);
    turn(type, &high, turned_high);
    prefetch_lines(next, Q_MANY_ROWS * bytes);
    const uint8_t *token = x + b * NN_BLOCK;
    uint64_t scale_at = (blocks - b) * (uint64_t)NN_BLOCK + b * 4ull, sum_at = scale_at + blocks * 4ull;
    for (uint32_t t = 0; t < tokens; t++, token += x_bytes) {
      __m512i spread[8];
      for (int c = 0; c < 8; c++) spread[c] = broadcast_4(token + 4 * c);
      float scale = *(const nn_f32 *)(token + scale_at);
      int32_t sum;
      __builtin_memcpy(&sum, token + sum_at, sizeof sum);
      acc[t][0] = add_block(type, acc[t][0], turned_dots(turned_low, spread), scales_low, least_low, scale, sum);
      acc[t][1] = add_block(type, acc[t][1], turned_dots(turned_high, spread), scales_high, least_high, scale, sum);
    }
  }
  for (uint32_t t = 0; t < tokens; t++)
    for (uint32_t h = 0; h < 2; h++) _mm512_storeu_ps((float *)(void *)(y + t * y_stride + 16 * h), acc[t][h]);
}

#endif
