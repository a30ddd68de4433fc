// Bench kernel: the C twin of parse.ts.
#include "twins.h"

#define TEXT_BYTES 4096

static uint8_t text[TEXT_BYTES];
static bool filled;

static void fill(void) {
  uint32_t seed = 7;
  int at = 0;
  while (at < TEXT_BYTES) {
    seed = seed * 1664525u + 1013904223u;
    uint32_t kind = seed >> 30;
    int length = 1 + (int)((seed >> 20) & 7);
    if (length > TEXT_BYTES - at) length = TEXT_BYTES - at;
    for (int i = 0; i < length; i++) {
      seed = seed * 1664525u + 1013904223u;
      uint32_t pick = seed >> 16;
      text[at++] = (uint8_t)(kind == 0 ? 48 + pick % 10 : kind == 1 ? 97 + pick % 26 : kind == 2 ? 32 : 40 + pick % 8);
    }
  }
  filled = true;
}

uint32_t twin_parse(uint32_t n) {
  if (!filled) fill();
  uint32_t sum = 0;
  for (uint32_t round = 0; round < n; round++) {
    uint32_t at = round & 15;
    while (at < TEXT_BYTES) {
      uint32_t c = text[at];
      if (c - 48 < 10) {
        uint32_t value = 0, digit = c - 48;
        do {
          value = value * 10 + digit;
          if (++at >= TEXT_BYTES) break;
          digit = (uint32_t)text[at] - 48;
        } while (digit < 10);
        sum = sum * 33 + value;
      } else if (c - 97 < 26) {
        uint32_t hash = 5381, letter = c;
        do {
          hash = (hash << 5) + hash + letter;
          if (++at >= TEXT_BYTES) break;
          letter = text[at];
        } while (letter - 97 < 26);
        sum ^= hash;
      } else if (c == 32) {
        at++;
      } else {
        sum += c << (c & 7);
        at++;
      }
    }
  }
  return sum;
}
