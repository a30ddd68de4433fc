// What the runtime itself has to say, on descriptor 2, and how it ends a program that it cannot run.
#ifndef GANGLION_USER_WASI_SAY_H
#define GANGLION_USER_WASI_SAY_H

#include "base/types.h"

#define STATUS_CANNOT_RUN 126 // as shells say it
#define STATUS_TRAPPED 134

// The name of the program in front of every message; kept, not copied.
void say_name(const char *name);
// `NAME: text` and a newline on descriptor 2.
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));
// The same, then the end with status 126: the program was not started.
_Noreturn void say_cannot_run(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
