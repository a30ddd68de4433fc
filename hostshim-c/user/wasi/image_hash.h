// What a module is to the scheduler: 64 bits of its bytes, by which runs of the same program share a history. Fast, not cryptographic: who makes two
// modules collide shares their history, nothing else. Bottom of this folder.
#ifndef GANGLION_USER_WASI_IMAGE_HASH_H
#define GANGLION_USER_WASI_IMAGE_HASH_H

#include "base/types.h"

// Hash of `count` bytes; never 0. About six instructions for eight bytes.
uint64_t image_hash(const uint8_t *bytes, uint64_t count);

#endif
