// The runtime's heap in the sanitized wasi-host: the C library's, so that ASan sees every block. Else it is user/wasi/heap.c.
#include "user/wasi/heap.h"

#ifdef WASI_SANITIZED
#include <stdlib.h>

#define MOST_BYTES 0x40000000ULL

void *heap_take(uint64_t bytes) {
  return bytes > MOST_BYTES ? NULL : calloc(1, bytes ? bytes : 1);
}
void *heap_resize(void *block, uint64_t bytes) {
  return bytes > MOST_BYTES ? NULL : realloc(block, bytes ? bytes : 1);
}
void heap_give(void *block) {
  free(block);
}
#endif
