// The import module `nn` under V8: the AssemblyScript reference (kernel-as/ml/nn) over the memory of whoever imports it.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { runGraph } from "../build/graph.js";
import { NN_REFERENCE, nnReferenceStep } from "../build/nn.js";
import { ROOT } from "../lib/index.js";

/** The calls of docs/abi.md, "Vector kernels"; every argument is a number, offsets in linear memory. */
export interface NnCalls extends WebAssembly.ModuleImports {
  isa(): number;
  select(isa: number): number;
  quantize(x: number, n: number, q: number): void;
  dequantize(type: number, w: number, n: number, y: number): void;
  matmul(type: number, w: number, rows: number, columns: number, x: number, tokens: number, y: number, yStride: number): void;
  rmsnorm(x: number, weight: number, n: number, eps: number, y: number): void;
  swiglu(gate: number, up: number, n: number, y: number): void;
  attention(q: number, keys: number, values: number, stride: number, positions: number, heads: number, kvHeads: number, headSize: number, scores: number, y: number): void;
  gemm_nn(a: number, b: number, m: number, k: number, n: number, c: number): void;
  gemm_tn(a: number, b: number, m: number, k: number, n: number, c: number): void;
}

let compiled: WebAssembly.Module | undefined;

function reference(): WebAssembly.Module {
  compiled ??= new WebAssembly.Module(readFileSync(join(ROOT, NN_REFERENCE)));
  return compiled;
}

/** Compiles the reference if it is stale. Call once before the others. */
export async function buildNnReference(): Promise<void> {
  await runGraph([nnReferenceStep()], { jobs: 1 });
}

/** The `nn` import object over `memory`, for a module that imports its memory too, or for calls from TypeScript. */
export function nnOver(memory: WebAssembly.Memory): NnCalls {
  return new WebAssembly.Instance(reference(), { env: { memory } }).exports as unknown as NnCalls;
}

/** The `nn` import object for a module that brings its own memory: instantiate it with `imports`, then call `bind` with its exports' memory. A call before that throws. */
export function nnLater(): { imports: NnCalls; bind(memory: WebAssembly.Memory): void } {
  let calls: NnCalls | undefined;
  const names = WebAssembly.Module.exports(reference()).flatMap(({ name, kind }) => (kind === "function" ? [name] : []));
  const late = (name: string) =>
    function call() {
      if (!calls) throw new Error(`nn.${name} was called before nnLater().bind(memory)`);
      // biome-ignore lint/complexity/noArguments: a spread would make an array of each call
      return (calls[name] as (...of: unknown[]) => unknown).apply(undefined, arguments as unknown as unknown[]);
    };
  return {
    imports: Object.fromEntries(names.map((name) => [name, late(name)])) as unknown as NnCalls,
    bind: (memory) => {
      calls = nnOver(memory);
    },
  };
}
