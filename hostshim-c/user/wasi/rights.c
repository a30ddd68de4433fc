// See rights.h.
#include "user/wasi/rights.h"

rights_pair_t rights_most(uint32_t type, bool readable, bool writable) {
  rights_pair_t rights = {0, 0};
  if (type == FILE_TYPE_REGULAR) rights = (rights_pair_t){RIGHTS_REGULAR, 0};
  else if (type == FILE_TYPE_DIRECTORY) rights = (rights_pair_t){RIGHTS_DIRECTORY, RIGHTS_DIRECTORY | RIGHTS_REGULAR};
  else if (type == FILE_TYPE_CONSOLE) rights = (rights_pair_t){RIGHTS_CONSOLE, 0};
  else if (type == FILE_TYPE_PIPE) rights = (rights_pair_t){RIGHTS_PIPE, RIGHTS_ALL};
  if (type != FILE_TYPE_DIRECTORY && !readable) rights.base &= ~RIGHT_FD_READ;
  if (type != FILE_TYPE_DIRECTORY && !writable) rights.base &= ~RIGHT_FD_WRITE;
  return rights;
}
