// What a module asks for and offers, read out of its bytes before anything of it runs. Works on validated modules, yet trusts no
// length.
#ifndef GANGLION_USER_WASI_IMPORTS_H
#define GANGLION_USER_WASI_IMPORTS_H

#include "base/types.h"

typedef struct {
  uint32_t function_imports; // all of them functions of WASI
  bool has_start, start_is_void; // exports a function _start; it is () → ()
  uint32_t start; // its number
  bool has_initialize; // exports _initialize: a reactor
} module_shape_t;

// Ends the program with words where an import is not one that there is.
void imports_read(const uint8_t *bytes, uint32_t count, module_shape_t *out);
// After engine_load: link each import.
void imports_link(void);

#endif
