// What a ring-3 program may ask of the kernel (import module "sys"). The program's glue checks spans and turns
// offsets in its linear memory into virtual addresses; the kernel sees addresses. Numbers are positions: append only.
import { arg as a, type CallFamily } from "./types.js";

const SPAN = { Range: "the span leaves the program's memory", Fault: "the memory cannot be reached" };

export const SYS_CALLS: CallFamily[] = [
  {
    family: "process",
    doc: "Life of a process.",
    calls: [
      { name: "exit", doc: "End this process.", args: [a("i32 status", "0…255")], returns: "never", returnsDoc: "", faults: {} },
      {
        name: "trap",
        doc: "End this process as a WebAssembly trap (the glue calls it).",
        args: [a("i32 code", "wasm_rt trap code")],
        returns: "never",
        returnsDoc: "",
        faults: {},
      },
      { name: "pid", doc: "This process's pid.", args: [], returns: "i64", returnsDoc: "pid", faults: {} },
      {
        name: "arguments",
        doc: "Copy the arguments, NUL separated.",
        args: [a("ptr buffer", "out"), a("len capacity", "bytes")],
        returns: "i64",
        returnsDoc: "bytes they have (copied up to capacity)",
        faults: SPAN,
      },
      {
        name: "spawn",
        doc: "Start a program of the image. argument 0 names it.",
        args: [a("ptr argv", "NUL separated, NUL ended"), a("len bytes", "≤ 1024"), a("u32 flags", "bit 0: may not be chosen by the out-of-memory killer")],
        returns: "i64",
        returnsDoc: "pid",
        faults: { ...SPAN, NotFound: "no such program", Busy: "as many processes as there may be", NoMemory: "no frame left", Invalid: "arguments malformed" },
      },
      {
        name: "wait",
        doc: "Wait for a child to end and reap it.",
        args: [a("u32 pid", "0: any child"), a("u32 flags", "bit 0: do not wait"), a("ptr:ExitInfo out", "")],
        returns: "i64",
        returnsDoc: "pid",
        faults: { ...SPAN, NotFound: "no such child", Again: "none has ended (bit 0)", Interrupted: "Ctrl-C" },
      },
      {
        name: "kill",
        doc: "End a process.",
        args: [a("u32 pid", ""), a("u32 status", "exit status it gets: 137 kill, 130 Ctrl-C")],
        returns: "i64",
        returnsDoc: "Ok",
        faults: { NotFound: "no such process", Denied: "a service of the image" },
      },
    ],
  },
  {
    family: "time",
    doc: "Clock and sleep.",
    calls: [
      { name: "time_now", doc: "Uptime.", args: [], returns: "i64", returnsDoc: "ns", faults: {} },
      { name: "sleep", doc: "Sleep.", args: [a("u64 ns", "how long")], returns: "i64", returnsDoc: "Ok", faults: { Interrupted: "Ctrl-C" } },
      { name: "yield_now", doc: "Let another process run.", args: [], returns: "i64", returnsDoc: "Ok", faults: {} },
      { name: "random", doc: "A number from the kernel's seeded generator.", args: [], returns: "i64", returnsDoc: "64 bits", faults: {} },
    ],
  },
  {
    family: "memory",
    doc: "Linear memory, committed page by page on first touch.",
    calls: [
      {
        name: "memory_limit",
        doc: "Set the size of linear memory (memory.grow; the glue calls it). Never shrinks.",
        args: [a("u64 bytes", "multiple of 64 KiB")],
        returns: "i64",
        returnsDoc: "Ok",
        faults: { NoMemory: "over the program's maximum", Invalid: "smaller than now, or not a multiple" },
      },
      {
        name: "memory_release",
        doc: "Give the whole frames of a span back; it reads as zeros afterwards.",
        args: [a("ptr start", "page aligned"), a("len bytes", "page multiple")],
        returns: "i64",
        returnsDoc: "frames given back",
        faults: { ...SPAN, Invalid: "not page aligned" },
      },
    ],
  },
  {
    family: "console",
    doc: "The serial console.",
    calls: [
      { name: "write", doc: "Write to the console.", args: [a("ptr bytes", ""), a("len count", "bytes")], returns: "i64", returnsDoc: "bytes written", faults: SPAN },
      {
        name: "read",
        doc: "Read what was typed, raw; waits for at least one byte.",
        args: [a("ptr buffer", "out"), a("len capacity", "bytes"), a("u64 timeoutNs", "0: do not wait; ~0: for ever")],
        returns: "i64",
        returnsDoc: "bytes",
        faults: { ...SPAN, Again: "nothing typed in time", Invalid: "capacity is 0", Denied: "not a service: only the console's owner reads" },
      },
      { name: "interrupted", doc: "Whether Ctrl-C was typed since the last call; clears it.", args: [], returns: "i64", returnsDoc: "0 or 1", faults: {} },
    ],
  },
  {
    family: "kernel",
    doc: "See and steer the kernel.",
    calls: [
      {
        name: "query",
        doc: "Copy whole rows of a topic.",
        args: [a("u32 topic", "Topic"), a("u64 start", "row, sequence number or byte offset, as the topic says"), a("ptr buffer", "out"), a("len capacity", "bytes")],
        returns: "i64",
        returnsDoc: "bytes copied; 0 at the end",
        faults: { ...SPAN, NotFound: "no such topic" },
      },
      {
        name: "control",
        doc: "Do something; see Control.",
        args: [a("u32 operation", "Control"), a("u64 a", ""), a("u64 b", ""), a("ptr buffer", "in or out"), a("len bytes", "")],
        returns: "i64",
        returnsDoc: "as the operation says",
        faults: { ...SPAN, NotFound: "no such operation or object", Range: "a number out of range", Denied: "not this process's to do" },
      },
      {
        name: "abi",
        doc: "The kernel's ABI_HASH. The glue asks before anything else and ends the program with status 126 where its own differs.",
        args: [],
        returns: "i64",
        returnsDoc: "ABI_HASH",
        faults: {},
      },
    ],
  },
];
