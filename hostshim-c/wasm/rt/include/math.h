// <math.h> for wasm2c output and wasm3: the rounding functions of WebAssembly, exact, from SSE2 alone.
// Assumes round-to-nearest (MXCSR 0x1F80) and finite or infinite arguments; NaN passes through. Not a mathematics library.
#ifndef GANGLION_MATH_H
#define GANGLION_MATH_H

#include <stdint.h>

#define NAN __builtin_nanf("")
#define INFINITY __builtin_inff()
#define isnan(x) __builtin_isnan(x)
#define isinf(x) __builtin_isinf_sign(x)
#define signbit(x) __builtin_signbit(x)

#define fabs __builtin_fabs
#define fabsf __builtin_fabsf
#define copysign __builtin_copysign
#define copysignf __builtin_copysignf
#define sqrt __builtin_sqrt // sqrtsd under -fno-math-errno
#define sqrtf __builtin_sqrtf

// From this magnitude on every value is an integer.
#define GANGLION_F64_INTEGERS 4503599627370496.0 // 2^52
#define GANGLION_F32_INTEGERS 8388608.0f         // 2^23

static inline double trunc(double x) {
  if (!(fabs(x) < GANGLION_F64_INTEGERS)) return x;
  return copysign((double)(int64_t)x, x);
}

static inline double floor(double x) {
  if (!(fabs(x) < GANGLION_F64_INTEGERS)) return x;
  double whole = (double)(int64_t)x;
  return copysign(whole > x ? whole - 1.0 : whole, x);
}

static inline double ceil(double x) {
  if (!(fabs(x) < GANGLION_F64_INTEGERS)) return x;
  double whole = (double)(int64_t)x;
  return copysign(whole < x ? whole + 1.0 : whole, x);
}

// Ties to even: adding 2^52 leaves no bit for a fraction, so the addition itself rounds.
static inline double nearbyint(double x) {
  double magnitude = fabs(x);
  if (!(magnitude < GANGLION_F64_INTEGERS)) return x;
  return copysign((magnitude + GANGLION_F64_INTEGERS) - GANGLION_F64_INTEGERS, x);
}
#define rint nearbyint

static inline float truncf(float x) {
  if (!(fabsf(x) < GANGLION_F32_INTEGERS)) return x;
  return copysignf((float)(int32_t)x, x);
}

static inline float floorf(float x) {
  if (!(fabsf(x) < GANGLION_F32_INTEGERS)) return x;
  float whole = (float)(int32_t)x;
  return copysignf(whole > x ? whole - 1.0f : whole, x);
}

static inline float ceilf(float x) {
  if (!(fabsf(x) < GANGLION_F32_INTEGERS)) return x;
  float whole = (float)(int32_t)x;
  return copysignf(whole < x ? whole + 1.0f : whole, x);
}

static inline float nearbyintf(float x) {
  float magnitude = fabsf(x);
  if (!(magnitude < GANGLION_F32_INTEGERS)) return x;
  return copysignf((magnitude + GANGLION_F32_INTEGERS) - GANGLION_F32_INTEGERS, x);
}
#define rintf nearbyintf

#endif
