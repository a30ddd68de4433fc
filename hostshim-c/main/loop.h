// The kernel loop: between kernel.wasm and ring 3. Above everything but main.c.
#ifndef GANGLION_MAIN_LOOP_H
#define GANGLION_MAIN_LOOP_H

// Record that bytes came in. Interrupt context.
void loop_note_console(void);

// Serves causes for ever.
_Noreturn void loop_run(void);

#endif
