// <limits.h> for wasm3. gcc's own wants a C library behind it.
#ifndef GANGLION_LIMITS_H
#define GANGLION_LIMITS_H
#define CHAR_BIT 8
#define INT_MAX __INT_MAX__
#define INT_MIN (-INT_MAX - 1)
#define UINT_MAX (INT_MAX * 2U + 1U)
#define LONG_MAX __LONG_MAX__
#define LONG_MIN (-LONG_MAX - 1L)
#endif
