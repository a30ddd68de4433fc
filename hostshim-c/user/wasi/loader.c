// See loader.h.
#include "user/wasi/loader.h"

#include "base/string.h"
#include "user/validate/validator.h"
#include "user/wasi/engine.h"
#include "user/wasi/heap.h"
#include "user/wasi/say.h"
#include "user/wasi/sys.h"

#define MOST_MODULE_BYTES 0x4000000ULL // 64 MiB
#define HEAD_BYTES 8

module_bytes_t loader_read(int32_t kernel) {
  file_stat_t stat;
  answer_t status = sys_fd_stat(kernel, &stat);
  if (status < 0) say_cannot_run("no module: descriptor %d is not open (start programs with run)", kernel);
  if (stat.type != FILE_TYPE_REGULAR) say_cannot_run("not a file");
  if (stat.bytes > MOST_MODULE_BYTES) say_cannot_run("%lu bytes are more than a module may have (64 MiB)", stat.bytes);
  uint8_t *bytes = heap_take(stat.bytes);
  if (bytes == NULL) say_cannot_run("no memory for its %lu bytes; allow more with run --mem", stat.bytes);
  uint64_t done = 0;
  while (done < stat.bytes) {
    answer_t count = sys_fd_read(kernel, bytes + done, stat.bytes - done);
    if (count < 0) say_cannot_run("cannot be read (status %ld)", count);
    if (count == 0) break;
    done += (uint64_t)count;
  }
  sys_close(kernel);
  return (module_bytes_t){bytes, (uint32_t)done};
}

void loader_validate(const module_bytes_t *module) {
  static const uint8_t magic[] = {0, 'a', 's', 'm'};
  if (module->count < HEAD_BYTES || memcmp(module->bytes, magic, sizeof magic) != 0) say_cannot_run("not a WebAssembly module: it does not begin with \\0asm");
  verdict_t verdict;
  status_t status = validate_module(module->bytes, module->count, ENGINE_NESTING, &verdict);
  if (status == STATUS_OK) return;
  if (status == STATUS_UNSUPPORTED) say_cannot_run("not supported here: %s (byte %u)", verdict.text, verdict.offset);
  if (status == STATUS_TOO_DEEP) say_cannot_run("nests too deeply: %s (byte %u)", verdict.text, verdict.offset);
  if (status == STATUS_NO_MEMORY) say_cannot_run("no memory to validate it; allow more with run --mem");
  say_cannot_run("not a valid module: %s (byte %u)", verdict.text, verdict.offset);
}
