// Limits and places that both sides of a boundary must agree on.
import type { Constant } from "./types.js";

export const CONSTANTS: Constant[] = [
  { name: "PAGE_BYTES", value: 4096n, doc: "size of a page frame" },
  { name: "CONTEXT_SLOTS", value: 256n, doc: "ring-3 register sets" },
  { name: "USER_IMAGE_VA", value: 0x40_0000n, doc: "where a program is linked" },
  { name: "USER_LINEAR_VA", value: 0x10_0000_0000n, doc: "start of a program's linear memory" },
  { name: "USER_LINEAR_WINDOW_BYTES", value: 0x2_0001_0000n, doc: "8 GiB + 64 KiB: every address that a load can form" },
  { name: "USER_STACK_TOP_VA", value: 0x20_0000_0000n, doc: "end of a program's stack; below it a guard" },
  { name: "USER_STACK_BYTES", value: 0x4_0000n, doc: "256 KiB, committed on touch" },
  { name: "USER_END_VA", value: 0x100_0000_0000n, doc: "no user page lies at or above" },
  { name: "ARGUMENT_BYTES", value: 1024n, doc: "most bytes of a process's arguments" },
  { name: "PROCESSES", value: 128n, doc: "most processes at once; a process's slot is its context slot" },
  { name: "MEMORY_SAMPLES", value: 100n, doc: "rows in the memory policy's window" },
  { name: "MODULE_NESTING", value: 64n, doc: "deepest nesting of blocks that a module may have" },
  { name: "MODULE_BYTES", value: 0x4_0000n, doc: "largest module that can be loaded: 256 KiB" },
  { name: "DEBUG_EXIT_PORT", value: 0xf4n, doc: "QEMU isa-debug-exit; QEMU's exit status is (value << 1) | 1" },
  { name: "DEBUG_EXIT_OK", value: 0x10n, doc: "power_off(0); status 33" },
  { name: "DEBUG_EXIT_FAILED", value: 0x11n, doc: "power_off(1); status 35" },
  { name: "DEBUG_EXIT_PANIC", value: 0x12n, doc: "the epitaph was printed; status 37" },
  { name: "FRAME_MARK", value: 0x1en, doc: "starts and ends a mark of the machine console: RS b; id RS, RS e; id; status; failures RS, RS ready RS" },
];
