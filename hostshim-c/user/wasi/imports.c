// Imports and exports of a module. See imports.h. Section numbers and encodings: the WebAssembly core specification 2.0, 5.5.
#include "user/wasi/imports.h"

#include "base/string.h"
#include "user/wasi/calls.h"
#include "user/wasi/engine.h"
#include "user/wasi/heap.h"
#include "user/wasi/say.h"

enum { SECTION_TYPE = 1, SECTION_IMPORT = 2, SECTION_FUNCTION = 3, SECTION_EXPORT = 7 };
enum { KIND_FUNCTION = 0, KIND_TABLE = 1, KIND_MEMORY = 2, KIND_GLOBAL = 3 };
enum { TYPE_I32 = 0x7f, TYPE_I64 = 0x7e };
#define NAME_SHOWN 60 // longest part of a name in a message

typedef struct {
  const uint8_t *at, *end;
} reader_t;

typedef struct {
  const uint8_t *bytes;
  uint32_t count;
} name_t;

static reader_t types, functions; // the sections' bodies behind their counts
static uint32_t type_count, function_count;
static const wasi_call_t **linked; // a row per imported function
static uint32_t linked_count;

_Noreturn static void malformed(void) {
  say_cannot_run("not a valid module: it ends inside a section");
}

static uint8_t take_byte(reader_t *reader) {
  if (reader->at >= reader->end) malformed();
  return *reader->at++;
}

static uint32_t take_u32(reader_t *reader) {
  uint64_t value = 0;
  for (unsigned shift = 0; shift < 35; shift += 7) {
    uint8_t byte = take_byte(reader);
    value |= (uint64_t)(byte & 0x7f) << shift;
    if (byte < 0x80) return (uint32_t)value;
  }
  malformed();
}

static name_t take_name(reader_t *reader) {
  uint32_t count = take_u32(reader);
  if (count > (uint64_t)(reader->end - reader->at)) malformed();
  name_t name = {reader->at, count};
  reader->at += count;
  return name;
}

static bool name_is(name_t name, const char *text) {
  return strlen(text) == name.count && memcmp(name.bytes, text, name.count) == 0;
}

// Number of the type of the function `index`, imports first.
static uint32_t type_of(uint32_t index, const uint32_t *import_types, uint32_t imports) {
  if (index < imports) return import_types[index];
  reader_t reader = functions;
  if (index - imports >= function_count) malformed();
  for (uint32_t i = imports; i < index; i++) take_u32(&reader);
  return take_u32(&reader);
}

// Whether type `index` takes `arguments` ("iI") and returns an i32, or nothing.
static bool type_fits(uint32_t index, const char *arguments, bool result) {
  reader_t reader = types;
  if (index >= type_count) malformed();
  for (uint32_t i = 0;; i++) {
    take_byte(&reader); // 0x60
    bool fits = true;
    uint32_t count = take_u32(&reader);
    if (count != strlen(arguments)) fits = false;
    for (uint32_t k = 0; k < count; k++) {
      uint8_t type = take_byte(&reader);
      if (fits && type != (arguments[k] == 'I' ? TYPE_I64 : TYPE_I32)) fits = false;
    }
    uint32_t results = take_u32(&reader);
    if (results != (result ? 1 : 0)) fits = false;
    for (uint32_t k = 0; k < results; k++)
      if (take_byte(&reader) != TYPE_I32) fits = false;
    if (i == index) return fits;
  }
}

_Noreturn static void refuse(name_t module, name_t field, const char *why) {
  int from = (int)(module.count < NAME_SHOWN ? module.count : NAME_SHOWN), what = (int)(field.count < NAME_SHOWN ? field.count : NAME_SHOWN);
  say_cannot_run("imports %.*s.%.*s: %s", from, module.bytes, what, field.bytes, why);
}

static const wasi_call_t *find_import(name_t module, name_t field) {
  if (!name_is(module, WASI_MODULE)) refuse(module, field, "there is no such function; programs may import " WASI_MODULE);
  const wasi_call_t *row = calls_find(field.bytes, field.count);
  if (row == NULL) refuse(module, field, "WASI preview 1 has no such function");
  return row;
}

static uint32_t *read_imports(reader_t reader) {
  uint32_t count = take_u32(&reader);
  if (count > (uint64_t)(reader.end - reader.at)) malformed();
  uint32_t *import_types = heap_take((uint64_t)count * sizeof *import_types);
  linked = heap_take((uint64_t)count * sizeof *linked);
  if (linked == NULL || import_types == NULL) say_cannot_run("no memory for its imports");
  for (uint32_t i = 0; i < count; i++) {
    name_t module = take_name(&reader), field = take_name(&reader);
    uint8_t kind = take_byte(&reader);
    if (kind == KIND_MEMORY) refuse(module, field, "a memory cannot be imported; a program brings its own");
    if (kind == KIND_TABLE) refuse(module, field, "a table cannot be imported; a program brings its own");
    if (kind == KIND_GLOBAL) refuse(module, field, "a global cannot be imported");
    uint32_t type = take_u32(&reader);
    const wasi_call_t *row = find_import(module, field);
    if (!type_fits(type, row->arguments, !row->no_result)) refuse(module, field, "its type is not the one of WASI preview 1");
    import_types[linked_count] = type;
    linked[linked_count++] = row;
  }
  return import_types;
}

static void read_exports(reader_t reader, const uint32_t *import_types, module_shape_t *out) {
  uint32_t count = take_u32(&reader);
  for (uint32_t i = 0; i < count; i++) {
    name_t name = take_name(&reader);
    uint8_t kind = take_byte(&reader);
    uint32_t index = take_u32(&reader);
    if (kind != KIND_FUNCTION) continue;
    if (name_is(name, "_initialize")) out->has_initialize = true;
    if (!name_is(name, "_start")) continue;
    out->has_start = true;
    out->start = index;
    out->start_is_void = type_fits(type_of(index, import_types, linked_count), "", false);
  }
}

void imports_read(const uint8_t *bytes, uint32_t count, module_shape_t *out) {
  *out = (module_shape_t){0};
  uint32_t *import_types = NULL;
  reader_t reader = {bytes + 8, bytes + count};
  while (reader.at < reader.end) {
    uint8_t id = take_byte(&reader);
    uint32_t size = take_u32(&reader);
    if (size > (uint64_t)(reader.end - reader.at)) malformed();
    reader_t body = {reader.at, reader.at + size};
    reader.at += size;
    if (id == SECTION_IMPORT) import_types = read_imports(body);
    if (id == SECTION_EXPORT) read_exports(body, import_types, out);
    if (id == SECTION_TYPE) type_count = take_u32(&body), types = body;
    if (id == SECTION_FUNCTION) function_count = take_u32(&body), functions = body;
  }
  out->function_imports = linked_count;
}

void imports_link(void) {
  for (uint32_t i = 0; i < linked_count; i++) engine_link(i, linked[i]);
}
