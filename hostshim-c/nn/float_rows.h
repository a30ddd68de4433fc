// F32 and F16 weights times f32 activations, in the dot order. Tiles of rows × tokens keep their partial sums in registers; LANES totals
// are folded at once. Included after the vectors.
#ifndef GANGLION_NN_FLOAT_ROWS_H
#define GANGLION_NN_FLOAT_ROWS_H

// Rows of a tile of several tokens; its tokens are LANES / TILE_ROWS, so that one fold takes all of them.
#define TILE_ROWS 4
#define TILE_TOKENS (LANES / TILE_ROWS)
// Rows whose partial sums the registers hold beside each other.
#define ROWS_AT_ONCE (LANES == 8 ? 2 : 4)

#define TILE_MOST 16 // rows × tokens

ALWAYS sums_t weights_load(const bool half, const uint8_t *w, uint32_t i) {
  if (!half) return sums_load((const nn_f32 *)w + i);
  sums_t s;
  for (int j = 0; j < PARTS; j++) s.v[j] = v_halves(w + 2ull * (i + (uint32_t)j * LANES));
  return s;
}

ALWAYS sums_t weights_load_part(const bool half, const uint8_t *w, uint32_t i, uint32_t count) {
  float padded[16] = {0};
  for (uint32_t k = 0; k < count; k++) padded[k] = half ? nn_from_half(nn_load_16(w + 2ull * (i + k))) : ((const nn_f32 *)w)[i + k];
  return sums_load(padded);
}

// part[t × step + r] = partial sums of row r and token t.
ALWAYS void float_tile(const bool half, const uint8_t *w, uint64_t row_bytes, uint32_t columns, const nn_f32 *x, vf *part, const int rows, const int tokens, const int step) {
  sums_t sums[TILE_MOST] = {0};
  const uint8_t *next = w + (uint64_t)rows * row_bytes + FLOATS_AHEAD_BYTES;
  uint32_t i = 0;
  for (; i + 16 <= columns; i += 16) {
    if (tokens == 1 && rows == 4) {
      prefetch_lines(next, half ? 128 : 256);
      next += half ? 128 : 256;
    }
    sums_t row[4];
    for (int r = 0; r < rows; r++) row[r] = weights_load(half, w + (uint32_t)r * row_bytes, i);
    for (int t = 0; t < tokens; t++) {
      sums_t token = sums_load(x + (uint64_t)t * columns + i);
      for (int r = 0; r < rows; r++) sums_add(&sums[t * rows + r], &row[r], &token);
    }
  }
  if (i < columns) {
    for (int t = 0; t < tokens; t++) {
      sums_t token = sums_load_part(x + (uint64_t)t * columns + i, columns - i);
      for (int r = 0; r < rows; r++) {
        sums_t row = weights_load_part(half, w + (uint32_t)r * row_bytes, i, columns - i);
        sums_add(&sums[t * rows + r], &row, &token);
      }
    }
  }
  for (int t = 0; t < tokens; t++)
    for (int r = 0; r < rows; r++) part[t * step + r] = sums_narrow(&sums[t * rows + r]);
}

// One token, LANES rows.
ALWAYS void float_rows_one(const bool half, const uint8_t *w, uint64_t row_bytes, uint32_t columns, const nn_f32 *x, nn_f32 *y) {
  vf part[LANES];
  for (int r = 0; r < LANES; r += 4) float_tile(half, w + (uint32_t)r * row_bytes, row_bytes, columns, x, part + r, 4, 1, LANES);
  v_store(y, v_fold(part));
}

// TILE_TOKENS tokens, TILE_ROWS rows.
ALWAYS void float_rows_many(const bool half, const uint8_t *w, uint64_t row_bytes, uint32_t columns, const nn_f32 *x, nn_f32 *y, uint64_t y_stride) {
  vf part[LANES];
  for (int r = 0; r < TILE_ROWS; r += ROWS_AT_ONCE) float_tile(half, w + (uint32_t)r * row_bytes, row_bytes, columns, x, part + r, ROWS_AT_ONCE, TILE_TOKENS, TILE_ROWS);
  vf total = v_fold(part);
  float out[LANES];
  v_store(out, total);
  for (int t = 0; t < TILE_TOKENS; t++)
    for (int r = 0; r < TILE_ROWS; r++) y[(uint64_t)t * y_stride + (uint32_t)r] = out[t * TILE_ROWS + r];
}

ALWAYS void float_matmul(const bool half, const uint8_t *w, uint32_t rows, uint32_t columns, const nn_f32 *x, uint32_t tokens, nn_f32 *y, uint32_t y_stride) {
  uint64_t row_bytes = (uint64_t)columns * (half ? 2 : 4);
  uint32_t t = 0;
  if (TILE_TOKENS > 1 && tokens >= TILE_TOKENS) {
    // A few rows of weights at a time over all tokens: they stay in the first cache.
    uint32_t whole = tokens - tokens % TILE_TOKENS, r = 0;
    for (; r + TILE_ROWS <= rows; r += TILE_ROWS)
      for (t = 0; t < whole; t += TILE_TOKENS) float_rows_many(half, w + r * row_bytes, row_bytes, columns, x + (uint64_t)t * columns, y + (uint64_t)t * y_stride + r, y_stride);
    for (t = 0; t < whole; t++)
      for (uint32_t rest = r; rest < rows; rest++) {
        vf part;
        float_tile(half, w + rest * row_bytes, row_bytes, columns, x + (uint64_t)t * columns, &part, 1, 1, 1);
        y[(uint64_t)t * y_stride + rest] = narrowed_total(part);
      }
    t = whole;
  }
  for (; t < tokens; t++) {
    const nn_f32 *token = x + (uint64_t)t * columns;
    nn_f32 *out = y + (uint64_t)t * y_stride;
    uint32_t r = 0;
    for (; r + LANES <= rows; r += LANES) float_rows_one(half, w + r * row_bytes, row_bytes, columns, token, out + r);
    for (; r < rows; r++) {
      vf part;
      float_tile(half, w + r * row_bytes, row_bytes, columns, token, &part, 1, 1, 1);
      out[r] = narrowed_total(part);
    }
  }
}

#endif
