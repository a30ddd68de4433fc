// The glue's memory is the program's own, in ring 3. A hosted process defines nn_memory itself.
#include "user/nn/glue.h"
#include "user/user.h"

const wasm_rt_memory_t *nn_memory(void) {
  return user_memory();
}
