// Activations as int8, and weights back to f32. 128-bit integer steps in every set: a small share of the time. Included after the vectors.
#ifndef GANGLION_NN_QUANTISE_H
#define GANGLION_NN_QUANTISE_H

#define MAGNITUDE 0x7fffffff
#define INFINITE 0x7f800000u

// Greatest of four integers ≥ 0 and four others.
ALWAYS __m128i max_i32(__m128i a, __m128i b) {
  __m128i greater = _mm_cmpgt_epi32(a, b);
  return _mm_or_si128(_mm_and_si128(greater, a), _mm_andnot_si128(greater, b));
}

ALWAYS int32_t sum_i32(__m128i v) {
  v = _mm_add_epi32(v, _mm_shuffle_epi32(v, 0x4e));
  return _mm_cvtsi128_si32(_mm_add_epi32(v, _mm_shuffle_epi32(v, 0xb1)));
}

// Bits of the greatest |x| of a block: they order like the numbers, infinities and NaNs on top.
ALWAYS uint32_t greatest_bits(const nn_f32 *x) {
  __m128i top = _mm_setzero_si128();
  for (int i = 0; i < 8; i++) top = max_i32(top, _mm_and_si128(_mm_castps_si128(_mm_loadu_ps((const float *)(const void *)(x + 4 * i))), _mm_set1_epi32(MAGNITUDE)));
  top = max_i32(top, _mm_shuffle_epi32(top, 0x4e));
  return (uint32_t)_mm_cvtsi128_si32(max_i32(top, _mm_shuffle_epi32(top, 0xb1)));
}

ALWAYS __m128i rounded(const nn_f32 *x, __m128 factor) {
  return _mm_cvtps_epi32(_mm_mul_ps(_mm_loadu_ps((const float *)(const void *)x), factor));
}

static void quantize(const nn_f32 *x, uint32_t n, uint8_t *q) {
  uint32_t blocks = n / NN_BLOCK;
  nn_f32 *scales = (nn_f32 *)(q + n);
  uint8_t *sums = q + n + blocks * 4ull;
  for (uint32_t b = 0; b < blocks; b++, x += NN_BLOCK, q += NN_BLOCK) {
    uint32_t bits = greatest_bits(x);
    float greatest = nn_float_of(bits), factor = 0, scale = 0;
    if (bits >= INFINITE) scale = __builtin_nanf("");
    else if (bits > 0 && nn_bits_of(127.0f / greatest) < INFINITE) {
      factor = 127.0f / greatest;
      scale = nn_from_half(nn_to_half(greatest / 127.0f));
    }
    __m128i total = _mm_setzero_si128();
    for (int half = 0; half < 2; half++) {
      __m128i v[4];
      for (int i = 0; i < 4; i++) {
        v[i] = factor == 0 ? _mm_setzero_si128() : rounded(x + 16 * half + 4 * i, _mm_set1_ps(factor));
        total = _mm_add_epi32(total, v[i]);
      }
      _mm_storeu_si128((__m128i *)(q + 16 * half), _mm_packs_epi16(_mm_packs_epi32(v[0], v[1]), _mm_packs_epi32(v[2], v[3])));
    }
    int32_t sum = sum_i32(total);
    scales[b] = scale;
    __builtin_memcpy(sums + b * 4ull, &sum, sizeof sum);
  }
}

static void dequantize(uint32_t type, const uint8_t *w, uint32_t n, nn_f32 *y) {
  if (type == NN_F32) {
    for (uint32_t i = 0; i < n; i++) y[i] = ((const nn_f32 *)w)[i];
    return;
  }
  if (type == NN_F16) {
    uint32_t i = 0;
    for (; i + LANES <= n; i += LANES) v_store(y + i, v_halves(w + 2ull * i));
    for (; i < n; i++) y[i] = nn_from_half(nn_load_16(w + 2ull * i));
    return;
  }
  uint32_t bytes = nn_block_bytes(type);
  for (uint32_t done = 0; done < n; done += NN_BLOCK, w += bytes, y += NN_BLOCK) {
    float scale = nn_from_half(nn_load_16(w));
    if (type == NN_Q8_0) {
      for (uint32_t i = 0; i < NN_BLOCK; i++) y[i] = scale * (float)(int8_t)w[2 + i];
      continue;
    }
    const uint8_t *nibbles = w + bytes - 16;
    float least = type == NN_Q4_1 ? nn_from_half(nn_load_16(w + 2)) : 0;
    for (uint32_t i = 0; i < NN_BLOCK; i++) {
      int32_t nibble = i < 16 ? nibbles[i] & 15 : nibbles[i - 16] >> 4;
      y[i] = type == NN_Q4_0 ? scale * (float)(nibble - 8) : scale * (float)nibble + least;
    }
  }
}

#endif
