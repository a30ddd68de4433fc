// `npm run bench -- allocator`: the buddy allocator as the image has it (asc → wasm2c → gcc, guard windows), as a Linux process,
// against its C twin compiled with the same flags, and against V8 on the same wasm. Then ten million random operations against a
// model, which must end with every frame accounted for. Speed is printed, never judged; a wrong account fails.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { compileObject, objectPath } from "../build/cc.js";
import { command } from "../build/command.js";
import { runGraph, type Step } from "../build/graph.js";
import { compileWasm, wasmToC } from "../build/wasm.js";
import { exec, ROOT, ToolError } from "../lib/index.js";

/** Frames of the measured machine: 512 MiB. */
const FRAMES = 131_072;
/** Words of a script; the second half is timed. */
const OPERATIONS = 2_000_000;
const SLOT_BYTES = 65_536 * 4;
const ROUNDS = 15;
/** The counted run: a smaller machine, so that it fills up and runs dry often. */
const CHECK_FRAMES = 32_768;
const CHECK_OPERATIONS = 10_000_000;
const MODULE = "bench_buddy";
const FOLDER = "tools/bench/allocator";
const BINARY = "build/hosted/bench-allocator";

export interface AllocatorWorkload {
  name: string;
  /** Medians, ns for an allocation and a free. */
  aotNs: number;
  twinNs: number;
  v8Ns: number;
  /** Median of the rounds' AOT ÷ C: within a round both ran in the same moment of the machine. */
  ratio: number;
}

export interface AllocatorAccounting {
  operations: number;
  allocations: number;
  frees: number;
  /** Allocations that found no block. */
  failures: number;
  /** Double frees, wild frees and bad orders, every one refused. */
  refused: number;
  /** How often every row and list was walked. */
  verified: number;
  managed: number;
  mostUsed: number;
  freeAtEnd: number;
  inconsistencies: number;
}

export interface AllocatorBench {
  workloads: AllocatorWorkload[];
  /** Geometric mean of the workloads' AOT ÷ C ratios; target ≤ 1.4. */
  ratio: number;
  rounds: number;
  accounting: AllocatorAccounting;
}

interface Timing {
  elapsedNs: number;
  operations: number;
  sum: number;
}

interface BenchModule {
  memory: WebAssembly.Memory;
  setup(frames: number): number;
  scratch(bytes: number): number;
  fillScript(script: number, count: number, mixed: number): void;
  churn(script: number, count: number, slots: number): number;
}

const WORKLOADS = [
  { name: "mixed orders, random slots", mixed: 1 },
  { name: "one frame, ten splits and merges", mixed: 0 },
];

/** Measures and counts. Throws ToolError where the twin, V8 and AOT disagree about a frame, or an account is wrong. */
export async function runAllocatorBench(options: { rounds?: number; onProgress?: (text: string) => void } = {}): Promise<AllocatorBench> {
  const rounds = options.rounds ?? ROUNDS;
  await runGraph(steps(), { jobs: 1, ...(options.onProgress ? { onProgress: options.onProgress } : {}) });
  const module = new WebAssembly.Module(readFileSync(join(ROOT, `build/wasm/${MODULE}.wasm`)));
  const workloads: AllocatorWorkload[] = [];
  for (const { name, mixed } of WORKLOADS) {
    const times = { aot: [] as number[], twin: [] as number[], v8: [] as number[], ratio: [] as number[] };
    for (let round = 0; round < rounds; round++) {
      options.onProgress?.(`${name}: round ${round + 1} of ${rounds}`);
      // In turns, so that a slow moment of the machine hits all three.
      const aot = await hosted<Timing>("bench", "aot", mixed, FRAMES, OPERATIONS);
      const twin = await hosted<Timing>("bench", "twin", mixed, FRAMES, OPERATIONS);
      const v8 = underV8(module, mixed);
      if (aot.sum !== twin.sum || aot.sum !== v8.sum) throw new ToolError(`the allocators gave different frames: AOT ${aot.sum}, C ${twin.sum}, V8 ${v8.sum}`);
      times.aot.push(pairNs(aot));
      times.twin.push(pairNs(twin));
      times.v8.push(pairNs(v8));
      times.ratio.push(pairNs(aot) / pairNs(twin));
    }
    const [aotNs, twinNs, v8Ns] = [median(times.aot), median(times.twin), median(times.v8)];
    workloads.push({ name, aotNs, twinNs, v8Ns, ratio: median(times.ratio) });
  }
  options.onProgress?.("counting frames");
  const ratio = Math.exp(workloads.reduce((sum, workload) => sum + Math.log(workload.ratio), 0) / workloads.length);
  return { workloads, ratio, rounds, accounting: await runAllocatorCheck() };
}

/** The counted run alone. */
export async function runAllocatorCheck(operations = CHECK_OPERATIONS, seed = 1): Promise<AllocatorAccounting> {
  await runGraph(steps(), { jobs: 1 });
  return await hosted<AllocatorAccounting>("check", CHECK_FRAMES, operations, seed);
}

/** The figures as lines for a person. */
export function formatAllocatorBench(result: AllocatorBench): string {
  const row = (cells: string[]) =>
    `${(cells[0] as string).padEnd(34)}${cells
      .slice(1)
      .map((cell) => cell.padStart(10))
      .join("")}`;
  const lines = [`allocate + free, ns of processor time a pair, medians of ${result.rounds} rounds in turns`, row(["", "AOT", "C", "V8", "AOT / C"])];
  for (const w of result.workloads) lines.push(row([w.name, w.aotNs.toFixed(1), w.twinNs.toFixed(1), w.v8Ns.toFixed(1), w.ratio.toFixed(2)]));
  lines.push(row(["geometric mean", "", "", "", result.ratio.toFixed(2)]), formatAccounting(result.accounting));
  return lines.join("\n");
}

export function formatAccounting(a: AllocatorAccounting): string {
  return `${a.operations} random operations: ${a.allocations} allocations, ${a.frees} frees, ${a.failures} without a block, ${a.refused} wrong requests refused; up to ${a.mostUsed} of ${a.managed} frames in use, ${a.freeAtEnd} free at the end, ${a.inconsistencies} inconsistencies in ${a.verified} walks`;
}

// Flags as the image's (tools/build/flags.ts) where they decide speed; the C library is the host's.
function flags(): string[] {
  return [
    "-std=gnu11",
    "-O2",
    "-fno-pic",
    "-fno-stack-protector",
    "-fno-omit-frame-pointer",
    "-fno-strict-aliasing",
    "-fno-asynchronous-unwind-tables",
    "-ffp-contract=off",
    "-fno-math-errno",
    "-mgeneral-regs-only",
    "-I.",
    "-Ihostshim-c",
    "-Ihostshim-c/wasm/rt",
    "-Ibuild/c",
  ];
}

function steps(): Step[] {
  const wasm = compileWasm(MODULE, "kernel-as/kernel/mm/buddy-module.ts", "bench");
  const generated = `build/c/${MODULE}.c`;
  const header = [`build/c/${MODULE}.h`, `${FOLDER}/twin.h`, "tools/bench/wasm_process.h"];
  const warnings = ["-Wall", "-Wextra", "-Werror", "-Wshadow", "-Wstrict-prototypes"];
  const sources = [generated, `${FOLDER}/twin.c`, `${FOLDER}/main.c`];
  const objects = sources.map((source) => compileObject("bench", source, [...flags(), ...(source === generated ? ["-w"] : warnings)], header));
  const inputs = sources.map((source) => objectPath("bench", source));
  const program: Step = {
    name: "link bench-allocator",
    inputs,
    outputs: [BINARY],
    key: "",
    run: async () => {
      await command("gcc", ["-no-pie", "-o", BINARY, ...inputs]);
    },
  };
  return [wasm, wasmToC(MODULE, `build/wasm/${MODULE}.wasm`), ...objects, program];
}

async function hosted<T>(...args: (string | number)[]): Promise<T> {
  const { status, stdout, output } = await exec(join(ROOT, BINARY), args.map(String), { cwd: ROOT, allowFailure: true });
  if (status !== 0) throw new ToolError(`bench-allocator ${args.join(" ")} ended with status ${status}: ${output.trim()}`);
  return JSON.parse(stdout) as T;
}

function underV8(module: WebAssembly.Module, mixed: number): Timing {
  const buddy = new WebAssembly.Instance(module, {}).exports as unknown as BenchModule;
  if (buddy.setup(FRAMES) < 0) throw new ToolError("the allocator could not be set up under V8");
  const script = buddy.scratch(OPERATIONS * 4);
  const slots = buddy.scratch(SLOT_BYTES);
  buddy.fillScript(script, OPERATIONS, mixed);
  const half = OPERATIONS / 2;
  const first = buddy.churn(script, half, slots) >>> 0;
  const start = process.cpuUsage();
  const second = buddy.churn(script + half * 4, half, slots) >>> 0;
  const elapsedNs = process.cpuUsage(start).user * 1000;
  return { elapsedNs, operations: half, sum: (Math.imul(first, 1_000_003) + second) >>> 0 };
}

function pairNs(timing: Timing): number {
  return timing.elapsedNs / (timing.operations / 2);
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return ((sorted[(sorted.length - 1) >> 1] as number) + (sorted[sorted.length >> 1] as number)) / 2;
}

if (process.argv[1] === import.meta.filename) {
  const { values } = parseArgs({ options: { json: { type: "boolean" }, check: { type: "boolean" }, seed: { type: "string" }, operations: { type: "string" } } });
  if (values.check) {
    const accounting = await runAllocatorCheck(Number(values.operations ?? CHECK_OPERATIONS), Number(values.seed ?? 1));
    console.log(values.json ? JSON.stringify(accounting) : formatAccounting(accounting));
  } else {
    const result = await runAllocatorBench({ onProgress: (text) => console.error(text) });
    console.log(values.json ? JSON.stringify(result) : formatAllocatorBench(result));
  }
}
