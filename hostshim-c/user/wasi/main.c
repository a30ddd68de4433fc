// The ring-3 program `wasi`: runs one WebAssembly module with WASI preview 1. It is launched with the guest's arguments, the
// module open as descriptor 3, and directories from 4 on. Whatever a module does ends at most this process.
#include "user/wasi/descriptors.h"
#include "user/wasi/engine.h"
#include "user/wasi/environment.h"
#include "user/wasi/image_hash.h"
#include "user/wasi/imports.h"
#include "user/wasi/loader.h"
#include "user/wasi/say.h"
#include "user/wasi/sys.h"

_Noreturn void user_main(void);

static _Noreturn void refuse_shape(const module_shape_t *shape) {
  if (shape->has_start) say_cannot_run("its _start takes or returns something; a WASI program's does not");
  if (shape->has_initialize) say_cannot_run("a reactor: it exports _initialize and no _start, so there is nothing to run");
  say_cannot_run("exports no function _start, so there is nothing to run");
}

void user_main(void) {
  if ((uint64_t)SYS0(SYS_ABI) != ABI_HASH) sys_exit(STATUS_CANNOT_RUN);
  environment_init();
  say_name(environment_program());
  module_bytes_t module = loader_read(MODULE_DESCRIPTOR);
  // Only tells the scheduler whose history counts; nothing depends on the answer.
  sys_task_image(image_hash(module.bytes, module.count));
  loader_validate(&module);
  module_shape_t shape;
  imports_read(module.bytes, module.count, &shape);
  if (!shape.has_start || !shape.start_is_void) refuse_shape(&shape);
  descriptors_init();
  engine_load(module.bytes, module.count);
  imports_link();
#ifdef WASI_HOSTED
  if (wasi_host_eager()) engine_compile_all();
#endif
  engine_end_t end = engine_run(shape.start);
  if (!end.trapped) sys_exit(0);
  say("trap: %s", end.words);
  sys_trap(end.code);
}
