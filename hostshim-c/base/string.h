// Copying and comparing bytes. Not the whole of C's string.h: only what the shim and the code that gcc generates
// call. Bottom layer. Plain 64-bit loops: under QEMU's translator `rep movsb` is 30 times slower.
#ifndef GANGLION_BASE_STRING_H
#define GANGLION_BASE_STRING_H

#include "base/types.h"

void *memcpy(void *restrict to, const void *restrict from, size_t count);
void *memmove(void *to, const void *from, size_t count);
void *memset(void *to, int byte, size_t count);
int memcmp(const void *a, const void *b, size_t count);
size_t strlen(const char *text);
int strcmp(const char *a, const char *b);

// Fill with a repeated 64-bit pattern. `to` 8-byte aligned; count in words.
void words_fill(uint64_t *to, uint64_t pattern, size_t words);
// Copy words. Both 8-byte aligned, not overlapping; count in words.
void words_copy(uint64_t *restrict to, const uint64_t *restrict from, size_t words);

#endif
