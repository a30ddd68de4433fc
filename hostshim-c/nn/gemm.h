// f32 products for training: c += A · b, each element in the order of k. A tile of c stays in registers while k runs. Included after the vectors.
#ifndef GANGLION_NN_GEMM_H
#define GANGLION_NN_GEMM_H

// A tile is GEMM_ROWS × GEMM_VECTORS vectors of c: with a row of b and one number of a, what the registers hold.
#if LANES == 16
#define GEMM_ROWS 6
#define GEMM_VECTORS 4
#elif LANES == 8
#define GEMM_ROWS 6
#define GEMM_VECTORS 2
#else
#define GEMM_ROWS 4
#define GEMM_VECTORS 2
#endif
// Rows of b between two visits to c: what the tiles of one column of c read again and again stays in the second cache.
#define GEMM_DEPTH 512u

typedef struct {
  const nn_f32 *a;
  uint64_t row_step, k_step;
  const nn_f32 *b;
  nn_f32 *c;
  uint64_t n; // floats from row to row of b and c
} gemm_place_t;

// `kept` lanes of each row's last vector are written, its last ones; the others are another tile's.
ALWAYS void gemm_tile(gemm_place_t at, uint32_t k, const int rows, const int vectors, uint32_t kept) {
  vf sum[GEMM_ROWS][GEMM_VECTORS];
  for (int i = 0; i < rows; i++)
    for (int j = 0; j < vectors; j++) sum[i][j] = v_load(at.c + (uint64_t)i * at.n + j * LANES);
  for (uint32_t p = 0; p < k; p++) {
    vf b[GEMM_VECTORS];
    for (int j = 0; j < vectors; j++) b[j] = v_load(at.b + j * LANES);
    for (int i = 0; i < rows; i++) {
      vf a = v_splat(at.a[(uint64_t)i * at.row_step]);
      for (int j = 0; j < vectors; j++) sum[i][j] += a * b[j];
    }
    at.a += at.k_step;
    at.b += at.n;
  }
  for (int i = 0; i < rows; i++) {
    nn_f32 *c = at.c + (uint64_t)i * at.n;
    for (int j = 0; j < vectors - 1; j++) v_store(c + j * LANES, sum[i][j]);
    vf last = sum[i][vectors - 1];
    if (kept == LANES) v_store(c + (vectors - 1) * LANES, last);
    else
      for (uint32_t l = LANES - kept; l < LANES; l++) c[(uint32_t)(vectors - 1) * LANES + l] = last[l];
  }
}

// All rows of one column of tiles.
ALWAYS void gemm_column(gemm_place_t at, uint32_t m, uint32_t k, const int vectors, uint32_t kept) {
  uint32_t i = 0;
  for (; i + GEMM_ROWS <= m; i += GEMM_ROWS, at.a += GEMM_ROWS * at.row_step, at.c += GEMM_ROWS * at.n) gemm_tile(at, k, GEMM_ROWS, vectors, kept);
  for (; i + 2 <= m; i += 2, at.a += 2 * at.row_step, at.c += 2 * at.n) gemm_tile(at, k, 2, vectors, kept);
  if (i < m) gemm_tile(at, k, 1, vectors, kept);
}

// Columns that do not fill one vector.
static void gemm_narrow(gemm_place_t at, uint32_t m, uint32_t k, uint32_t columns) {
  for (uint32_t i = 0; i < m; i++)
    for (uint32_t p = 0; p < k; p++)
      for (uint32_t j = 0; j < columns; j++) at.c[i * at.n + j] += at.a[i * at.row_step + p * at.k_step] * at.b[p * at.n + j];
}

static void gemm_slice(gemm_place_t at, uint32_t m, uint32_t k, uint32_t n) {
  uint32_t j = 0;
  for (; j + GEMM_VECTORS * LANES <= n; j += GEMM_VECTORS * LANES, at.b += GEMM_VECTORS * LANES, at.c += GEMM_VECTORS * LANES) gemm_column(at, m, k, GEMM_VECTORS, LANES);
  for (; j + LANES <= n; j += LANES, at.b += LANES, at.c += LANES) gemm_column(at, m, k, 1, LANES);
  if (j == n) return;
  if (n < LANES) {
    gemm_narrow(at, m, k, n);
    return;
  }
  // The last columns as the end of a whole vector, of which only they are written.
  uint32_t kept = n - j;
  at.b -= LANES - kept;
  at.c -= LANES - kept;
  gemm_column(at, m, k, 1, kept);
}

static void gemm(const nn_f32 *a, uint64_t row_step, uint64_t k_step, const nn_f32 *b, uint32_t m, uint32_t k, uint32_t n, nn_f32 *c) {
  for (uint32_t p = 0; p < k; p += GEMM_DEPTH) {
    uint32_t depth = k - p < GEMM_DEPTH ? k - p : GEMM_DEPTH;
    gemm_slice((gemm_place_t){a + p * k_step, row_step, k_step, b + (uint64_t)p * n, c, n}, m, depth, n);
  }
}

#endif
