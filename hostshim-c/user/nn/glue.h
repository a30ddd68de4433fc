// What a program that imports `nn` supplies to its glue.
#ifndef GANGLION_USER_NN_GLUE_H
#define GANGLION_USER_NN_GLUE_H

#include "wasm-rt.h"

// The importing module's linear memory. Asked for at each call: memory grows.
const wasm_rt_memory_t *nn_memory(void);

#endif
