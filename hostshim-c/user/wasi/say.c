// See say.h.
#include "user/wasi/say.h"

#include "base/fmt.h"
#include "base/string.h"
#include "user/wasi/sys.h"

#define STDERR 2
#define MESSAGE_BYTES 512

static const char *name = "wasi";

void say_name(const char *text) {
  name = text;
}

static void say_list(const char *format, va_list arguments) {
  char text[MESSAGE_BYTES];
  int head = fmt_format(text, sizeof text, "%.80s: ", name);
  size_t at = (size_t)head;
  int body = fmt_vformat(text + at, sizeof text - at - 1, format, arguments);
  size_t room = sizeof text - at - 2;
  at += body < 0 ? 0 : (size_t)body < room ? (size_t)body : room;
  text[at++] = '\n';
  for (size_t done = 0; done < at;) {
    answer_t wrote = sys_fd_write(STDERR, text + done, at - done);
    if (wrote <= 0) return; // nobody listens
    done += (size_t)wrote;
  }
}

void say(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  say_list(format, arguments);
  va_end(arguments);
}

void say_cannot_run(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  say_list(format, arguments);
  va_end(arguments);
  sys_exit(STATUS_CANNOT_RUN);
}
