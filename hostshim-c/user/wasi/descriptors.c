// The table of the guest's descriptors. See descriptors.h.
#include "user/wasi/descriptors.h"

#include "base/string.h"
#include "user/wasi/say.h"
#include "user/wasi/sys.h"

static descriptor_t table[DESCRIPTORS];
static char names[DIRECTORY_BYTES];

static void fill(uint32_t number, int32_t kernel, const char *preopen) {
  file_stat_t stat;
  answer_t flags = sys_fd_flags(kernel, ~0u);
  if (flags < 0 || sys_fd_stat(kernel, &stat) < 0) return; // started with this one closed
  rights_pair_t rights = rights_most(stat.type, (flags & OPEN_READ) != 0, (flags & OPEN_WRITE) != 0);
  table[number] = (descriptor_t){.kernel = kernel, .type = stat.type, .base = rights.base, .inheriting = rights.inheriting, .preopen = preopen};
}

void descriptors_init(void) {
  for (unsigned i = 0; i < DESCRIPTORS; i++) table[i].kernel = -1;
  for (int32_t i = 0; i < 3; i++) fill((uint32_t)i, i, NULL);
  answer_t bytes = sys_directories(names, sizeof names);
  if (bytes < 0 || (uint64_t)bytes > sizeof names || (bytes > 0 && names[bytes - 1] != 0)) say_cannot_run("the names of its directories cannot be read");
  uint32_t number = 3;
  int32_t kernel = FIRST_DIRECTORY_DESCRIPTOR;
  for (uint64_t at = 0; at < (uint64_t)bytes && number < DESCRIPTORS; at += strlen(names + at) + 1, kernel++) {
    fill(number, kernel, names + at);
    if (table[number].kernel < 0 || table[number].type != FILE_TYPE_DIRECTORY) say_cannot_run("%s is not a directory", names + at);
    number++;
  }
}

wasi_errno_t descriptor_get(uint32_t number, rights_t needed, descriptor_t **out) {
  if (number >= DESCRIPTORS || table[number].kernel < 0) return WASI_EBADF;
  *out = &table[number];
  return (table[number].base & needed) == needed ? WASI_SUCCESS : WASI_ENOTCAPABLE;
}

wasi_errno_t descriptor_add(int32_t kernel, uint32_t type, rights_pair_t rights, uint32_t *out) {
  for (uint32_t i = 0; i < DESCRIPTORS; i++) {
    if (table[i].kernel >= 0) continue;
    table[i] = (descriptor_t){.kernel = kernel, .type = type, .base = rights.base, .inheriting = rights.inheriting};
    *out = i;
    return WASI_SUCCESS;
  }
  sys_close(kernel);
  return WASI_EMFILE;
}

wasi_errno_t descriptor_close(uint32_t number) {
  descriptor_t *row;
  wasi_errno_t error = descriptor_get(number, 0, &row);
  if (error) return error;
  error = errno_of(sys_close(row->kernel));
  row->kernel = -1;
  return error;
}

wasi_errno_t descriptor_renumber(uint32_t from, uint32_t to) {
  descriptor_t *source, *target;
  wasi_errno_t error = descriptor_get(from, 0, &source);
  if (!error) error = descriptor_get(to, 0, &target);
  if (error || source == target) return error;
  sys_close(target->kernel);
  *target = *source;
  source->kernel = -1;
  return WASI_SUCCESS;
}
