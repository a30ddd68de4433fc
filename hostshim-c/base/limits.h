// Every limit of the shim that is not part of the interface table (abi/abi.h), in one place. Bottom layer.
#ifndef GANGLION_BASE_LIMITS_H
#define GANGLION_BASE_LIMITS_H

#define MAIN_STACK_BYTES 0x40000 // ring 0's one stack: 256 KiB; wasm3 recurses on it
#define FAULT_STACK_BYTES 0x4000 // each of the stacks for #DF, NMI, #MC: 16 KiB
#define MEMORY_REGIONS 128 // rows of the physical memory map after sorting
#define COMMAND_LINE_BYTES 2048 // longest kernel command line; the rest is cut
#define CONSOLE_RING_BYTES 4096 // received bytes that wait
#define SPACES 256 // address spaces, one per context slot
#define PROGRAMS 32 // programs embedded in the image
#define PROGRAM_SEGMENTS 8 // loadable segments of one program
#define WINDOWS 48 // guard windows for linear memories
#define POLICY_SHARE 8 // of RAM, the part that policies in the image may take for their linear memories at boot: one eighth
#define PANIC_MESSAGE_BYTES 512 // longest message of a panic
#define BACKTRACE_FRAMES 32 // frames that an epitaph shows
#define BACKTRACE_STEPS 20000 // frames that it follows: a full stack holds fewer
#define EPITAPH_TRACE_ROWS 8 // trace rows that an epitaph shows
#define CONSOLE_SEND_DEADLINE_NS 10000000000ULL // then the rest of a write is dropped and not counted as sent

#endif
