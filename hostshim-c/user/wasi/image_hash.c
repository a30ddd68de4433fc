// See image_hash.h. A multiply and a rotation for each word, so that every bit of it reaches every bit of the hash; the end is mixed as in
// splitmix64 (Steele, Lea, Flood 2014).
#include "user/wasi/image_hash.h"

#define MULTIPLIER 0x9e3779b97f4a7c15ULL
#define ROTATION 29
#define WORD 8

static uint64_t step(uint64_t hash, uint64_t word) {
  hash = (hash ^ word) * MULTIPLIER;
  return hash << ROTATION | hash >> (64 - ROTATION);
}

uint64_t image_hash(const uint8_t *bytes, uint64_t count) {
  uint64_t hash = step(MULTIPLIER, count);
  uint64_t word;
  uint64_t at = 0;
  for (; at + WORD <= count; at += WORD) {
    __builtin_memcpy(&word, bytes + at, WORD);
    hash = step(hash, word);
  }
  word = 0;
  for (uint64_t i = at; i < count; i++) word |= (uint64_t)bytes[i] << 8 * (i - at);
  hash = step(hash, word);
  hash = (hash ^ hash >> 30) * 0xbf58476d1ce4e5b9ULL;
  hash = (hash ^ hash >> 27) * 0x94d049bb133111ebULL;
  hash ^= hash >> 31;
  return hash != 0 ? hash : 1;
}
