// Guard windows in the kernel half. See window.h.
#include "mem/window.h"

#include "base/limits.h"
#include "base/layout.h"
#include "mem/paging.h"
#include "mem/regions.h"

_Static_assert(WINDOW_STRIDE_BYTES >= WINDOW_BYTES && WINDOWS * WINDOW_STRIDE_BYTES <= 1ULL << 39, "one top-level slot");

#define TABLE_COVERS_BYTES 0x200000ULL // what one page table maps

static uint32_t reserved_count;

status_t window_reserve(window_t *out) {
  if (reserved_count == WINDOWS) return STATUS_NO_MEMORY;
  *out = (window_t){(uint8_t *)(WINDOW_VA + reserved_count++ * WINDOW_STRIDE_BYTES), 0};
  return STATUS_OK;
}

status_t window_commit(window_t *window, uint64_t bytes) {
  if (bytes > 1ULL << 32) return STATUS_RANGE;
  if (bytes <= window->committed_bytes) return STATUS_OK;
  uint64_t more = bytes - window->committed_bytes;
  uint64_t tables = (more / TABLE_COVERS_BYTES + 6) * PAGE_BYTES; // at most, with the directories of a 4 GiB window
  if (boot_memory_left() < more + tables) return STATUS_NO_MEMORY;
  uint64_t pa = (uint64_t)boot_memory_take(more) - direct_map_va;
  status_t status = paging_map_kernel((uint64_t)window->base + window->committed_bytes, pa, more, PTE_WRITE | paging_no_execute());
  if (status != STATUS_OK) return status;
  window->committed_bytes = bytes;
  return STATUS_OK;
}

bool window_contains(uint64_t va) {
  return va >= WINDOW_VA && va < WINDOW_VA + reserved_count * WINDOW_STRIDE_BYTES;
}
