// `npm run bench -- nn`: the vector kernels of each instruction set that this processor has, as a Linux process (tools/bench/nn/main.c):
// GB/s of weights for one token, multiply-adds for many, GFLOP/s of the trainer's products. Then the sets that QEMU's translator has, in ring
// 3 of the booted kernel (the program `vectors` of the test image), by its clock. Speed is printed, never judged.
import { join } from "node:path";
import { compileObject, objectPath } from "../build/cc.js";
import { hostedFlags } from "../build/flags.js";
import { runGraph } from "../build/graph.js";
import { TEST_IMAGE } from "../build/index.js";
import { linkHosted, nnKernelObjects, nnKernelSteps } from "../build/nn.js";
import { exec, ROOT, ToolError } from "../lib/index.js";
import { Machine } from "../machine/index.js";
import { NN_SETS } from "../mind/nn-host.js";
import { vectorLines } from "../mind/vectors.js";

const SOURCE = "tools/bench/nn/main.c";
const BINARY = "build/hosted/bench-nn";
const GROUP = "bench-nn";

export interface NnMatmul {
  what: "matmul";
  set: string;
  type: string;
  rows: number;
  columns: number;
  tokens: number;
  ns: number;
  gigabytesPerSecond: number;
  gigaMacPerSecond: number;
}

export interface NnOther {
  what: string;
  set: string;
  shape: string;
  ns: number;
  gigaflops: number;
}

export interface NnBench {
  /** GB/s that one core reads from memory with plain loads: the bound. The better of two measurements, before and after. */
  memoryGigabytesPerSecond: number;
  matmul: NnMatmul[];
  other: NnOther[];
  /** Call → µs by set, under TCG in ring 3. `Q8_0 16`: 192 × 576 with 16 tokens. */
  translated: Record<string, Record<string, number>>;
}

const DEADLINE_MS = 600_000;

async function measureTranslated(): Promise<NnBench["translated"]> {
  await using machine = await Machine.boot({ accel: "tcg", mem: "128M", kernel: TEST_IMAGE });
  const { output, status } = await machine.run("run vectors time", { deadlineMs: DEADLINE_MS });
  if (status !== 0) throw new ToolError(`vectors ended with status ${status}: ${output.slice(-500)}`);
  const table: NnBench["translated"] = {};
  for (const { set, call, value } of vectorLines(output)) {
    const name = Object.entries(NN_SETS).find(([, number]) => number === set)?.[0] ?? String(set);
    table[call] = { ...table[call], [name]: Number(value) / 1000 };
  }
  return table;
}

/** Builds and measures; `sets` names instruction sets, "" all. */
export async function runNnBench(options: { sets?: string; onProgress?: (text: string) => void } = {}): Promise<NnBench> {
  const objects = [...nnKernelObjects(GROUP), objectPath(GROUP, SOURCE)];
  await runGraph([...nnKernelSteps(GROUP), compileObject(GROUP, SOURCE, hostedFlags()), linkHosted(BINARY, objects)], { jobs: 1 });
  options.onProgress?.("measuring");
  const { stdout } = await exec(join(ROOT, BINARY), options.sets ? [options.sets] : [], { cwd: ROOT });
  const rows = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as NnMatmul | NnOther | { what: "memory"; gigabytesPerSecond: number });
  options.onProgress?.("under TCG");
  const translated = await measureTranslated();
  return {
    translated,
    memoryGigabytesPerSecond: Math.max(...rows.flatMap((row) => (row.what === "memory" ? [(row as { gigabytesPerSecond: number }).gigabytesPerSecond] : []))),
    matmul: rows.filter((row): row is NnMatmul => row.what === "matmul"),
    other: rows.filter((row): row is NnOther => row.what !== "matmul" && row.what !== "memory"),
  };
}

/** The figures as lines for a person. */
export function formatNnBench({ memoryGigabytesPerSecond: memory, matmul, other, translated }: NnBench): string {
  const lines = [`one core reads ${memory.toFixed(1)} GB/s from memory with plain loads; medians of processor time`];
  lines.push("set      type  rows × columns   tokens        µs   GB/s   of memory   GMAC/s");
  for (const row of matmul) {
    const shape = `${row.rows} × ${row.columns}`.padEnd(17);
    const share = row.tokens === 1 ? `${((100 * row.gigabytesPerSecond) / memory).toFixed(0)} %` : "";
    lines.push(
      `${row.set.padEnd(9)}${row.type.padEnd(6)}${shape}${String(row.tokens).padStart(6)}${(row.ns / 1000).toFixed(1).padStart(10)}${row.gigabytesPerSecond.toFixed(1).padStart(7)}${share.padStart(12)}${row.gigaMacPerSecond.toFixed(1).padStart(9)}`,
    );
  }
  lines.push("", "set      what       shape                           µs  GFLOP/s (or numbers a ns)");
  for (const row of other)
    lines.push(`${row.set.padEnd(9)}${row.what.padEnd(11)}${row.shape.padEnd(27)}${(row.ns / 1000).toFixed(1).padStart(8)}${row.gigaflops.toFixed(1).padStart(9)}`);
  const sets = [...new Set(Object.values(translated).flatMap((row) => Object.keys(row)))];
  lines.push("", `under TCG, in ring 3, µs by the kernel's clock: ${"".padEnd(4)}${sets.map((set) => set.padStart(10)).join("")}`);
  for (const [call, row] of Object.entries(translated)) lines.push(`${call.padEnd(50)}${sets.map((set) => (row[set] ?? 0).toFixed(0).padStart(10)).join("")}`);
  return lines.join("\n");
}
