// The kernel image: shim + kernel.wasm + policies + programs, linked into build/ganglion.elf.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { compileObject, link, objectPath, sourcesIn } from "./cc.js";
import { command } from "./command.js";
import { kernelWasmFlags, shimFlags } from "./flags.js";
import type { Step } from "./graph.js";
import { ROOT } from "./places.js";
import { PROGRAMS, programElf, programSteps, programTable } from "./programs.js";
import { symbolTable } from "./symtab.js";
import { compileWasm, wasmToC } from "./wasm.js";

export const IMAGE = "build/ganglion.elf";
const SCRIPT = "boot/linker.ld";
const SYMTAB = "build/c/symtab.bin";

/** Every step that leads to the image. */
export function imageSteps(): Step[] {
  const shim = sourcesIn(["boot", "hostshim-c/base", "hostshim-c/cpu", "hostshim-c/mem", "hostshim-c/io", "hostshim-c/host", "hostshim-c/main"]);
  const objects = [...shim, "build/c/kernel.c", "build/c/programs.S"].map((source) => objectPath("image", source));
  return [
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
