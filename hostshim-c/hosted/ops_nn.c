// The three products that training needs, in plain C that the compiler turns into vector code. The orders of additions are those of docs/decisions/0008-the-mind.md.
#include "hosted/ops_nn.h"

#include <string.h>

#define TILE 4

static float *at(struct w2c_nn *nn, uint32_t offset) {
  return (float *)(nn->memory->data + offset);
}
uint32_t w2c_nn_isa(struct w2c_nn *nn) {
  (void)nn;
  return 0;
}
uint32_t w2c_nn_select(struct w2c_nn *nn, uint32_t isa) {
  (void)nn;
  return isa == 0 ? 0 : (uint32_t)-8;
}

typedef float vec __attribute__((vector_size(64), aligned(4)));

static float fold(vec v) {
  float s[16];
  memcpy(s, &v, sizeof s);
  for (int half = 8; half > 0; half /= 2)
    for (int i = 0; i < half; i++) s[i] += s[i + half];
  return s[0];
}

static void dots(const float *w, const float *x, int columns, int xs, int ws, float *y, int stride) {
  vec acc[TILE][TILE] = {{{0}}};
  for (int k = 0; k < columns; k += 16)
    for (int i = 0; i < TILE; i++)
      for (int j = 0; j < TILE; j++) {
        if (i < xs && j < ws) acc[i][j] += *(const vec *)(w + j * columns + k) * *(const vec *)(x + i * columns + k);
      }
  for (int i = 0; i < xs; i++)
    for (int j = 0; j < ws; j++) y[i * stride + j] = fold(acc[i][j]);
}

void w2c_nn_matmul(struct w2c_nn *nn, uint32_t type, uint32_t w, uint32_t rows, uint32_t columns, uint32_t x, uint32_t tokens, uint32_t y, uint32_t stride) {
  (void)type;
  int R = (int)rows, T = (int)tokens, C = (int)columns;
  for (int t = 0; t < T; t += TILE)
    for (int r = 0; r < R; r += TILE) {
      const float *W = at(nn, w) + (size_t)r * columns, *X = at(nn, x) + (size_t)t * columns;
      float *Y = at(nn, y) + (size_t)t * stride + r;
      if (T - t >= TILE && R - r >= TILE) dots(W, X, C, TILE, TILE, Y, (int)stride);
      else dots(W, X, C, T - t < TILE ? T - t : TILE, R - r < TILE ? R - r : TILE, Y, (int)stride);
    }
}

// c (m, n) += a · b, a element (i, j) at i × ai + j × aj.
static void gemm(const float *a, size_t ai, size_t aj, const float *b, int m, int k, int n, float *c) {
  for (int i = 0; i < m; i += 6)
    for (int j = 0; j < n; j += 32) {
      int mi = m - i < 6 ? m - i : 6, nj = n - j;
      if (mi == 6 && nj >= 32) {
        vec acc[6][2];
        for (int r = 0; r < 6; r++) acc[r][0] = *(vec *)(c + (size_t)(i + r) * n + j), acc[r][1] = *(vec *)(c + (size_t)(i + r) * n + j + 16);
        for (int l = 0; l < k; l++) {
          vec b0 = *(const vec *)(b + (size_t)l * n + j), b1 = *(const vec *)(b + (size_t)l * n + j + 16);
          for (int r = 0; r < 6; r++) {
            float f = a[(i + r) * ai + l * aj];
            acc[r][0] += f * b0;
            acc[r][1] += f * b1;
          }
        }
        for (int r = 0; r < 6; r++) *(vec *)(c + (size_t)(i + r) * n + j) = acc[r][0], *(vec *)(c + (size_t)(i + r) * n + j + 16) = acc[r][1];
      } else {
        for (int r = 0; r < mi; r++)
          for (int l = 0; l < k; l++)
            for (int q = 0; q < (nj < 32 ? nj : 32); q++) c[(size_t)(i + r) * n + j + q] += a[(i + r) * ai + l * aj] * b[(size_t)l * n + j + q];
      }
    }
}

void w2c_nn_gemm_nn(struct w2c_nn *nn, uint32_t a, uint32_t b, uint32_t m, uint32_t k, uint32_t n, uint32_t c) {
  gemm(at(nn, a), k, 1, at(nn, b), (int)m, (int)k, (int)n, at(nn, c));
}
void w2c_nn_gemm_tn(struct w2c_nn *nn, uint32_t a, uint32_t b, uint32_t m, uint32_t k, uint32_t n, uint32_t c) {
  gemm(at(nn, a), 1, m, at(nn, b), (int)m, (int)k, (int)n, at(nn, c));
}
