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

static void dots44(const float *w, const float *x, int columns, float *y, int stride) {
  vec a00 = {0}, a01 = {0}, a02 = {0}, a03 = {0}, a10 = {0}, a11 = {0}, a12 = {0}, a13 = {0}, a20 = {0}, a21 = {0}, a22 = {0}, a23 = {0}, a30 = {0}, a31 = {0}, a32 = {0}, a33 = {0};
  const float *w1 = w + columns, *w2 = w1 + columns, *w3 = w2 + columns, *x1 = x + columns, *x2 = x1 + columns, *x3 = x2 + columns;
  for (int k = 0; k < columns; k += 16) {
    vec b0 = *(const vec *)(w + k), b1 = *(const vec *)(w1 + k), b2 = *(const vec *)(w2 + k), b3 = *(const vec *)(w3 + k), c;
    c = *(const vec *)(x + k), a00 += b0 * c, a01 += b1 * c, a02 += b2 * c, a03 += b3 * c;
    c = *(const vec *)(x1 + k), a10 += b0 * c, a11 += b1 * c, a12 += b2 * c, a13 += b3 * c;
    c = *(const vec *)(x2 + k), a20 += b0 * c, a21 += b1 * c, a22 += b2 * c, a23 += b3 * c;
    c = *(const vec *)(x3 + k), a30 += b0 * c, a31 += b1 * c, a32 += b2 * c, a33 += b3 * c;
  }
  y[0] = fold(a00), y[1] = fold(a01), y[2] = fold(a02), y[3] = fold(a03);
  y += stride, y[0] = fold(a10), y[1] = fold(a11), y[2] = fold(a12), y[3] = fold(a13);
  y += stride, y[0] = fold(a20), y[1] = fold(a21), y[2] = fold(a22), y[3] = fold(a23);
  y += stride, y[0] = fold(a30), y[1] = fold(a31), y[2] = fold(a32), y[3] = fold(a33);
}

void w2c_nn_matmul(struct w2c_nn *nn, uint32_t type, uint32_t w, uint32_t rows, uint32_t columns, uint32_t x, uint32_t tokens, uint32_t y, uint32_t stride) {
  (void)type;
  int R = (int)rows, T = (int)tokens, C = (int)columns;
  for (int t = 0; t < T; t += TILE)
    for (int r = 0; r < R; r += TILE) {
      const float *W = at(nn, w) + (size_t)r * columns, *X = at(nn, x) + (size_t)t * columns;
      float *Y = at(nn, y) + (size_t)t * stride + r;
      if (T - t >= TILE && R - r >= TILE) dots44(W, X, C, Y, (int)stride);
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
