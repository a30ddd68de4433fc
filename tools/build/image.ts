// The kernel image: shim + kernel.wasm + policies + programs, linked into build/ganglion.elf.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { aotPolicy, policyUnit, writeAotTable } from "./aot-table.js";
import { compileObject, link, objectPath, sourcesIn } from "./cc.js";
import { command } from "./command.js";
import { kernelWasmFlags, policyFlags, shimFlags, wasm3Flags } from "./flags.js";
import type { Step } from "./graph.js";
import { ROOT } from "./places.js";
import { meteredWasm, type Policy, policySteps, RECORD, recordSteps, travelling } from "./policies.js";
import { ENTRIES, PROGRAMS, type ProgramEntry, programElf, programSteps, programTable, SPEC, TEST_ENTRIES, VECTORS } from "./programs.js";
import { symbolTable } from "./symtab.js";
import { wasiSteps } from "./wasi-runtime.js";
import { compileWasm, wasmToC, wasmToPolicyC } from "./wasm.js";
import { WASM3_DEFINES, WASM3_HEADERS, WASM3_SOURCES, wasm3Step } from "./wasm3.js";

export const IMAGE = "build/ganglion.elf";
/** The same with every policy compiled in, those that misbehave too, and the program that runs the specs in ring 3: for tests. */
export const TEST_IMAGE = "build/ganglion-test.elf";
const SCRIPT = "boot/linker.ld";
/** Line numbers stay in the image, packed: addr2line and gdb unpack them. */
const DEBUG = ["--compress-debug-sections=zlib"];
const SYMTAB = "build/c/symtab.bin";

const AOT_TABLE = "build/c/aot_table.c";
const TEST_AOT_TABLE = "build/c/aot_table_test.c";
const PROGRAM_TABLE = "build/c/programs.S";
const TEST_PROGRAM_TABLE = "build/c/programs_test.S";
const EMPTY_SYMTAB = "build/obj/image/symtab-empty.o";
const INTERPRETER = "hostshim-c/wasm/wasm3.c";

/** Every step that leads to the image. */
export function imageSteps(): Step[] {
  const builtIn = travelling().filter((policy) => policy.builtIn);
  return [
    ...commonSteps(),
    ...policyObjects(builtIn, AOT_TABLE),
    ...programTableSteps(ENTRIES, PROGRAM_TABLE),
    ...linkWithSymbols([...commonObjects(PROGRAM_TABLE), ...objectsOf(builtIn, AOT_TABLE)]),
  ];
}

/** Every step that leads to the test image; it has no symbol table. */
export function testImageSteps(): Step[] {
  const all = travelling();
  const objects = [...commonObjects(TEST_PROGRAM_TABLE), ...objectsOf(all, TEST_AOT_TABLE), EMPTY_SYMTAB];
  const programs = [...programSteps(SPEC), ...programSteps(VECTORS), ...programTableSteps(TEST_ENTRIES, TEST_PROGRAM_TABLE)];
  return [...imageSteps(), ...programs, ...policyObjects(all, TEST_AOT_TABLE), link("test image", objects, SCRIPT, TEST_IMAGE, DEBUG)];
}

function shimSources(): string[] {
  const folders = ["base", "cpu", "mem", "io", "wasm", "host", "main"].map((name) => `hostshim-c/${name}`);
  return sourcesIn(["boot", ...folders]).filter((source) => source !== INTERPRETER);
}

function commonObjects(programs: string): string[] {
  return [...shimSources(), INTERPRETER, ...WASM3_SOURCES, "build/c/kernel.c", programs].map((source) => objectPath("image", source));
}

function commonSteps(): Step[] {
  const list = travelling();
  return [
    ...policySteps(list),
    ...recordSteps(list),
    wasm3Step(),
    ...[INTERPRETER, ...WASM3_SOURCES].map((source) => compileObject("image", source, [...wasm3Flags(), ...WASM3_DEFINES], WASM3_HEADERS)),
    compileWasm("kernel", "kernel-as/kernel/main.ts", "kernel"),
    wasmToC("kernel", "build/wasm/kernel.wasm"),
    compileObject("image", "build/c/kernel.c", kernelWasmFlags(), ["build/c/kernel.h"]),
    ...PROGRAMS.flatMap(programSteps),
    ...wasiSteps(),
    ...shimSources().map((source) => compileObject("image", source, shimFlags(), ["build/c/kernel.h"])),
  ];
}

function programTableSteps(entries: readonly ProgramEntry[], table: string): Step[] {
  const programs = entries.filter((program) => !program.of).map((program) => programElf(program.name));
  return [programTable(entries, table), compileObject("image", table, shimFlags(), programs)];
}

const unitC = (policy: Policy) => `build/c/${policyUnit(policy.name)}.c`;
const unitH = (policy: Policy) => `build/c/${policyUnit(policy.name)}.h`;

function objectsOf(builtIn: Policy[], table: string): string[] {
  return [...builtIn.map(unitC), table].map((source) => objectPath("image", source));
}

/** The policies that are compiled in, and the table that names them. */
function policyObjects(builtIn: Policy[], table: string): Step[] {
  return [
    ...builtIn.map((policy) => wasmToPolicyC(policyUnit(policy.name), meteredWasm(policy))),
    ...builtIn.map((policy) => compileObject("image", unitC(policy), policyFlags(), [unitH(policy)])),
    {
      name: `table of policies ${table}`,
      inputs: ["tools/build/aot-table.ts", ...builtIn.map(meteredWasm)],
      outputs: [table],
      key: JSON.stringify(builtIn.map(aotPolicy)),
      run: () => writeAotTable(builtIn.map(aotPolicy), RECORD, table),
    },
    compileObject("image", table, shimFlags(), [...builtIn.map(unitH), RECORD, ...builtIn.map(meteredWasm)]),
  ];
}

// Linked twice: the names of the first link become a table in the second. The table lies behind the code, so no
// address in it moves.
function linkWithSymbols(objects: string[]): Step[] {
  const withTable = "build/obj/image/symtab.o";
  const source = "build/c/symtab.S";
  const first = "build/obj/image/first.elf";
  const assemble = (binary: string) =>
    `.section .rodata.symtab, "a"\n.globl symtab_start, symtab_end\n.balign 8\nsymtab_start:\n${binary ? `.incbin "${binary}"\n` : ""}symtab_end:\n.section .note.GNU-stack, "", @progbits\n`;
  return [
    {
      name: "empty symbol table",
      inputs: [],
      outputs: ["build/c/symtab-empty.S", source],
      key: assemble("") + assemble(SYMTAB),
      run: () => {
        writeFileSync(join(ROOT, "build/c/symtab-empty.S"), assemble(""));
        writeFileSync(join(ROOT, source), assemble(SYMTAB));
      },
    },
    {
      ...compileObject("image", "build/c/symtab-empty.S", shimFlags()),
      outputs: [EMPTY_SYMTAB],
      run: () => command("gcc", ["-c", "build/c/symtab-empty.S", "-o", EMPTY_SYMTAB]).then(() => {}),
    },
    link("image, first pass", [...objects, EMPTY_SYMTAB], SCRIPT, first, DEBUG),
    {
      name: "symbol table",
      inputs: [first],
      outputs: [SYMTAB],
      key: "nm",
      run: async () => {
        writeFileSync(join(ROOT, SYMTAB), symbolTable(await command("nm", ["-n", first])));
      },
    },
    { ...compileObject("image", source, shimFlags(), [SYMTAB]), outputs: [withTable], run: () => command("gcc", ["-c", source, "-o", withTable]).then(() => {}) },
    link("image", [...objects, withTable], SCRIPT, IMAGE, DEBUG),
  ];
}

/** Size of the image file in bytes. */
export function imageBytes(): number {
  return readFileSync(join(ROOT, IMAGE)).length;
}
