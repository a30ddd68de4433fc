// Formatting numbers and text into a buffer. No floating point, no allocation, no output of its own. Bottom layer.
#ifndef GANGLION_BASE_FMT_H
#define GANGLION_BASE_FMT_H

#include "base/types.h"

// Conversions: %c %s %d %i %u %x %X %p %% with flags `-`, `0`, width, `*`, precision of %s, and the lengths hh h l ll z.
// Writes at most capacity − 1 bytes and a NUL (nothing where capacity is 0).
// Returns the length that the whole text has, as vsnprintf does.
int fmt_vformat(char *buffer, size_t capacity, const char *format, va_list arguments);
int fmt_format(char *buffer, size_t capacity, const char *format, ...) __attribute__((format(printf, 3, 4)));

#endif
