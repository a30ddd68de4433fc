// What the import module `nn` is to the hosted trainer: the memory of the module that imports it.
#ifndef GANGLION_HOSTED_OPS_NN_H
#define GANGLION_HOSTED_OPS_NN_H

#include "abi/nn.h"
#include "wasm-rt.h"

struct w2c_nn {
  const wasm_rt_memory_t *memory;
};

#endif
