// The symbol table: u32 count, u32 length of the code, then count × {u32 offset from image_start, u32 offset of the
// name from symtab_start}, sorted, then the names, each NUL ended. See symbols.h.
#include "base/symbols.h"

typedef struct {
  uint32_t offset, name;
} symbol_t;

typedef struct {
  uint32_t count, code_bytes;
  symbol_t symbols[];
} symbol_table_t;

extern const uint8_t image_start[], symtab_start[], symtab_end[];

const char *symbol_find(uint64_t va, uint64_t *offset) {
  uint64_t bytes = (uint64_t)(symtab_end - symtab_start);
  const symbol_table_t *table = (const symbol_table_t *)symtab_start;
  if (bytes < sizeof *table || table->count == 0 || sizeof *table + table->count * sizeof(symbol_t) > bytes) return NULL;
  uint64_t wanted = va - (uint64_t)image_start;
  if (wanted >= table->code_bytes || wanted < table->symbols[0].offset) return NULL;
  uint32_t low = 0, high = table->count; // the last symbol ≤ wanted lies in [low, high)
  while (high - low > 1) {
    uint32_t middle = low + (high - low) / 2;
    if (table->symbols[middle].offset <= wanted) low = middle;
    else high = middle;
  }
  *offset = wanted - table->symbols[low].offset;
  return table->symbols[low].name < bytes ? (const char *)symtab_start + table->symbols[low].name : NULL;
}
