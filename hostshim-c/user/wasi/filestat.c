// See filestat.h. Layout and flags: github.com/WebAssembly/WASI, phases/snapshot/docs.md, "filestat", "fstflags".
#include "user/wasi/filestat.h"

#include "user/wasi/guest.h"
#include "user/wasi/sys.h"

enum { FST_ACCESSED = 1, FST_ACCESSED_NOW = 2, FST_MODIFIED = 4, FST_MODIFIED_NOW = 8 };

//  | device | inode | type, 7 unused | links | size | accessed | modified | changed |   8 bytes each
void filestat_store(uint8_t *out, const file_stat_t *stat) {
  store_u64(out, stat->device);
  store_u64(out + 8, stat->inode);
  store_u64(out + 16, stat->type);
  store_u64(out + 24, stat->links);
  store_u64(out + 32, stat->bytes);
  store_u64(out + 40, stat->accessed_ns);
  store_u64(out + 48, stat->modified_ns);
  store_u64(out + 56, stat->changed_ns);
}

wasi_errno_t filestat_times(uint64_t accessed_ns, uint64_t modified_ns, uint32_t flags, file_times_t *out) {
  if (flags > 15 || (flags & 3) == 3 || (flags & 12) == 12) return WASI_EINVAL;
  uint64_t now = flags & (FST_ACCESSED_NOW | FST_MODIFIED_NOW) ? sys_clock() : 0;
  *out = (file_times_t){NO_CHANGE, NO_CHANGE};
  if (flags & FST_ACCESSED) out->accessed_ns = accessed_ns;
  if (flags & FST_ACCESSED_NOW) out->accessed_ns = now;
  if (flags & FST_MODIFIED) out->modified_ns = modified_ns;
  if (flags & FST_MODIFIED_NOW) out->modified_ns = now;
  return WASI_SUCCESS;
}
