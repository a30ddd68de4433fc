// Bench kernel: the C twin of sort.ts.
#include "twins.h"

#define COUNT 4096

static int32_t data[COUNT], stack[128];

static void sort(void) {
  int32_t depth = 0, low = 0, high = COUNT - 1;
  for (;;) {
    while (high - low >= 12) {
      int32_t pivot = data[(low + high) >> 1], i = low, j = high;
      while (i <= j) {
        while (data[i] < pivot) i++;
        while (data[j] > pivot) j--;
        if (i <= j) {
          int32_t a = data[i];
          data[i] = data[j];
          data[j] = a;
          i++;
          j--;
        }
      }
      if (j - low < high - i) {
        stack[depth * 2] = i;
        stack[depth * 2 + 1] = high;
        high = j;
      } else {
        stack[depth * 2] = low;
        stack[depth * 2 + 1] = j;
        low = i;
      }
      depth++;
    }
    for (int32_t i = low + 1; i <= high; i++) {
      int32_t value = data[i], j = i - 1;
      while (j >= low && data[j] > value) {
        data[j + 1] = data[j];
        j--;
      }
      data[j + 1] = value;
    }
    if (depth == 0) return;
    depth--;
    low = stack[depth * 2];
    high = stack[depth * 2 + 1];
  }
}

uint32_t twin_sort(uint32_t n) {
  uint32_t seed = 1, sum = 0;
  for (uint32_t round = 0; round < n; round++) {
    for (int i = 0; i < COUNT; i++) {
      seed = seed * 1664525u + 1013904223u;
      data[i] = (int32_t)seed;
    }
    sort();
    sum = sum * 31 + (uint32_t)data[round & (COUNT - 1)];
  }
  return sum;
}
