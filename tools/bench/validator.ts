// `npm run bench -- validator`: how long the module validator takes: natively (the C that wasi links, as a Linux process), V8's own for comparison,
// and in the booted kernel by the instructions of the virtual clock. Prints; fails only where a module of the build is not valid.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { performance } from "node:perf_hooks";
import { z } from "zod";
import { buildValidateHost } from "../build/validator.js";
import { exec, ROOT, ToolError } from "../lib/index.js";
import { Machine } from "../machine/index.js";
import { binModules, imageModules } from "../reference/agreement.js";
import { median } from "./median.js";

const ROUNDS = 20;
/** The largest of the build are timed. */
const MODULES = 6;
/** A module that does not begin as one: refused at once, after it was read. What it takes is not the validator's. */
const HEAD_BYTES = 8;

const answer = z.looseObject({ status: z.number(), ns: z.number(), functions: z.number(), nesting: z.number() });
const ended = z.looseObject({ status: z.number(), cpuNs: z.number() });

export interface ValidatorTiming {
  module: string;
  bytes: number;
  functions: number;
  /** fastest of the rounds, ns of processor time */
  nativeNs: number;
  v8Ns: number;
  /** in ring 3, on the virtual clock: the whole module but its last byte, less what is read and refused at its first */
  instructions: number;
}

export async function runValidatorBench(options: { onProgress?: (text: string) => void } = {}): Promise<ValidatorTiming[]> {
  const host = await buildValidateHost();
  const modules = [...(await imageModules()), ...binModules()].sort((a, b) => b[1].length - a[1].length).slice(0, MODULES);
  const timings: ValidatorTiming[] = [];
  for (const [path, bytes] of modules) {
    options.onProgress?.(path);
    const { stdout } = await exec(join(ROOT, host), [join(ROOT, path), String(ROUNDS)], { allowFailure: true });
    const native = answer.parse(JSON.parse(stdout));
    if (native.status !== 0) throw new ToolError(`${path} is not valid: ${stdout.trim()}`);
    const v8 = Array.from({ length: ROUNDS }, () => {
      const began = performance.now();
      if (!WebAssembly.validate(bytes)) throw new ToolError(`V8 says that ${path} is not valid`);
      return (performance.now() - began) * 1e6;
    });
    timings.push({ module: basename(path, ".wasm"), bytes: bytes.length, functions: native.functions, nativeNs: native.ns, v8Ns: median(v8), instructions: 0 });
  }
  options.onProgress?.("booted");
  const instructions = await countInstructions(modules.map(([path]) => path));
  return timings.map((timing, i) => ({ ...timing, instructions: instructions[i] as number }));
}

/** Instructions in ring 3 for each module, one machine on the virtual clock. */
async function countInstructions(paths: string[]): Promise<number[]> {
  const files = mkdtempSync(join(tmpdir(), "ganglion-"));
  try {
    for (const [i, path] of paths.entries()) {
      const bytes = readFileSync(join(ROOT, path));
      writeFileSync(join(files, `all-${i}.wasm`), bytes.subarray(0, bytes.length - 1));
      const refused = Buffer.from(bytes);
      refused[HEAD_BYTES] = 0x7f; // no such section
      writeFileSync(join(files, `none-${i}.wasm`), refused);
    }
    const script = paths.flatMap((_, i) => [`run --json /files/none-${i}.wasm`, `run --json /files/all-${i}.wasm`]);
    await using machine = await Machine.boot({ accel: "tcg", clock: "virtual", mem: "128M", seed: 1, files, script });
    const spent = machine.scriptResults.map(({ output }) => ended.parse(JSON.parse(output)).cpuNs);
    return paths.map((_, i) => (spent[2 * i + 1] as number) - (spent[2 * i] as number));
  } finally {
    rmSync(files, { recursive: true, force: true });
  }
}

/** The figures as lines for a person. */
export function formatValidatorBench(timings: ValidatorTiming[]): string {
  const row = (cells: string[]) => cells.map((cell, i) => (i === 0 ? cell.padEnd(12) : cell.padStart(14))).join("");
  const ms = (ns: number) => (ns / 1e6).toFixed(2);
  return [
    `natively the fastest of ${ROUNDS} rounds, V8 the median; instructions: ring 3, virtual clock`,
    row(["module", "bytes", "functions", "native ms", "V8 ms", "M instr", "each byte"]),
    ...timings.map((t) =>
      row([t.module, String(t.bytes), String(t.functions), ms(t.nativeNs), ms(t.v8Ns), (t.instructions / 1e6).toFixed(1), (t.instructions / t.bytes).toFixed(0)]),
    ),
  ].join("\n");
}
