// The integer types, booleans and status numbers that every C file uses. Not a place for interfaces. Bottom layer.
#ifndef GANGLION_BASE_TYPES_H
#define GANGLION_BASE_TYPES_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi/abi.h"

// A value ≥ 0, or one of the STATUS_ numbers.
typedef int32_t status_t;

#define ARRAY_COUNT(array) (sizeof(array) / sizeof((array)[0]))

static inline uint64_t align_down(uint64_t value, uint64_t power_of_two) {
  return value & ~(power_of_two - 1);
}

// Wraps to 0 where the result does not fit: callers check `value` against a bound first.
static inline uint64_t align_up(uint64_t value, uint64_t power_of_two) {
  return (value + power_of_two - 1) & ~(power_of_two - 1);
}

// Whether [start, start + count) lies inside [0, size), without overflow.
static inline bool span_inside(uint64_t start, uint64_t count, uint64_t size) {
  return start <= size && count <= size - start;
}

#endif
