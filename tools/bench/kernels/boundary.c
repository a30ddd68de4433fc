// Bench kernel: the C twin of boundary.ts; the host's function lies in another file, so that it stays a call.
#include "twins.h"

uint32_t twin_boundary(uint32_t n) {
  uint32_t value = 1;
  for (uint32_t i = 0; i < n; i++) value = bench_next(value);
  return value;
}
