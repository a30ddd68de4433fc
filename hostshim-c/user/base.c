// The parts of the shim that programs share, compiled for ring 3: copying bytes, and what gcc calls for counting bits.
#include "base/string.c"
#include "wasm/rt/bits.c"
