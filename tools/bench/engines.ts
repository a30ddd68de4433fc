// `npm run bench -- engines`: kernels in AssemblyScript against their C twins: native (gcc), AOT (asc → wasm2c → gcc with the same
// flags, guard windows), wasm3 as the shim has it, and V8. In turns, medians of processor time. Every engine must give the same
// checksum. Speed is printed, never judged. Not the metering's cost: these modules carry no meter.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { compileObject, objectPath } from "../build/cc.js";
import { command } from "../build/command.js";
import { hostedFlags, hostedPolicyFlags, hostedWasm3Flags } from "../build/flags.js";
import { runGraph, type Step } from "../build/graph.js";
import { compileWasm, wasmToC } from "../build/wasm.js";
import { WASM3_DEFINES, WASM3_HEADERS, WASM3_SOURCES, wasm3Step } from "../build/wasm3.js";
import { exec, ROOT, ToolError } from "../lib/index.js";
import { median } from "./median.js";

const FOLDER = "tools/bench/kernels";
const BINARY = "build/hosted/bench-engines";
const GROUP = "bench-engines";
const ROUNDS = 7;

/** In the order of kernels[] in kernels/main.c. `n` gives some tens of milliseconds natively; wasm3 gets a share of it. */
const KERNELS = [
  { name: "allocator", n: 4_000_000, unit: "operation", scalar: true },
  { name: "bits", n: 4_000_000, unit: "number", scalar: true },
  { name: "parse", n: 4_000, unit: "4 KiB text", scalar: true },
  { name: "sort", n: 150, unit: "4096 numbers", scalar: true },
  { name: "hash", n: 1_500, unit: "4 KiB SHA-256", scalar: true },
  { name: "attention", n: 400, unit: "head, 32 × 64", scalar: true },
  { name: "queue", n: 1_000_000, unit: "take + insert", scalar: true },
  { name: "int8_dot", n: 2_000, unit: "32 × 1024", scalar: false },
  { name: "boundary", n: 20_000_000, unit: "host call", scalar: false },
] as const;
const WASM3_SHARE = 8;

type Engine = "native" | "aot" | "wasm3" | "v8";
const ENGINES: Engine[] = ["native", "aot", "wasm3", "v8"];

export interface EngineKernel {
  name: string;
  unit: string;
  /** Counts towards the geometric mean. */
  scalar: boolean;
  /** Medians, ns of processor time for one unit. */
  ns: Record<Engine, number>;
  /** Medians of the rounds' quotients by native. */
  ratio: Record<Engine, number>;
}

export interface EnginesBench {
  rounds: number;
  kernels: EngineKernel[];
  /** Geometric mean of AOT ÷ native over the scalar kernels; target ≤ 1.25. */
  aotRatio: number;
  wasm3Ratio: number;
  v8Ratio: number;
  /** ns for a call from AOT code to the host, the loop around it included; target ≤ 3. */
  hostCallNs: number;
}

interface Timing {
  elapsedNs: number;
  check: number;
}

const unitOf = (name: string) => `bench_${name}`.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
const wasmOf = (name: string) => `build/wasm/bench-kernel-${name}.wasm`;

/** Measures. Throws ToolError where the engines disagree about a checksum. */
export async function runEnginesBench(options: { rounds?: number; onProgress?: (text: string) => void } = {}): Promise<EnginesBench> {
  const rounds = options.rounds ?? ROUNDS;
  await runGraph(steps(), { jobs: 1, ...(options.onProgress ? { onProgress: options.onProgress } : {}) });
  const kernels: EngineKernel[] = [];
  for (const [index, kernel] of KERNELS.entries()) {
    const times: Record<Engine, number[]> = { native: [], aot: [], wasm3: [], v8: [] };
    const quotients: Record<Engine, number[]> = { native: [], aot: [], wasm3: [], v8: [] };
    await sameChecksums(index);
    for (let round = 0; round < rounds; round++) {
      options.onProgress?.(`${kernel.name}: round ${round + 1} of ${rounds}`);
      // In turns, so that a slow moment of the machine hits all of them.
      let native = 0;
      for (const engine of ENGINES) {
        const n = engine === "wasm3" ? Math.ceil(kernel.n / WASM3_SHARE) : kernel.n;
        const ns = (await measure(engine, index, n)).elapsedNs / n;
        if (engine === "native") native = ns;
        times[engine].push(ns);
        quotients[engine].push(ns / native);
      }
    }
    const medians = (of: Record<Engine, number[]>) => Object.fromEntries(ENGINES.map((engine) => [engine, median(of[engine])])) as Record<Engine, number>;
    kernels.push({ name: kernel.name, unit: kernel.unit, scalar: kernel.scalar, ns: medians(times), ratio: medians(quotients) });
  }
  const mean = (engine: Engine) => {
    const scalar = kernels.filter((kernel) => kernel.scalar);
    return Math.exp(scalar.reduce((sum, kernel) => sum + Math.log(kernel.ratio[engine]), 0) / scalar.length);
  };
  const hostCallNs = kernels.find((kernel) => kernel.name === "boundary")?.ns.aot as number;
  return { rounds, kernels, aotRatio: mean("aot"), wasm3Ratio: mean("wasm3"), v8Ratio: mean("v8"), hostCallNs };
}

/** The figures as lines for a person. */
export function formatEnginesBench(result: EnginesBench): string {
  const row = (cells: string[]) =>
    `${(cells[0] as string).padEnd(11)}${(cells[1] as string).padEnd(15)}${cells
      .slice(2)
      .map((cell) => cell.padStart(12))
      .join("")}`; // prettier-ignore
  const times = (ratio: number) => `${ratio.toFixed(ratio < 10 ? 2 : 1)} ×`;
  const lines = [
    `ns of processor time for one unit, medians of ${result.rounds} rounds in turns; × slower than native C (gcc -O2, same flags)`,
    row(["kernel", "unit", "native ns", "AOT ns", "AOT", "wasm3", "V8"]),
  ];
  for (const { name, unit, scalar, ns, ratio } of result.kernels) {
    lines.push(row([scalar ? name : `${name} *`, unit, ns.native.toFixed(1), ns.aot.toFixed(1), times(ratio.aot), times(ratio.wasm3), times(ratio.v8)]));
  }
  lines.push(row(["mean", "scalar kernels", "", "", times(result.aotRatio), times(result.wasm3Ratio), times(result.v8Ratio)]));
  lines.push(`* not in the geometric mean (target ≤ 1.25 ×): vectorised by gcc, or no work of its own`);
  lines.push(`a host call from AOT code: ${result.hostCallNs.toFixed(2)} ns (target ≤ 3)`);
  return lines.join("\n");
}

async function sameChecksums(index: number): Promise<void> {
  const kernel = KERNELS[index] as (typeof KERNELS)[number];
  const n = Math.ceil(kernel.n / 100);
  const checks = [];
  for (const engine of ENGINES) checks.push(`${engine} ${(await measure(engine, index, n)).check}`);
  if (new Set(checks.map((check) => check.split(" ")[1])).size !== 1) throw new ToolError(`${kernel.name}: the engines gave different checksums: ${checks.join(", ")}`);
}

async function measure(engine: Engine, index: number, n: number): Promise<Timing> {
  const { name } = KERNELS[index] as (typeof KERNELS)[number];
  if (engine === "v8") return underV8(name, n);
  const { status, stdout, output } = await exec(join(ROOT, BINARY), [engine, String(index), String(n), wasmOf(name)], { cwd: ROOT, allowFailure: true });
  if (status !== 0) throw new ToolError(`bench-engines ${engine} ${name} ended with status ${status}: ${output.trim()}`);
  return JSON.parse(stdout) as Timing;
}

const instances = new Map<string, (n: number) => number>();

function underV8(name: string, n: number): Timing {
  let run = instances.get(name);
  if (!run) {
    const imports = { boundary: { next: (value: number) => (Math.imul(value, 1664525) + 1013904223) | 0 } };
    const instance = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(join(ROOT, wasmOf(name)))), imports);
    run = instance.exports.run as (n: number) => number;
    instances.set(name, run);
    run(n); // V8 optimises what runs long
  }
  run(Math.floor(n / 16));
  const start = process.cpuUsage();
  const check = run(n) >>> 0;
  return { elapsedNs: process.cpuUsage(start).user * 1000, check };
}

// The twins get the very flags of the code that wasm2c made.
function steps(): Step[] {
  const warnings = ["-Wall", "-Wextra", "-Werror", "-Wshadow", "-Wstrict-prototypes"];
  const units = KERNELS.map(({ name }) => `build/c/${unitOf(name)}.c`);
  const headers = [...KERNELS.map(({ name }) => `build/c/${unitOf(name)}.h`), `${FOLDER}/twins.h`, `${FOLDER}/interpreter.h`];
  const twins = KERNELS.map(({ name }) => `${FOLDER}/${name}.c`);
  const twinFlags = [...hostedPolicyFlags().filter((flag) => flag !== "-w"), ...warnings];
  const wasm3Flags = [...hostedWasm3Flags(), ...WASM3_DEFINES];
  const interpreted = [`${FOLDER}/interpreter.c`, ...WASM3_SOURCES];
  const sources = [...units, ...twins, ...interpreted, `${FOLDER}/main.c`];
  const objects = sources.map((source) => objectPath(GROUP, source));
  return [
    wasm3Step(),
    ...KERNELS.flatMap(({ name }) => [compileWasm(`bench-kernel-${name}`, `${FOLDER}/${name}.ts`, "policy"), wasmToC(unitOf(name), wasmOf(name))]),
    ...units.map((source) => compileObject(GROUP, source, hostedPolicyFlags(), headers)),
    ...twins.map((source) => compileObject(GROUP, source, twinFlags, headers)),
    ...interpreted.map((source) => compileObject(GROUP, source, wasm3Flags, [...WASM3_HEADERS, ...headers])),
    compileObject(GROUP, `${FOLDER}/main.c`, hostedFlags(), headers),
    {
      name: "link bench-engines",
      inputs: objects,
      outputs: [BINARY],
      key: "",
      run: async () => {
        await command("gcc", ["-no-pie", "-o", BINARY, ...objects]);
      },
    },
  ];
}

if (process.argv[1] === import.meta.filename) {
  const { values } = parseArgs({ options: { json: { type: "boolean" }, rounds: { type: "string" } } });
  const result = await runEnginesBench({ onProgress: (text) => console.error(text), ...(values.rounds ? { rounds: Number(values.rounds) } : {}) });
  console.log(values.json ? JSON.stringify(result) : formatEnginesBench(result));
}
