// The requests to the Limine loader and its answers (Limine boot protocol, base revision 2). The image may lie at any
// physical address. The first module is the initrd.
#include "boot/facts.h"

#define REQUEST(a, b) {0xc7b1dd30df4c8b88, 0x0a82e883a194f07b, a, b}

typedef struct {
  uint64_t id[4];
  uint64_t revision;
  const void *response;
} request_t;

typedef struct {
  uint64_t revision;
  const uint8_t *address;
  uint64_t bytes;
  const char *path, *command_line;
} file_t;

typedef struct {
  uint64_t base_pa, bytes, type;
} map_entry_t;

enum { MAP_USABLE = 0, MAP_LOADER = 5 };

typedef struct {
  uint64_t revision, count;
  const map_entry_t *const *entries;
} map_response_t;

typedef struct {
  uint64_t revision, offset;
} direct_response_t;

typedef struct {
  uint64_t revision, image_pa, image_va;
} address_response_t;

typedef struct {
  uint64_t revision;
  const file_t *file;
} file_response_t;

typedef struct {
  uint64_t revision, count;
  const file_t *const *files;
} modules_response_t;

#define LIMINE_DATA __attribute__((section(".limine_requests"), used, aligned(8)))

static volatile uint64_t base_revision[3] LIMINE_DATA = {0xf9562b2d5c95a6c8, 0x6a7b384944536bdc, 2};
static volatile request_t map_request LIMINE_DATA = {REQUEST(0x67cf3d9d378a806f, 0xe304acdfc50c3c62), 0, NULL};
static volatile request_t direct_request LIMINE_DATA = {REQUEST(0x48dcf1cb8ad2b852, 0x63984e959a98244b), 0, NULL};
static volatile request_t address_request LIMINE_DATA = {REQUEST(0x71ba76863cc55f63, 0xb2644a48c516a487), 0, NULL};
static volatile request_t file_request LIMINE_DATA = {REQUEST(0xad97e90e83f1ed67, 0x31eb5d1c5ff23b69), 0, NULL};
static volatile request_t modules_request LIMINE_DATA = {REQUEST(0x3e7e279702be32af, 0xca1c4f3bd1280cee), 0, NULL};

void boot_read_limine(void) {
  boot_facts.loader = LOADER_LIMINE;
  const direct_response_t *direct = direct_request.response;
  const address_response_t *address = address_request.response;
  const map_response_t *map = map_request.response;
  if (base_revision[2] != 0 || !direct || !address || !map) return; // too old: main stops for want of a memory map
  boot_facts.direct_va = direct->offset;
  boot_facts.direct_bytes = 1ULL << 32; // all of the memory map too, but nothing needs more
  boot_facts.image_pa = address->image_pa;
  for (uint64_t i = 0; i < map->count; i++) {
    const map_entry_t *entry = map->entries[i];
    memory_kind_t kind = entry->type == MAP_USABLE ? MEMORY_USABLE : entry->type == MAP_LOADER ? MEMORY_LOADER : MEMORY_RESERVED;
    boot_add_range(entry->base_pa, entry->bytes, kind);
  }
  const file_response_t *file = file_request.response;
  if (file && file->file->command_line) boot_set_command_line(file->file->command_line);
  const modules_response_t *modules = modules_request.response;
  if (modules && modules->count > 0) {
    boot_facts.initrd_pa = (uint64_t)modules->files[0]->address - direct->offset;
    boot_facts.initrd_bytes = modules->files[0]->bytes;
  }
}
