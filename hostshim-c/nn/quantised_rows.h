// Q weights times quantised rows: the driver over tiles of Q_ROWS rows. Included after the set's q_one and q_many, which do one tile:
//   q_one(type, w, row_bytes, blocks, x, y): Q_ROWS rows, one token; y contiguous.
//   q_many(type, w, row_bytes, blocks, x, x_bytes, tokens, y, y_stride): Q_MANY_ROWS rows, up to Q_TOKENS tokens. From Q_MANY tokens on.
// Both take `type` as a constant.
#ifndef GANGLION_NN_QUANTISED_ROWS_H
#define GANGLION_NN_QUANTISED_ROWS_H

// One row, one token: what is left where there are fewer rows than a tile has.
static float q_single(uint32_t type, const uint8_t *w, uint32_t blocks, const uint8_t *x) {
  const nn_f32 *scales = (const nn_f32 *)(x + blocks * (uint64_t)NN_BLOCK);
  const uint8_t *sums = x + blocks * (uint64_t)(NN_BLOCK + 4);
  uint32_t bytes = nn_block_bytes(type);
  float acc = 0;
  for (uint32_t b = 0; b < blocks; b++, w += bytes, x += NN_BLOCK) {
    const uint8_t *q = w + (type == NN_Q4_1 ? 4 : 2);
    int32_t i = 0;
    for (uint32_t k = 0; k < NN_BLOCK; k++) {
      int32_t weight = type == NN_Q8_0 ? (int8_t)q[k] : (k < 16 ? q[k] & 15 : q[k - 16] >> 4) - (type == NN_Q4_0 ? 8 : 0);
      i += weight * (int8_t)x[k];
    }
    acc = acc + (float)i * (nn_from_half(nn_load_16(w)) * scales[b]);
    if (type == NN_Q4_1) {
      int32_t sum;
      __builtin_memcpy(&sum, sums + b * 4ull, sizeof sum);
      acc = acc + nn_from_half(nn_load_16(w + 2)) * (scales[b] * (float)sum);
    }
  }
  return acc;
}

// The last tile reaches back over rows that are done: the same results again.
ALWAYS uint32_t last_fits(uint32_t row, uint32_t rows, uint32_t tile) {
  return row + tile > rows ? rows - tile : row;
}

ALWAYS void q_tiles(const uint32_t type, const uint8_t *w, uint32_t rows, uint32_t blocks, const uint8_t *x, uint32_t tokens, nn_f32 *y, uint32_t y_stride) {
  uint64_t row_bytes = (uint64_t)blocks * nn_block_bytes(type), x_bytes = nn_quantised_bytes((uint64_t)blocks * NN_BLOCK);
  if (tokens >= Q_MANY && rows >= Q_MANY_ROWS) {
    for (uint32_t r = 0; r < rows; r += Q_MANY_ROWS) {
      r = last_fits(r, rows, Q_MANY_ROWS);
      for (uint32_t t = 0; t < tokens; t += Q_TOKENS)
        q_many(type, w + r * row_bytes, row_bytes, blocks, x + t * x_bytes, x_bytes, tokens - t < Q_TOKENS ? tokens - t : Q_TOKENS, y + (uint64_t)t * y_stride + r, y_stride);
    }
    return;
  }
  for (uint32_t r = 0; r < rows; r += Q_ROWS) {
    r = last_fits(r, rows, Q_ROWS);
    for (uint32_t t = 0; t < tokens; t++) q_one(type, w + r * row_bytes, row_bytes, blocks, x + t * x_bytes, y + (uint64_t)t * y_stride + r);
  }
}

static void q_few_rows(uint32_t type, const uint8_t *w, uint32_t rows, uint32_t blocks, const uint8_t *x, uint32_t tokens, nn_f32 *y, uint32_t y_stride) {
  uint64_t row_bytes = (uint64_t)blocks * nn_block_bytes(type), x_bytes = nn_quantised_bytes((uint64_t)blocks * NN_BLOCK);
  for (uint32_t t = 0; t < tokens; t++)
    for (uint32_t r = 0; r < rows; r++) y[(uint64_t)t * y_stride + r] = q_single(type, w + r * row_bytes, blocks, x + t * x_bytes);
}

static void matmul(uint32_t type, const uint8_t *w, uint32_t rows, uint32_t columns, const uint8_t *x, uint32_t tokens, nn_f32 *y, uint32_t y_stride) {
  uint32_t blocks = columns / NN_BLOCK;
  if (type == NN_F32) float_matmul(false, w, rows, columns, (const nn_f32 *)x, tokens, y, y_stride);
  else if (type == NN_F16) float_matmul(true, w, rows, columns, (const nn_f32 *)x, tokens, y, y_stride);
  else if (rows < Q_ROWS) q_few_rows(type, w, rows, blocks, x, tokens, y, y_stride);
  else if (type == NN_Q8_0) q_tiles(NN_Q8_0, w, rows, blocks, x, tokens, y, y_stride);
  else if (type == NN_Q4_1) q_tiles(NN_Q4_1, w, rows, blocks, x, tokens, y, y_stride);
  else q_tiles(NN_Q4_0, w, rows, blocks, x, tokens, y, y_stride);
}

#endif
