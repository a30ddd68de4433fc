// Gets a module's bytes and makes sure that they are a module.
#ifndef GANGLION_USER_WASI_LOADER_H
#define GANGLION_USER_WASI_LOADER_H

#include "base/types.h"

typedef struct {
  const uint8_t *bytes; // in the runtime's heap, to the end
  uint32_t count;
} module_bytes_t;

// Reads the whole file behind a kernel descriptor and closes it. Ends the program with words where that cannot be.
module_bytes_t loader_read(int32_t kernel);
// Ends the program with the validator's words and offset where it is not a valid module, or not one that the interpreter runs.
void loader_validate(const module_bytes_t *module);

#endif
