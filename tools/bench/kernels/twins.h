// The C twins of the bench kernels: the same algorithm as the AssemblyScript, on static arrays. Each answers a checksum.
#ifndef GANGLION_BENCH_TWINS_H
#define GANGLION_BENCH_TWINS_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

uint32_t twin_allocator(uint32_t n);
uint32_t twin_bits(uint32_t n);
uint32_t twin_parse(uint32_t n);
uint32_t twin_sort(uint32_t n);
uint32_t twin_hash(uint32_t n);
uint32_t twin_attention(uint32_t n);
uint32_t twin_queue(uint32_t n);
uint32_t twin_int8_dot(uint32_t n);
uint32_t twin_boundary(uint32_t n);

// What boundary calls: main.c's.
uint32_t bench_next(uint32_t value);

#endif
