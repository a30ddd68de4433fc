// Bench kernel: the C twin of int8_dot.ts.
#include "twins.h"

#define WIDTH 1024
#define ROWS 32

static int8_t matrix[ROWS * WIDTH], vector[WIDTH];

uint32_t twin_int8_dot(uint32_t n) {
  uint32_t seed = 1;
  for (int i = 0; i < WIDTH * ROWS; i++) {
    seed = seed * 1664525u + 1013904223u;
    matrix[i] = (int8_t)(seed >> 24);
  }
  for (int i = 0; i < WIDTH; i++) vector[i] = (int8_t)(i * 5);
  uint32_t check = 0;
  for (uint32_t round = 0; round < n; round++) {
    for (int row = 0; row < ROWS; row++) {
      const int8_t *weights = matrix + row * WIDTH;
      int32_t sum = 0;
      for (int i = 0; i < WIDTH; i++) sum += weights[i] * vector[i];
      check = check * 31 + (uint32_t)sum;
    }
    vector[round & (WIDTH - 1)] = (int8_t)check;
  }
  return check;
}
