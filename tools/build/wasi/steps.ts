// Steps that compile the WASI programs of table.ts into build/bin. Which of them are possible on this machine is found out first:
// what cannot be had is left out of the graph and named, and everything else is built.
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { replaceOnce } from "../_replace.js";
import { command } from "../command.js";
import type { OnProgress, Step } from "../graph.js";
import { ROOT } from "../places.js";
import { compileWasm, packageVersion } from "../wasm.js";
import { obtain } from "./sources.js";
import { type Generated, OWN_FOLDER, type Source, sourceFolder, WASI_PROGRAMS, type WasiProgram, wasiWasm } from "./table.js";
import { type Toolchain, wasiToolchain } from "./toolchain.js";

/** A program that is not built here, and why. */
export interface Skipped {
  name: string;
  reason: string;
}

export interface WasiPlan {
  programs: WasiProgram[];
  skipped: Skipped[];
}

// The size of a program decides how long the interpreter takes to load it, so -Os. The stack lies below the data, so that running out
// of it is a trap and not damage.
const FLAGS = ["-Os", "-std=gnu11", "-Wl,--strip-all", "-Wl,-z,stack-size=262144", "-Wl,--stack-first"];
const OWN_WARNINGS = ["-Wall", "-Wextra", "-Werror", "-Wno-infinite-recursion"];

let planned: Promise<WasiPlan> | undefined;

/** Finds out, once, which programs can be built; fetches sources that are not there yet. */
export function planWasi(onProgress?: OnProgress): Promise<WasiPlan> {
  planned ??= plan(onProgress);
  return planned;
}

async function plan(onProgress?: OnProgress): Promise<WasiPlan> {
  const result: WasiPlan = { programs: [], skipped: [] };
  const toolchain = wasiToolchain();
  const reasons = new Map<Source, string | undefined>();
  for (const program of WASI_PROGRAMS) {
    let reason = program.language === "C" && typeof toolchain === "string" ? toolchain : undefined;
    const { source } = program;
    if (!reason && source) {
      if (!reasons.has(source)) reasons.set(source, await obtain(source, onProgress));
      reason = reasons.get(source);
    }
    if (reason) result.skipped.push({ name: program.name, reason });
    else result.programs.push(program);
  }
  return result;
}

/** Steps that make build/bin/NAME.wasm. */
export function wasiSteps(programs: readonly WasiProgram[]): Step[] {
  return programs.flatMap((program) => (program.language === "C" ? [compileC(program)] : compileAssemblyScript(program)));
}

function compileAssemblyScript(program: WasiProgram): Step[] {
  const compiled = compileWasm(`wasi-${program.name}`, program.files[0] as string, "wasi");
  const from = compiled.outputs[0] as string;
  const copy: Step = {
    name: `bin ${program.name}`,
    inputs: [from],
    outputs: [wasiWasm(program)],
    key: "",
    run: () => copyFileSync(join(ROOT, from), join(ROOT, wasiWasm(program))),
  };
  return [{ ...compiled, key: `${compiled.key} ${packageVersion("@assemblyscript/wasi-shim")}` }, copy];
}

function compileC(program: WasiProgram): Step {
  const toolchain = wasiToolchain() as Toolchain;
  const { source, flags = [], libraries = [], generated = [], patches = [] } = program;
  const own = source ? [] : [...program.files];
  const glue = program.missing ? [`${OWN_FOLDER}/missing.c`] : [];
  const folder = source ? sourceFolder(source) : ".";
  const options = [...toolchain.flags, ...FLAGS, ...(source ? ["-w"] : OWN_WARNINGS), ...flags];
  const links = libraries.map((name) => `-l${name}`);
  return {
    name: `clang ${program.name}`,
    inputs: [...own, ...glue],
    outputs: [wasiWasm(program)],
    key: [toolchain.version, source?.sha256 ?? "", ...options, ...program.files, JSON.stringify([generated, patches]), ...links].join(" "),
    run: async () => {
      // What is made or changed lies beside the unpacked sources, which stay as they came.
      const room = join(ROOT, `build/sources/made-for-${program.name}`);
      mkdirSync(room, { recursive: true });
      const original = (file: string) => readFileSync(join(ROOT, folder, file), "utf8");
      for (const made of generated) writeFileSync(join(room, made.file), fill(made, original(made.template)));
      for (const patch of patches) writeFileSync(join(room, patch.file), replaceOnce(original(patch.file), patch.from, patch.to, `${program.name}: ${patch.why}`));
      const patched = new Set(patches.map((patch) => patch.file));
      const files = program.files.flatMap((file) => (patched.has(file) ? [join(room, file)] : expand(folder, file)));
      const output = join(ROOT, wasiWasm(program));
      rmSync(output, { force: true });
      await command(toolchain.clang, [...options, `-I${room}`, ...files, ...glue.map((file) => join(ROOT, file)), ...links, "-o", output], { cwd: join(ROOT, folder) });
    },
  };
}

function expand(folder: string, file: string): string[] {
  if (!file.endsWith("/*.c")) return [file];
  const below = file.slice(0, -"/*.c".length);
  return readdirSync(join(ROOT, folder, below))
    .filter((name) => name.endsWith(".c"))
    .sort()
    .map((name) => `${below}/${name}`);
}

/** A template of CMake's configure_file, filled in. */
export function fill(generated: Generated, template: string): string {
  return template
    .replaceAll(/^#cmakedefine (\w+)(.*)$/gm, (_, name: string, rest: string) => (name in generated.values ? `#define ${name}${rest}` : `/* #undef ${name} */`))
    .replaceAll(/@(\w+)@/g, (_, name: string) => {
      const value = generated.values[name];
      if (value === undefined) throw new Error(`${generated.template} asks for ${name}, and tools/build/wasi/table.ts does not say what it is`);
      return value;
    });
}
