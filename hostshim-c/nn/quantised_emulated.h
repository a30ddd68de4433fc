// Q weights on AVX2 under an emulator: tiles of 8 rows, a lane a row. See quantised_rows.h.
// QEMU's translator turns some vector instructions into one of the host's, 0.2 to 0.5 ns (vpmullw, vpaddw, vpaddd, shifts by a constant,
// vpand), and calls a function for others: vpunpck 1 to 2 ns, vpmaddwd 6, vpsignb and vpmaddubsw 17 to 20, eight float operations 22 to 26,
// vcvtph2ps 53 (QEMU 7.2). So bytes are taken apart into 16-bit numbers by shifts, the even ones and the odd ones, and multiplied there.
// A sum of two products of Q8_0 fits 16 bits (2 × 128 × 127), one of 16 products of Q4 does (16 × 15 × 127).
#ifndef GANGLION_NN_QUANTISED_EMULATED_H
#define GANGLION_NN_QUANTISED_EMULATED_H

#include "nn/quantised_8_rows.h"

// Bytes 0, 2, 4 … and 1, 3, 5 … as 16-bit numbers.
ALWAYS __m256i even_bytes(__m256i v) {
  return _mm256_srai_epi16(_mm256_slli_epi16(v, 8), 8);
}

ALWAYS __m256i odd_bytes(__m256i v) {
  return _mm256_srai_epi16(v, 8);
}

// Each two neighbouring 16-bit numbers added, in 32 bits.
ALWAYS __m256i widen(__m256i v) {
  return _mm256_add_epi32(_mm256_srai_epi32(_mm256_slli_epi32(v, 16), 16), _mm256_srai_epi32(v, 16));
}

ALWAYS __m256i two_halves(__m128i low, __m128i high) {
  return _mm256_inserti128_si256(_mm256_castsi128_si256(low), high, 1);
}

ALWAYS __m128i load_16(const uint8_t *p) {
  return _mm_loadu_si128((const __m128i *)p);
}

// A block of activations beside the weights that products_of reads.
typedef struct {
  __m256i even, odd; // Q8_0: of the whole block; Q4: of its first half, twice
  __m256i high_even, high_odd; // Q4: of its second half, twice
} spread_t;

ALWAYS spread_t spread_block(const uint32_t type, const uint8_t *x) {
  if (type == NN_Q8_0) {
    __m256i all = _mm256_loadu_si256((const __m256i *)x);
    return (spread_t){even_bytes(all), odd_bytes(all), all, all};
  }
  __m128i first = load_16(x), second = load_16(x + 16);
  __m256i low = two_halves(first, first), high = two_halves(second, second);
  return (spread_t){even_bytes(low), odd_bytes(low), even_bytes(high), odd_bytes(high)};
}

// Rows a and b of a block: four sums each, a in the low half.
ALWAYS __m256i products_of(const uint32_t type, const uint8_t *a, const uint8_t *b, const spread_t *x) {
  if (type == NN_Q8_0) {
    __m256i wide[2];
    for (int i = 0; i < 2; i++) {
      __m256i w = _mm256_loadu_si256((const __m256i *)((i == 0 ? a : b) + 2));
      wide[i] = widen(_mm256_add_epi16(_mm256_mullo_epi16(even_bytes(w), x->even), _mm256_mullo_epi16(odd_bytes(w), x->odd)));
    }
    return _mm256_add_epi32(_mm256_permute2x128_si256(wide[0], wide[1], 0x20), _mm256_permute2x128_si256(wide[0], wide[1], 0x31));
  }
  const int at = type == NN_Q4_1 ? 4 : 2;
  const __m256i four_bits = _mm256_set1_epi16(15);
  __m256i w = two_halves(load_16(a + at), load_16(b + at));
  __m256i low = _mm256_add_epi16(_mm256_mullo_epi16(_mm256_and_si256(w, four_bits), x->even), _mm256_mullo_epi16(_mm256_and_si256(_mm256_srli_epi16(w, 8), four_bits), x->odd));
  __m256i high = _mm256_add_epi16(_mm256_mullo_epi16(_mm256_and_si256(_mm256_srli_epi16(w, 4), four_bits), x->high_even), _mm256_mullo_epi16(_mm256_srli_epi16(w, 12), x->high_odd));
  return widen(_mm256_add_epi16(low, high));
}

typedef struct {
  __m256i pairs; // the first four bytes of 8 rows: low halves the scales, high ones the least of Q4_1
} heads_t;

ALWAYS heads_t heads_of(const uint8_t *w, uint64_t row_bytes) {
  uint32_t first[8] __attribute__((aligned(32)));
  for (int r = 0; r < 8; r++) __builtin_memcpy(&first[r], w + (uint32_t)r * row_bytes, 4);
  return (heads_t){_mm256_load_si256((const __m256i *)first)};
}

// As nn_from_half for what is normal, by integers; where a lane is not, one by one.
ALWAYS __m256 floats_of(__m256i halves) {
  const __m256i exponent = _mm256_set1_epi32(0x7c00);
  __m256i part = _mm256_and_si256(halves, exponent);
  __m256i special = _mm256_or_si256(_mm256_cmpeq_epi32(part, exponent), _mm256_cmpeq_epi32(part, _mm256_setzero_si256()));
  if (__builtin_expect(_mm256_movemask_ps(_mm256_castsi256_ps(special)), 0)) {
    vi bits = (vi)halves;
    vf out;
    for (int i = 0; i < 8; i++) out[i] = nn_from_half((uint32_t)bits[i] & 0xffff);
    return out;
  }
  __m256i magnitude = _mm256_add_epi32(_mm256_slli_epi32(_mm256_and_si256(halves, _mm256_set1_epi32(0x7fff)), 13), _mm256_set1_epi32(0x38000000));
  return _mm256_castsi256_ps(_mm256_or_si256(magnitude, _mm256_slli_epi32(_mm256_srli_epi32(_mm256_slli_epi32(halves, 16), 31), 31)));
}

ALWAYS __m256 scales_of(heads_t heads) {
  return floats_of(heads.pairs);
}

ALWAYS __m256 least_of(const uint32_t type, heads_t heads) {
  return type == NN_Q4_1 ? floats_of(_mm256_srli_epi32(heads.pairs, 16)) : _mm256_setzero_ps();
}

ALWAYS __m256i add_pairs(__m256i a, __m256i b) {
  return _mm256_add_epi32(_mm256_unpacklo_epi64(a, b), _mm256_unpackhi_epi64(a, b));
}

ALWAYS void q_one(const uint32_t type, const uint8_t *w, uint64_t row_bytes, uint32_t blocks, const uint8_t *x, nn_f32 *y) {
  const uint32_t bytes = nn_block_bytes(type);
  const nn_f32 *scales_x = (const nn_f32 *)(x + blocks * (uint64_t)NN_BLOCK);
  const uint8_t *sums = (const uint8_t *)(scales_x + blocks);
  __m256 acc = _mm256_setzero_ps();
  for (uint32_t b = 0; b < blocks; b++, w += bytes) {
    spread_t spread = spread_block(type, x + b * NN_BLOCK);
    __m256i d[4];
    for (uint32_t r = 0; r < 4; r++) d[r] = products_of(type, w + r * row_bytes, w + (r + 4) * row_bytes, &spread);
    heads_t heads = heads_of(w, row_bytes);
    int32_t sum;
    __builtin_memcpy(&sum, sums + b * 4ull, sizeof sum);
    acc = add_block(type, acc, add_neighbours_i32(add_pairs(d[0], d[1]), add_pairs(d[2], d[3])), scales_of(heads), least_of(type, heads), scales_x[b], sum);
  }
  _mm256_storeu_ps((float *)(void *)y, acc);
}

// 8 rows' dots of a whole block.
ALWAYS __m256i turned_dots(const uint32_t type, const __m256i turned[8], const uint8_t *x) {
  __m256i sum = _mm256_setzero_si256();
  for (int c = 0; c < 8; c++) {
    __m256i spread = broadcast_4(x + 4 * c);
    __m256i odd = type == NN_Q8_0 ? odd_bytes(turned[c]) : _mm256_srli_epi16(turned[c], 8);
    __m256i pairs = _mm256_add_epi16(_mm256_mullo_epi16(even_bytes(turned[c]), even_bytes(spread)), _mm256_mullo_epi16(odd, odd_bytes(spread)));
    sum = type == NN_Q8_0 ? _mm256_add_epi32(sum, widen(pairs)) : _mm256_add_epi16(sum, pairs);
  }
  return type == NN_Q8_0 ? sum : widen(sum);
}

ALWAYS void q_many(const uint32_t type, const uint8_t *w, uint64_t row_bytes, uint32_t blocks, const uint8_t *x, uint64_t x_bytes, uint32_t tokens, nn_f32 *y, uint64_t y_stride) {
  const uint32_t bytes = nn_block_bytes(type);
  __m256 acc[Q_TOKENS];
  for (uint32_t t = 0; t < tokens; t++) acc[t] = _mm256_setzero_ps();
  for (uint32_t b = 0; b < blocks; b++, w += bytes) {
    __m256i turned[8];
    heads_t heads = heads_of(w, row_bytes);
    __m256 scales = scales_of(heads), least = least_of(type, heads);
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
