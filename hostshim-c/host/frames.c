// Host calls on page frames, through the direct map. Writes reach usable RAM only; reads reach the image and the initrd
// too. See docs/abi.md, family frames.
#include "host/host.h"

#include "base/string.h"
#include "mem/regions.h"

#define WORDS (PAGE_BYTES / 8)
// FNV-1a, 64 bits: http://www.isthe.com/chongo/tech/comp/fnv/
#define FNV_BASIS 0xcbf29ce484222325ULL
#define FNV_PRIME 0x100000001b3ULL

static void *frame(uint32_t pfn) {
  return physical_pointer(pfn * PAGE_BYTES);
}

uint32_t w2c_host_frame_fill(struct w2c_host *host, uint32_t pfn, uint32_t count, uint64_t pattern) {
  (void)host;
  if (!frames_usable(pfn, count)) return (uint32_t)STATUS_RANGE;
  words_fill(frame(pfn), pattern, count * WORDS);
  return STATUS_OK;
}

uint32_t w2c_host_frame_zero(struct w2c_host *host, uint32_t pfn, uint32_t count) {
  return w2c_host_frame_fill(host, pfn, count, 0);
}

uint32_t w2c_host_frame_copy(struct w2c_host *host, uint32_t to, uint32_t from) {
  (void)host;
  if (!frames_usable(to, 1) || !frame_is_ram(from)) return (uint32_t)STATUS_RANGE;
  if (to != from) words_copy(frame(to), frame(from), WORDS);
  return STATUS_OK;
}

uint64_t w2c_host_frame_checksum(struct w2c_host *host, uint32_t pfn) {
  (void)host;
  if (!frame_is_ram(pfn)) return 0;
  const uint64_t *words = frame(pfn);
  uint64_t hash = FNV_BASIS;
  for (unsigned i = 0; i < WORDS; i++) hash = (hash ^ words[i]) * FNV_PRIME;
  return hash;
}

uint32_t w2c_host_frame_read(struct w2c_host *host, uint32_t pfn, uint32_t offset, uint32_t buffer, uint32_t count) {
  void *to = host_span(host, buffer, count);
  if (to == NULL || !span_inside(offset, count, PAGE_BYTES) || !frame_is_ram(pfn)) return (uint32_t)STATUS_RANGE;
  memcpy(to, (uint8_t *)frame(pfn) + offset, count);
  return STATUS_OK;
}

uint32_t w2c_host_frame_write(struct w2c_host *host, uint32_t pfn, uint32_t offset, uint32_t bytes, uint32_t count) {
  const void *from = host_span(host, bytes, count);
  if (from == NULL || !span_inside(offset, count, PAGE_BYTES) || !frames_usable(pfn, 1)) return (uint32_t)STATUS_RANGE;
  memcpy((uint8_t *)frame(pfn) + offset, from, count);
  return STATUS_OK;
}
