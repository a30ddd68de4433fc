// Formatting. See fmt.h for what it knows. Bottom layer.
#include "base/fmt.h"

#include "base/string.h"

typedef struct {
  char *buffer;
  size_t capacity;
  size_t length; // of the whole text, also where it was cut
} output_t;

typedef struct {
  bool left, zeros;
  int width, precision; // precision −1: none given
  int longs; // 0 int, 1 long, 2 long long; −1 short, −2 char
} spec_t;

static void put(output_t *out, char c) {
  if (out->length + 1 < out->capacity) out->buffer[out->length] = c;
  out->length++;
}

static void put_padded(output_t *out, const spec_t *spec, const char *prefix, const char *text, size_t count) {
  size_t prefix_count = strlen(prefix);
  size_t total = prefix_count + count;
  size_t padding = spec->width > 0 && (size_t)spec->width > total ? (size_t)spec->width - total : 0;
  if (!spec->left && !spec->zeros)
    while (padding) padding--, put(out, ' ');
  for (size_t i = 0; i < prefix_count; i++) put(out, prefix[i]);
  if (!spec->left)
    while (padding) padding--, put(out, '0');
  for (size_t i = 0; i < count; i++) put(out, text[i]);
  while (padding) padding--, put(out, ' ');
}

static void put_number(output_t *out, const spec_t *spec, uint64_t value, unsigned base, bool upper, const char *prefix) {
  const char *digits = upper ? "0123456789ABCDEF" : "0123456789abcdef";
  char text[24];
  size_t at = sizeof text;
  do text[--at] = digits[value % base];
  while (value /= base);
  put_padded(out, spec, prefix, text + at, sizeof text - at);
}

static uint64_t take_unsigned(const spec_t *spec, va_list *arguments) {
  if (spec->longs >= 2) return va_arg(*arguments, unsigned long long);
  if (spec->longs == 1) return va_arg(*arguments, unsigned long);
  unsigned value = va_arg(*arguments, unsigned);
  return spec->longs == -1 ? (uint16_t)value : spec->longs == -2 ? (uint8_t)value : value;
}

static int64_t take_signed(const spec_t *spec, va_list *arguments) {
  if (spec->longs >= 2) return va_arg(*arguments, long long);
  if (spec->longs == 1) return va_arg(*arguments, long);
  int value = va_arg(*arguments, int);
  return spec->longs == -1 ? (int16_t)value : spec->longs == -2 ? (int8_t)value : value;
}

static int parse_count(const char **at, va_list *arguments) {
  if (**at == '*') {
    (*at)++;
    return va_arg(*arguments, int);
  }
  int value = 0;
  while (**at >= '0' && **at <= '9' && value < 10000) value = value * 10 + (*(*at)++ - '0');
  return value;
}

static spec_t parse_spec(const char **at, va_list *arguments) {
  spec_t spec = {.precision = -1};
  for (;; (*at)++) {
    if (**at == '-') spec.left = true;
    else if (**at == '0') spec.zeros = true;
    else break;
  }
  spec.width = parse_count(at, arguments);
  if (spec.width < 0) spec.left = true, spec.width = -spec.width;
  if (**at == '.') {
    (*at)++;
    spec.precision = parse_count(at, arguments);
  }
  for (;; (*at)++) {
    if (**at == 'l') spec.longs++;
    else if (**at == 'h') spec.longs--;
    else if (**at == 'z' || **at == 't' || **at == 'j') spec.longs = 2;
    else break;
  }
  if (spec.left) spec.zeros = false;
  return spec;
}

static void put_text(output_t *out, spec_t *spec, const char *text) {
  if (text == NULL) text = "(null)";
  size_t count = 0;
  while ((spec->precision < 0 || count < (size_t)spec->precision) && text[count]) count++;
  spec->zeros = false;
  put_padded(out, spec, "", text, count);
}

int fmt_vformat(char *buffer, size_t capacity, const char *format, va_list list) {
  output_t out = {buffer, capacity, 0};
  va_list arguments;
  va_copy(arguments, list);
  for (const char *at = format; *at; at++) {
    if (*at != '%') {
      put(&out, *at);
      continue;
    }
    at++;
    spec_t spec = parse_spec(&at, &arguments);
    if (*at == 'd' || *at == 'i') {
      int64_t value = take_signed(&spec, &arguments);
      put_number(&out, &spec, value < 0 ? 0 - (uint64_t)value : (uint64_t)value, 10, false, value < 0 ? "-" : "");
    } else if (*at == 'u') {
      put_number(&out, &spec, take_unsigned(&spec, &arguments), 10, false, "");
    } else if (*at == 'x' || *at == 'X') {
      put_number(&out, &spec, take_unsigned(&spec, &arguments), 16, *at == 'X', "");
    } else if (*at == 'p') {
      put_number(&out, &spec, (uintptr_t)va_arg(arguments, void *), 16, false, "0x");
    } else if (*at == 'c') {
      char c = (char)va_arg(arguments, int);
      put_padded(&out, &spec, "", &c, 1);
    } else if (*at == 's') {
      put_text(&out, &spec, va_arg(arguments, const char *));
    } else if (*at == '%') {
      put(&out, '%');
    } else { // unknown: shown as it stands
      put(&out, '%');
      if (*at == '\0') break;
      put(&out, *at);
    }
  }
  va_end(arguments);
  if (capacity > 0) buffer[out.length < capacity ? out.length : capacity - 1] = '\0';
  return (int)out.length;
}

int fmt_format(char *buffer, size_t capacity, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  int length = fmt_vformat(buffer, capacity, format, arguments);
  va_end(arguments);
  return length;
}
