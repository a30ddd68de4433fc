// wasm3 for the build: its sources out of the npm package that carries them, patched into build/wasm3/. Nothing of it is kept in
// the repository. Each patch replaces text that must occur exactly once, else the build fails. Compiling is tools/build/cc.ts's.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { MODULE_NESTING } from "../abi/index.js";
import { replaceOnce } from "./_replace.js";
import type { Step } from "./graph.js";
import { ROOT } from "./places.js";
import { packageVersion } from "./wasm.js";

const PACKAGE = "node_modules/react-native-webassembly/cpp";
export const WASM3_FOLDER = "build/wasm3";

export const WASM3_UNITS = ["bind", "code", "compile", "core", "env", "exec", "function", "module", "parse"].map((name) => `m3_${name}.c`);
export const WASM3_UNIT_HEADERS = [
  ...["bind", "code", "compile", "config", "config_platforms", "core", "env", "exception", "exec", "exec_defs", "function", "info", "math_utils"].map((name) => `m3_${name}.h`),
  "wasm3.h",
  "wasm3_defs.h",
];

/** The C files to compile, relative to the repository. */
export const WASM3_SOURCES = WASM3_UNITS.map((name) => `${WASM3_FOLDER}/${name}`);
/** The headers that they, and hostshim-c/wasm/wasm3.c, include. */
export const WASM3_HEADERS = WASM3_UNIT_HEADERS.map((name) => `${WASM3_FOLDER}/${name}`);

/** Settings of wasm3 and of every file that includes its headers. It computes with signed numbers that wrap. */
export const WASM3_DEFINES = [
  "-fwrapv",
  "-Dd_m3HasWASI=0",
  "-Dd_m3VerboseErrorMessages=0",
  "-Dd_m3CodePageAlignSize=8192",
  "-Ibuild/wasm3",
  "-isystem",
  "hostshim-c/wasm/rt/include",
];

export interface Patch {
  file: string;
  why: string;
  from: string;
  to: string;
}

/** What the calls of an interpreted function could do to wasm3 itself, everywhere. */
export const CALL_PATCHES: Patch[] = [
  {
    // github.com/wasm3/wasm3 pull request 501, issues 477 and 562: the caller writes arguments before the callee checks the stack.
    file: "m3_compile.c",
    why: "count argument slots as stack",
    from: "    u16 argTop = topSlot + (numArgs + numRets) * c_ioSlotCount;\n\n    while (numArgs--)",
    to: "    u16 argTop = topSlot + (numArgs + numRets) * c_ioSlotCount;\n    TouchSlot (o, argTop - 1);\n\n    while (numArgs--)",
  },
];

/** Bound the nesting of blocks to `most`. */
export function nestingPatch(most: number): Patch {
  // The compiler recurses on the native stack once per nested block. One more than `most`: the function body is a block.
  return {
    file: "m3_compile.c",
    why: "bound the nesting of blocks",
    from: "    M3CompilationScope outerScope = o->block;\n    M3CompilationScope * block = & o->block;\n",
    to: `    if (o->block.depth > ${most}) return "blocks nest too deeply";\n    M3CompilationScope outerScope = o->block;\n    M3CompilationScope * block = & o->block;\n`,
  };
}

const PATCHES: Patch[] = [
  ...CALL_PATCHES,
  nestingPatch(MODULE_NESTING),
  {
    // A call asks m3_Yield already; a loop does not.
    file: "m3_exec.h",
    why: "ask m3_Yield on each pass of a loop",
    from: '    do\n    {\n#if d_m3EnableStrace >= 3\n        d_m3TracePrint("iter {");',
    to: '    do\n    {\n        r = (m3ret_t) m3_Yield ();\n        if (M3_UNLIKELY(r)) break;\n#if d_m3EnableStrace >= 3\n        d_m3TracePrint("iter {");',
  },
  {
    // Both do as much work as their size says, in one instruction.
    file: "m3_exec.h",
    why: "charge memory.copy for its size",
    from: "            u8 * dst = m3MemData (_mem) + destination;\n            u8 * src = m3MemData (_mem) + source;\n            memmove (dst, src, size);\n",
    to: "            u8 * dst = m3MemData (_mem) + destination;\n            u8 * src = m3MemData (_mem) + source;\n            m3ret_t spent = m3_Charge (size);\n            if (M3_UNLIKELY(spent)) newTrap (spent);\n            memmove (dst, src, size);\n",
  },
  {
    file: "m3_exec.h",
    why: "charge memory.fill for its size",
    from: "        u8 * mem8 = m3MemData (_mem) + destination;\n",
    to: "        u8 * mem8 = m3MemData (_mem) + destination;\n        m3ret_t spent = m3_Charge (size);\n        if (M3_UNLIKELY(spent)) newTrap (spent);\n",
  },
  {
    file: "wasm3.h",
    why: "declare m3_Charge",
    from: "    M3Result            m3_Yield                    (void);\n",
    to: "    M3Result            m3_Yield                    (void);\n    M3Result            m3_Charge                   (uint32_t bytes);\n",
  },
  {
    // An embedder that counts nothing need not define it, as with m3_Yield.
    file: "m3_core.c",
    why: "a weak m3_Charge",
    from: "M3_WEAK\nM3Result m3_Yield ()\n{\n    return m3Err_none;\n}\n",
    to: "M3_WEAK\nM3Result m3_Yield ()\n{\n    return m3Err_none;\n}\n\nM3_WEAK\nM3Result m3_Charge (uint32_t bytes)\n{\n    return m3Err_none;\n}\n",
  },
];

/** Copies and patches the sources into a folder. Throws PatchError where the package is not the one that the patches were made for. */
export async function patchInto(folder: string, patches: Patch[]): Promise<void> {
  await mkdir(join(ROOT, folder), { recursive: true });
  for (const name of [...WASM3_UNITS, ...WASM3_UNIT_HEADERS]) {
    let text = await readFile(join(ROOT, PACKAGE, name), "utf8");
    for (const patch of patches) if (patch.file === name) text = replaceOnce(text, patch.from, patch.to, `wasm3: ${patch.why}`);
    await writeFile(join(ROOT, folder, name), text);
  }
}

/** The package's files, which every patching step reads. */
export const WASM3_PACKAGE_FILES = [...WASM3_UNITS, ...WASM3_UNIT_HEADERS].map((name) => `${PACKAGE}/${name}`);

export function wasm3Step(): Step {
  return {
    name: "wasm3 sources",
    inputs: ["tools/build/wasm3.ts", ...WASM3_PACKAGE_FILES],
    outputs: [...WASM3_SOURCES, ...WASM3_HEADERS],
    key: `${packageVersion("react-native-webassembly")} ${MODULE_NESTING}`,
    run: () => patchInto(WASM3_FOLDER, PATCHES),
  };
}
