// The kernel image: shim + kernel.wasm + policies + programs, linked into build/ganglion.elf.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { aotPolicy, policyUnit, writeAotTable } from "./aot-table.js";
import { compileObject, link, objectPath, sourcesIn } from "./cc.js";
import { command } from "./command.js";
import { kernelWasmFlags, policyFlags, shimFlags, wasm3Flags } from "./flags.js";
import type { Step } from "./graph.js";
import { ROOT } from "./places.js";
import { meteredWasm, policies, policySteps, RECORD, recordStep } from "./policies.js";
import { PROGRAMS, programElf, programSteps, programTable } from "./programs.js";
import { symbolTable } from "./symtab.js";
import { compileWasm, wasmToC, wasmToPolicyC } from "./wasm.js";
import { WASM3_DEFINES, WASM3_HEADERS, WASM3_SOURCES, wasm3Step } from "./wasm3.js";

export const IMAGE = "build/ganglion.elf";
const SCRIPT = "boot/linker.ld";
const SYMTAB = "build/c/symtab.bin";

const AOT_TABLE = "build/c/aot_table.c";
const INTERPRETER = "hostshim-c/wasm/wasm3.c";

/** Every step that leads to the image. */
export function imageSteps(): Step[] {
  const folders = ["base", "cpu", "mem", "io", "wasm", "host", "main"].map((name) => `hostshim-c/${name}`);
  const shim = sourcesIn(["boot", ...folders]).filter((source) => source !== INTERPRETER);
  const list = policies();
  const builtIn = list.filter((policy) => policy.builtIn);
  const units = builtIn.map((policy) => `build/c/${policyUnit(policy.name)}.c`);
  const headers = builtIn.map((policy) => `build/c/${policyUnit(policy.name)}.h`);
  const sources = [...shim, INTERPRETER, ...WASM3_SOURCES, ...units, AOT_TABLE, "build/c/kernel.c", "build/c/programs.S"];
  const objects = sources.map((source) => objectPath("image", source));
  return [
    ...policySteps(list),
    recordStep(list),
    ...builtIn.map((policy) => wasmToPolicyC(policyUnit(policy.name), meteredWasm(policy))),
    ...units.map((source) => compileObject("image", source, policyFlags(), headers)),
    {
      name: "table of policies",
      inputs: ["tools/build/aot-table.ts", ...builtIn.map(meteredWasm)],
      outputs: [AOT_TABLE],
      key: JSON.stringify(builtIn.map(aotPolicy)),
      run: () => writeAotTable(builtIn.map(aotPolicy), RECORD, AOT_TABLE),
    },
    compileObject("image", AOT_TABLE, shimFlags(), [...headers, RECORD, ...builtIn.map(meteredWasm)]),
    wasm3Step(),
    ...[INTERPRETER, ...WASM3_SOURCES].map((source) => compileObject("image", source, [...wasm3Flags(), ...WASM3_DEFINES], WASM3_HEADERS)),
    compileWasm("kernel", "kernel-as/kernel/main.ts", "kernel"),
    wasmToC("kernel", "build/wasm/kernel.wasm"),
    compileObject("image", "build/c/kernel.c", kernelWasmFlags(), ["build/c/kernel.h"]),
    ...PROGRAMS.flatMap(programSteps),
    programTable(PROGRAMS),
    compileObject(
      "image",
      "build/c/programs.S",
      shimFlags(),
      PROGRAMS.map((program) => programElf(program.name)),
    ),
    ...shim.map((source) => compileObject("image", source, shimFlags(), ["build/c/kernel.h"])),
    ...linkWithSymbols(objects),
  ];
}

// Linked twice: the names of the first link become a table in the second. The table lies behind the code, so no
// address in it moves.
function linkWithSymbols(objects: string[]): Step[] {
  const withTable = "build/obj/image/symtab.o";
  const source = "build/c/symtab.S";
  const first = "build/obj/image/first.elf";
  const emptyTable = "build/obj/image/symtab-empty.o";
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
      outputs: [emptyTable],
      run: () => command("gcc", ["-c", "build/c/symtab-empty.S", "-o", emptyTable]).then(() => {}),
    },
    link("image, first pass", [...objects, emptyTable], SCRIPT, first),
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
    link("image", [...objects, withTable], SCRIPT, IMAGE),
  ];
}

/** Size of the image file in bytes. */
export function imageBytes(): number {
  return readFileSync(join(ROOT, IMAGE)).length;
}
