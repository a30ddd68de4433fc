// <inttypes.h> for wasm3: its headers use the format names in messages that are compiled out.
#ifndef GANGLION_INTTYPES_H
#define GANGLION_INTTYPES_H
#include <stdint.h>
#define PRIi32 "d"
#define PRIu32 "u"
#define PRIi64 "ld"
#define PRIu64 "lu"
#endif
