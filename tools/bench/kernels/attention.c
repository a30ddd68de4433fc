// Bench kernel: the C twin of attention.ts.
#include "twins.h"

#define POSITIONS 32
#define WIDTH 64

static int16_t query[POSITIONS * WIDTH], key[POSITIONS * WIDTH], value[POSITIONS * WIDTH], out[POSITIONS * WIDTH];
static int32_t score[POSITIONS], power_of[256];

static void fill(uint32_t x) {
  for (int i = 0; i < POSITIONS * WIDTH; i++) {
    x = x * 1664525u + 1013904223u;
    query[i] = (int16_t)((int32_t)x >> 20);
    x = x * 1664525u + 1013904223u;
    key[i] = (int16_t)((int32_t)x >> 20);
    x = x * 1664525u + 1013904223u;
    value[i] = (int16_t)((int32_t)x >> 17);
  }
  uint32_t power = 32768u << 8;
  for (int i = 0; i < 256; i++) {
    power_of[i] = (int32_t)(power >> 8);
    power = (uint32_t)(((uint64_t)power * 64130) >> 16);
  }
}

static void attend(int position) {
  const int16_t *q = query + position * WIDTH;
  int32_t highest = INT32_MIN;
  for (int t = 0; t <= position; t++) {
    const int16_t *k = key + t * WIDTH;
    int32_t sum = 0;
    for (int i = 0; i < WIDTH; i++) sum += q[i] * k[i];
    score[t] = sum;
    if (sum > highest) highest = sum;
  }
  int32_t total = 0;
  for (int t = 0; t <= position; t++) {
    uint32_t below = ((uint32_t)highest - (uint32_t)score[t]) >> 18;
    if (below > 255) below = 255;
    score[t] = power_of[below];
    total += score[t];
  }
  for (int i = 0; i < WIDTH; i++) {
    int64_t sum = 0;
    for (int t = 0; t <= position; t++) sum += (int64_t)score[t] * value[t * WIDTH + i];
    out[position * WIDTH + i] = (int16_t)(sum / total);
  }
}

uint32_t twin_attention(uint32_t n) {
  fill(1);
  uint32_t check = 0;
  for (uint32_t round = 0; round < n; round++) {
    for (int position = 0; position < POSITIONS; position++) attend(position);
    query[round & 1023] = out[(round * 7) & 2047];
  }
  for (int i = 0; i < POSITIONS * WIDTH; i++) check = check * 31 + (uint32_t)(int32_t)out[i];
  return check;
}
