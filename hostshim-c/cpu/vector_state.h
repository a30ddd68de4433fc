// The vector registers of each context slot: saved lazily, loaded when the slot runs. cpu/vector.h is the part that
// the engines use. Above base.
#ifndef GANGLION_CPU_VECTOR_STATE_H
#define GANGLION_CPU_VECTOR_STATE_H

#include "cpu/vector.h"

// Turn the units on and learn how large a save area is.
void vector_init(void);
// The memory that all slots' save areas take, and where it is: 64-byte aligned. Before the first vector_reset.
uint64_t vector_memory_bytes(void);
void vector_set_memory(void *memory);
// The slot starts with a clean state.
void vector_reset(uint32_t slot);
// The slot is gone; its state need not be kept.
void vector_forget(uint32_t slot);
// Make the registers the slot's.
void vector_load(uint32_t slot);

#endif
