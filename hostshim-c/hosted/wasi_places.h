// Where the windows of ring 3 lie in the Linux process `wasi-host`. Included before everything else. Under ASan the real addresses
// are its shadow's.
#ifndef GANGLION_HOSTED_WASI_PLACES_H
#define GANGLION_HOSTED_WASI_PLACES_H

#include "abi/abi.h"

#ifdef WASI_SANITIZED
#undef USER_LINEAR_VA
#define USER_LINEAR_VA 0x300000000000ULL
#define VALIDATOR_WINDOW_VA 0x500000000000ULL
#define ENGINE_NATIVE_BYTES 0x6000000ULL // frames of the sanitizers are larger
#define HOST_STACK_BYTES 0x8000000ULL
#else
#define HOST_STACK_BYTES USER_STACK_BYTES
#endif

#endif
