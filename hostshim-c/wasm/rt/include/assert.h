// <assert.h> for wasm2c output and wasm3: checks are the wasm engine's own and are compiled out.
#ifndef GANGLION_ASSERT_H
#define GANGLION_ASSERT_H
#define assert(condition) ((void)0)
#define static_assert _Static_assert
#endif
