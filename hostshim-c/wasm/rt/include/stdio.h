// <stdio.h> for wasm3, which includes it and prints only in its debug builds.
#ifndef GANGLION_STDIO_H
#define GANGLION_STDIO_H
#include <stddef.h>
#endif
