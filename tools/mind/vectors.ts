// The program `vectors` (kernel-as/user/vectors): what it prints, and the same wasm under V8 with the reference.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { runGraph } from "../build/graph.js";
import { VECTORS } from "../build/programs.js";
import { compileWasm } from "../build/wasm.js";
import { ROOT } from "../lib/index.js";
import { buildNnReference, nnLater } from "./nn-reference.js";

export interface VectorLine {
  /** As nn.isa(). */
  set: number;
  /** `Q8_0 16`: a product with 16 tokens. */
  call: string;
  /** A hash of what it wrote, or nanoseconds. */
  value: string;
}

/** The lines of its output. */
export function vectorLines(output: string): VectorLine[] {
  return [...output.matchAll(/^(\d) (.+) ([0-9a-f]+)\r?$/gm)].map(([, set, call, value]) => ({ set: Number(set), call: call as string, value: value as string }));
}

/** What `vectors` prints under V8. */
export async function vectorsUnderV8(): Promise<VectorLine[]> {
  const step = compileWasm(VECTORS.name, VECTORS.entry, VECTORS.target);
  await runGraph([step], { jobs: 1 });
  await buildNnReference();
  const { imports, bind } = nnLater();
  let output = "";
  let memory: WebAssembly.Memory | undefined;
  const sys = {
    arguments: () => 0n,
    time_now: () => 0n,
    write: (at: number, count: number) => {
      output += Buffer.from(memory?.buffer as ArrayBuffer, at, count).toString("utf8");
      return BigInt(count);
    },
    trap: () => 0n,
  };
  const module = new WebAssembly.Module(readFileSync(join(ROOT, step.outputs[0] as string)));
  const { exports } = new WebAssembly.Instance(module, { nn: imports, sys });
  memory = exports["memory"] as WebAssembly.Memory;
  bind(memory);
  (exports["start"] as () => void)();
  (exports["step"] as () => number)();
  return vectorLines(output);
}
