// The mind's engine as a module of its own (kernel-as/mind/host.ts), for V8. As a Linux process: mind-host.ts.
import type { Step } from "./graph.js";
import { compileWasm } from "./wasm.js";

/** The engine with its exports; imports `nn`. */
export const MIND_WASM = "build/wasm/mindHost.wasm";

/** The step that makes it. */
export function mindWasmStep(): Step {
  return compileWasm("mindHost", "kernel-as/mind/host.ts", "mind-host");
}
