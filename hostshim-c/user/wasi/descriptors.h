// The guest's descriptors: a number of its own, the kernel's descriptor behind it, and the rights that WASI attaches. Rights only
// ever shrink. 0, 1, 2 are the standard streams, from 3 on stand the preopened directories.
#ifndef GANGLION_USER_WASI_DESCRIPTORS_H
#define GANGLION_USER_WASI_DESCRIPTORS_H

#include "base/types.h"
#include "user/wasi/errno.h"
#include "user/wasi/rights.h"

// The kernel's descriptors at the start: 0, 1, 2, then the module, then the directories.
#define MODULE_DESCRIPTOR 3
#define FIRST_DIRECTORY_DESCRIPTOR 4

typedef struct {
  int32_t kernel; // −1: this number is free
  uint32_t type; // FileType
  rights_t base, inheriting;
  const char *preopen; // name of a preopened directory, else NULL
  uint16_t sync_flags; // DSYNC, RSYNC, SYNC, as they were asked for
} descriptor_t;

// Take over what the process was started with.
void descriptors_init(void);

// The row of an open number that has all of `needed`. EBADF, ENOTCAPABLE.
wasi_errno_t descriptor_get(uint32_t number, rights_t needed, descriptor_t **out);
// The lowest free number for a kernel descriptor. EMFILE: the kernel descriptor is closed.
wasi_errno_t descriptor_add(int32_t kernel, uint32_t type, rights_pair_t rights, uint32_t *out);
wasi_errno_t descriptor_close(uint32_t number);
// Make `to` mean what `from` means and free `from`; both are open.
wasi_errno_t descriptor_renumber(uint32_t from, uint32_t to);

#endif
