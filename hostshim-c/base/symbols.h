// Names of functions, out of the table that the build links into the image (tools/build/symtab.ts). Bottom layer.
#ifndef GANGLION_BASE_SYMBOLS_H
#define GANGLION_BASE_SYMBOLS_H

#include "base/types.h"

// The function that holds an address, and how far into it; NULL where it is none of the image's or the table is empty.
const char *symbol_find(uint64_t va, uint64_t *offset);

#endif
