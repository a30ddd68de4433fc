// The guest's linear memory as the runtime sees it. Every pointer that a guest gives passes through here; a span is good only
// for the call in progress, since memory.grow moves only its end. Values are little-endian and may lie unaligned.
#ifndef GANGLION_USER_WASI_GUEST_H
#define GANGLION_USER_WASI_GUEST_H

#include "base/string.h"
#include "base/types.h"

// Bytes of linear memory now: at most 4 GiB.
uint64_t guest_bytes(void);

// Where the span [start, start + bytes) of the guest lies, or NULL where it leaves linear memory. An empty span needs only its
// start inside.
static inline uint8_t *guest_span(uint32_t start, uint64_t bytes) {
  return span_inside(start, bytes, guest_bytes()) ? (uint8_t *)USER_LINEAR_VA + start : NULL;
}

static inline uint16_t load_u16(const uint8_t *at) {
  uint16_t value;
  __builtin_memcpy(&value, at, sizeof value);
  return value;
}
static inline uint32_t load_u32(const uint8_t *at) {
  uint32_t value;
  __builtin_memcpy(&value, at, sizeof value);
  return value;
}
static inline uint64_t load_u64(const uint8_t *at) {
  uint64_t value;
  __builtin_memcpy(&value, at, sizeof value);
  return value;
}
static inline void store_u16(uint8_t *at, uint16_t value) { __builtin_memcpy(at, &value, sizeof value); }
static inline void store_u32(uint8_t *at, uint32_t value) { __builtin_memcpy(at, &value, sizeof value); }
static inline void store_u64(uint8_t *at, uint64_t value) { __builtin_memcpy(at, &value, sizeof value); }

#endif
