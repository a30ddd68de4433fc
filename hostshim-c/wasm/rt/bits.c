// The one libgcc helper that generated code and wasm3 call. Not libgcc: that is compiled with a red zone.
#include <stdint.h>

int __popcountdi2(uint64_t value);

int __popcountdi2(uint64_t value) {
  value -= (value >> 1) & 0x5555555555555555ULL;
  value = (value & 0x3333333333333333ULL) + ((value >> 2) & 0x3333333333333333ULL);
  value = (value + (value >> 4)) & 0x0f0f0f0f0f0f0f0fULL;
  return (int)((value * 0x0101010101010101ULL) >> 56);
}
