// Programs of the image: ELF64 files, found through the table that tools/build/programs.ts writes, their headers read
// once at boot. The kernel maps code and constants where they lie in the image, so each segment starts on a frame of
// the file and fills whole frames (hostshim-c/user/user.ld). See docs/abi.md, family programs.
#include "host/programs.h"

#include "base/limits.h"
#include "base/panic.h"
#include "base/string.h"
#include "boot/facts.h"
#include "host/host.h"

typedef struct {
  uint8_t name[24];
  const uint8_t *start, *end;
  uint32_t initial_pages, maximum_pages;
} program_row_t;
extern const program_row_t program_table[], program_table_end[];
_Static_assert(sizeof(program_row_t) == 48, "tools/build/programs.ts");

// ELF-64 object file format, version 1.5: figures 2 and 7.
typedef struct {
  uint8_t identity[16];
  uint16_t type, machine;
  uint32_t version;
  uint64_t entry, program_headers, section_headers;
  uint32_t flags;
  uint16_t header_bytes, program_header_bytes, program_header_count, section_header_bytes, section_header_count, names;
} elf_header_t;
_Static_assert(sizeof(elf_header_t) == 64, "Elf64_Ehdr");

typedef struct {
  uint32_t type, flags;
  uint64_t offset, va, pa, file_bytes, memory_bytes, alignment;
} elf_segment_t;
_Static_assert(sizeof(elf_segment_t) == 56, "Elf64_Phdr");

enum { SEGMENT_LOAD = 1, FLAG_EXECUTE = 1, FLAG_WRITE = 2 };

typedef struct {
  program_info_t info;
  program_segment_t segments[PROGRAM_SEGMENTS];
} program_t;

extern const uint8_t image_start[]; // boot/linker.ld

static program_t programs[PROGRAMS];
static uint32_t program_count;

uint32_t programs_count(void) {
  return program_count;
}

static bool page_aligned(uint64_t value) {
  return (value & (PAGE_BYTES - 1)) == 0;
}

static void add_segment(program_t *program, const program_row_t *row, const elf_segment_t *header) {
  uint64_t file_bytes = (uint64_t)(row->end - row->start);
  bool ok = page_aligned((uint64_t)row->start) && page_aligned(header->offset) && page_aligned(header->va) && page_aligned(header->file_bytes) &&
            span_inside(header->offset, header->file_bytes, file_bytes) && header->memory_bytes >= header->file_bytes &&
            span_inside(header->va, header->memory_bytes, USER_LINEAR_VA) && program->info.segment_count < PROGRAM_SEGMENTS &&
            !((header->flags & FLAG_WRITE) && (header->flags & FLAG_EXECUTE));
  if (!ok) panic("program %s: segment %u does not have the form of user.ld", (const char *)row->name, program->info.segment_count);
  uint64_t pa = boot_facts.image_pa + (uint64_t)(row->start - image_start) + header->offset;
  program->segments[program->info.segment_count++] = (program_segment_t){
      .va = header->va,
      .memory_bytes = align_up(header->memory_bytes, PAGE_BYTES),
      .file_bytes = header->file_bytes,
      .prot = header->flags & FLAG_WRITE ? PROT_WRITE : header->flags & FLAG_EXECUTE ? PROT_EXECUTE : PROT_READ,
      .first_pfn = header->file_bytes > 0 ? (uint32_t)(pa / PAGE_BYTES) : 0,
  };
}

static void add_program(const program_row_t *row) {
  if (program_count == PROGRAMS) panic("more than %d programs in the image", PROGRAMS);
  static const uint8_t magic[6] = {0x7f, 'E', 'L', 'F', 2, 1};
  const elf_header_t *header = (const elf_header_t *)row->start;
  uint64_t bytes = (uint64_t)(row->end - row->start);
  if (bytes < sizeof *header || memcmp(header->identity, magic, sizeof magic) != 0 || header->program_header_bytes != sizeof(elf_segment_t) ||
      !span_inside(header->program_headers, header->program_header_count * sizeof(elf_segment_t), bytes))
    panic("program %s is not an ELF64 file", (const char *)row->name);
  program_t *program = &programs[program_count++];
  memcpy(program->info.name, row->name, sizeof row->name);
  program->info.entry_va = header->entry;
  program->info.initial_pages = row->initial_pages;
  program->info.maximum_pages = row->maximum_pages;
  const elf_segment_t *segments = (const elf_segment_t *)(row->start + header->program_headers);
  for (unsigned i = 0; i < header->program_header_count; i++)
    if (segments[i].type == SEGMENT_LOAD && segments[i].memory_bytes > 0) add_segment(program, row, &segments[i]);
}

void programs_init(void) {
  for (const program_row_t *row = program_table; row < program_table_end; row++) add_program(row);
}

uint32_t w2c_host_program_info(struct w2c_host *host, uint32_t index, uint32_t out) {
  program_info_t *info = host_span(host, out, sizeof *info);
  if (info == NULL) return (uint32_t)STATUS_RANGE;
  if (index >= program_count) return (uint32_t)STATUS_NOT_FOUND;
  *info = programs[index].info;
  return STATUS_OK;
}

uint32_t w2c_host_program_segment(struct w2c_host *host, uint32_t index, uint32_t segment, uint32_t out) {
  program_segment_t *row = host_span(host, out, sizeof *row);
  if (row == NULL) return (uint32_t)STATUS_RANGE;
  if (index >= program_count || segment >= programs[index].info.segment_count) return (uint32_t)STATUS_NOT_FOUND;
  *row = programs[index].segments[segment];
  return STATUS_OK;
}
