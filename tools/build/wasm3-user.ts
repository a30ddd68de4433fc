// wasm3 for the ring-3 program `wasi`: the same package as wasm3.ts, patched into build/wasm3-user/ for modules that need not be
// metered. Linear memory is the window at USER_LINEAR_VA and never moves; the native stack has a floor that calls and loops ask.
import type { Step } from "./graph.js";
import { packageVersion } from "./wasm.js";
import { CALL_PATCHES, nestingPatch, type Patch, patchInto, WASM3_PACKAGE_FILES, WASM3_UNIT_HEADERS, WASM3_UNITS } from "./wasm3.js";

const FOLDER = "build/wasm3-user";
/** ENGINE_NESTING of hostshim-c/user/wasi/engine.h: what real programs nest (a switch is a block for each case). */
const NESTING = 1024;

/** The C files to compile, relative to the repository. */
export const USER_WASM3_SOURCES = WASM3_UNITS.map((name) => `${FOLDER}/${name}`);
export const USER_WASM3_HEADERS = WASM3_UNIT_HEADERS.map((name) => `${FOLDER}/${name}`);

/** Settings of wasm3 and of user/wasi/engine.c, which includes its headers. */
export const USER_WASM3_DEFINES = [
  "-fwrapv",
  "-Dd_m3HasWASI=0",
  "-Dd_m3VerboseErrorMessages=0",
  // Values on the stack of one function, locals among them.
  "-Dd_m3MaxFunctionStackHeight=4000",
  `-I${FOLDER}`,
  "-isystem",
  "hostshim-c/wasm/rt/include",
];

const FLOOR = "(u8 *) __builtin_frame_address (0) < engine_native_floor";

const PATCHES: Patch[] = [
  ...CALL_PATCHES,
  nestingPatch(NESTING),
  {
    file: "m3_exec_defs.h",
    why: "linear memory lies at a fixed address",
    from: "# define m3MemData(mem)                 (u8*)(((M3MemoryHeader*)(mem))+1)",
    to: '#include "abi/abi.h"\nextern u8 * engine_native_floor;\n# define m3MemData(mem)                 ((u8*)USER_LINEAR_VA)',
  },
  {
    file: "m3_env.c",
    why: "grow linear memory in place",
    from: "M3Result  ResizeMemory  (IM3Runtime io_runtime, u32 i_numPages)\n{\n    M3Result result = m3Err_none;\n",
    to: "const char *engine_resize_memory (IM3Runtime, u32);\nM3Result  ResizeMemory  (IM3Runtime io_runtime, u32 i_numPages)\n{\n    return engine_resize_memory (io_runtime, i_numPages);\n    M3Result result = m3Err_none;\n",
  },
  {
    // memory.grow(-1) wrapped to a smaller memory.
    file: "m3_exec.h",
    why: "memory.grow past 65536 pages fails",
    from: "        u32 requiredPages = memory->numPages + numPagesToGrow;\n\n        M3Result r = ResizeMemory (runtime, requiredPages);",
    to: "        u32 requiredPages = memory->numPages + numPagesToGrow;\n\n        M3Result r = requiredPages < numPagesToGrow ? m3Err_wasmMemoryOverflow : ResizeMemory (runtime, requiredPages);",
  },
  {
    file: "m3_parse.c",
    why: "a memory without a maximum has 65536 pages, one with maximum 0 has none",
    from: "    o_memory->maxPages = 0;\n    if (flag)",
    to: "    o_memory->maxPages = 65536;\n    if (flag)",
  },
  { file: "m3_env.c", why: "the maximum is as parsed", from: "io_runtime->memory.maxPages = maxPages ? maxPages : 65536;", to: "io_runtime->memory.maxPages = maxPages;" },
  {
    file: "m3_exec.h",
    why: "a call asks how much native stack is left",
    from: "    m3ret_t possible_trap = m3_Yield ();\n",
    to: `    m3ret_t possible_trap = ${FLOOR} ? (m3ret_t) m3Err_trapStackOverflow : NULL;\n`,
  },
  {
    file: "m3_exec.h",
    why: "a loop asks how much native stack is left",
    from: "    d_m3ClearRegisters\n\n    m3ret_t r;\n\n    IM3Memory memory = m3MemInfo (_mem);\n",
    to: `    d_m3ClearRegisters\n\n    m3ret_t r;\n\n    if (M3_UNLIKELY(${FLOOR})) newTrap (m3Err_trapStackOverflow);\n\n    IM3Memory memory = m3MemInfo (_mem);\n`,
  },
  {
    // As it was, each constant took an own runtime of 20 KB, and a page of code.
    file: "m3_env.c",
    why: "constants are read, not compiled and run",
    from: "    // OPTZ: use a simplified interpreter for expressions\n",
    to: "    return engine_constant (o_expressed, i_type, io_bytes, i_end);\n",
  },
  {
    file: "m3_env.c",
    why: "declare what reads constants",
    from: "M3Result  EvaluateExpression  (",
    to: "const char *engine_constant (void *, u8, bytes_t *, cbytes_t);\nM3Result  EvaluateExpression  (",
  },
  {
    file: "m3_parse.c",
    why: "constants are read, not compiled",
    from: "    // this doesn't generate code pages. just walks the wasm bytecode to find the end\n",
    to: "    u64 unused;\n    const char *engine_constant (void *, u8, bytes_t *, cbytes_t);\n    return engine_constant (& unused, c_m3Type_i64, io_bytes, i_end);\n",
  },
  { file: "m3_env.c", why: "a data segment may lie above 2 GiB", from: "        i32 segmentOffset;\n", to: "        u32 segmentOffset;\n" },
  {
    file: "m3_parse.c",
    why: "data segments that name their memory, and passive ones",
    from: "_       (ReadLEB_u32 (& segment->memoryRegion, & i_bytes, i_end));\n",
    to: '_       (ReadLEB_u32 (& segment->memoryRegion, & i_bytes, i_end));\n        _throwif ("passive data segments are not supported", segment->memoryRegion == 1);\n        if (segment->memoryRegion == 2)\n_           (ReadLEB_u32 (& segment->memoryRegion, & i_bytes, i_end));\n',
  },
  {
    // Thousands of small blocks, for names that nothing shows.
    file: "m3_parse.c",
    why: "custom sections are skipped",
    from: "        ParseSection_Custom,    // 0",
    to: "        NULL,                   // 0: custom",
  },
];

export function userWasm3Step(): Step {
  return {
    name: "wasm3 sources for programs",
    inputs: ["tools/build/wasm3.ts", "tools/build/wasm3-user.ts", ...WASM3_PACKAGE_FILES],
    outputs: [...USER_WASM3_SOURCES, ...USER_WASM3_HEADERS],
    key: packageVersion("react-native-webassembly"),
    run: () => patchInto(FOLDER, PATCHES),
  };
}
