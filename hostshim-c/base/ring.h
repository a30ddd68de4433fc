// A ring of bytes for one producer and one consumer. Not thread safe beyond that. Bottom layer, header only.
#ifndef GANGLION_BASE_RING_H
#define GANGLION_BASE_RING_H

#include "base/types.h"

// `storage` is the owner's; capacity is a power of two. head − tail bytes wait; both only grow.
typedef struct {
  uint8_t *storage;
  uint32_t capacity;
  volatile uint32_t head; // bytes ever put
  volatile uint32_t tail; // bytes ever taken
} ring_t;

static inline uint32_t ring_count(const ring_t *ring) {
  return ring->head - ring->tail;
}

static inline bool ring_full(const ring_t *ring) {
  return ring_count(ring) == ring->capacity;
}

// Returns false, changing nothing, where the ring is full.
static inline bool ring_put(ring_t *ring, uint8_t byte) {
  if (ring_full(ring)) return false;
  ring->storage[ring->head & (ring->capacity - 1)] = byte;
  ring->head++;
  return true;
}

// Take up to `capacity` bytes into `out`; returns how many.
static inline uint32_t ring_take(ring_t *ring, uint8_t *out, uint32_t capacity) {
  uint32_t count = ring_count(ring);
  if (count > capacity) count = capacity;
  for (uint32_t i = 0; i < count; i++) out[i] = ring->storage[(ring->tail + i) & (ring->capacity - 1)];
  ring->tail += count;
  return count;
}

#endif
