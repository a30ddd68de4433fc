// Copying and comparing bytes with 64-bit loops. The pragma keeps gcc from turning the loops into calls of themselves.
// Bottom layer.
#pragma GCC optimize("no-tree-loop-distribute-patterns")
#include "base/string.h"

typedef uint64_t __attribute__((may_alias, aligned(1))) word_t;

// Upwards. Where bytes move down onto themselves, nothing is written before it was read: eight words are read, then written.
static void copy_up(uint8_t *out, const uint8_t *in, size_t count) {
  for (; count >= 64; count -= 64, out += 64, in += 64) {
    uint64_t a = ((const word_t *)in)[0], b = ((const word_t *)in)[1], c = ((const word_t *)in)[2], d = ((const word_t *)in)[3];
    uint64_t e = ((const word_t *)in)[4], f = ((const word_t *)in)[5], g = ((const word_t *)in)[6], h = ((const word_t *)in)[7];
    ((word_t *)out)[0] = a;
    ((word_t *)out)[1] = b;
    ((word_t *)out)[2] = c;
    ((word_t *)out)[3] = d;
    ((word_t *)out)[4] = e;
    ((word_t *)out)[5] = f;
    ((word_t *)out)[6] = g;
    ((word_t *)out)[7] = h;
  }
  for (; count >= 32; count -= 32, out += 32, in += 32) {
    uint64_t a = ((const word_t *)in)[0], b = ((const word_t *)in)[1];
    uint64_t c = ((const word_t *)in)[2], d = ((const word_t *)in)[3];
    ((word_t *)out)[0] = a;
    ((word_t *)out)[1] = b;
    ((word_t *)out)[2] = c;
    ((word_t *)out)[3] = d;
  }
  for (; count >= 8; count -= 8, out += 8, in += 8) *(word_t *)out = *(const word_t *)in;
  while (count--) *out++ = *in++;
}

void *memcpy(void *restrict to, const void *restrict from, size_t count) {
  copy_up(to, from, count);
  return to;
}

void *memmove(void *to, const void *from, size_t count) {
  uint8_t *out = to;
  const uint8_t *in = from;
  if ((uintptr_t)out - (uintptr_t)in >= count) { // forward never overwrites what is still to be read
    copy_up(out, in, count);
    return to;
  }
  for (; count >= 8; count -= 8) *(word_t *)(out + count - 8) = *(const word_t *)(in + count - 8);
  while (count--) out[count] = in[count];
  return to;
}

void *memset(void *to, int byte, size_t count) {
  uint8_t *out = to;
  uint64_t pattern = 0x0101010101010101ULL * (uint8_t)byte;
  for (; count >= 32; count -= 32, out += 32) {
    ((word_t *)out)[0] = pattern;
    ((word_t *)out)[1] = pattern;
    ((word_t *)out)[2] = pattern;
    ((word_t *)out)[3] = pattern;
  }
  for (; count >= 8; count -= 8, out += 8) *(word_t *)out = pattern;
  while (count--) *out++ = (uint8_t)byte;
  return to;
}

int memcmp(const void *a, const void *b, size_t count) {
  const uint8_t *x = a, *y = b;
  for (; count >= 8 && *(const word_t *)x == *(const word_t *)y; count -= 8) x += 8, y += 8;
  for (; count; count--, x++, y++)
    if (*x != *y) return *x < *y ? -1 : 1;
  return 0;
}

size_t strlen(const char *text) {
  size_t length = 0;
  while (text[length]) length++;
  return length;
}

int strcmp(const char *a, const char *b) {
  while (*a && *a == *b) a++, b++;
  return (int)(uint8_t)*a - (int)(uint8_t)*b;
}

void words_fill(uint64_t *to, uint64_t pattern, size_t words) {
  for (; words >= 32; words -= 32, to += 32) {
#pragma GCC unroll 32
    for (int i = 0; i < 32; i++) to[i] = pattern;
  }
  while (words--) *to++ = pattern;
}

void words_copy(uint64_t *restrict to, const uint64_t *restrict from, size_t words) {
  for (; words >= 4; words -= 4, to += 4, from += 4) {
    uint64_t a = from[0], b = from[1], c = from[2], d = from[3];
    to[0] = a;
    to[1] = b;
    to[2] = c;
    to[3] = d;
  }
  while (words--) *to++ = *from++;
}
