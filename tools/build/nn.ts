// The vector kernels of the mind: the AssemblyScript reference as a wasm module.
import type { Step } from "./graph.js";
import { compileWasm } from "./wasm.js";

/** The reference of the import module `nn`, which imports its caller's memory (env.memory). */
export const NN_REFERENCE = "build/wasm/nn-reference.wasm";

/** The step that makes it. */
export function nnReferenceStep(): Step {
  return compileWasm("nn-reference", "kernel-as/ml/nn/main.ts", "nn-reference");
}
