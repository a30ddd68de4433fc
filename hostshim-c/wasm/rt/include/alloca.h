// <alloca.h> for wasm2c output, which includes it and uses it only for tail calls.
#ifndef GANGLION_ALLOCA_H
#define GANGLION_ALLOCA_H
#define alloca __builtin_alloca
#endif
