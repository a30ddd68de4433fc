// The mind's engine by itself (kernel-as/mind/host.ts): as a wasm module for V8, and compiled ahead of time with the vector kernels as a Linux process,
// build/hosted/mind-host.
import { compileObject, objectPath } from "./cc.js";
import { hostedFlags, userFlags, userWasmFlags } from "./flags.js";
import { runGraph, type Step } from "./graph.js";
import { linkHosted, nnObjects, nnSteps } from "./nn.js";
import { compileWasm, wasmToC } from "./wasm.js";

const NAME = "mindHost";
/** The engine with its exports; imports `nn`. */
export const MIND_WASM = `build/wasm/${NAME}.wasm`;

const GROUP = "hosted-mind";
const GENERATED = `build/c/${NAME}.c`;
const HEADER = `build/c/${NAME}.h`;
const HOST = "hostshim-c/hosted/mind_host.c";
const BITS = "hostshim-c/wasm/rt/bits.c";
const OUTPUT = "build/hosted/mind-host";

/** The step that makes the module. */
export function mindWasmStep(): Step {
  return compileWasm(NAME, "kernel-as/mind/host.ts", "mind-host");
}

/** Builds mind-host; resolves with its path, relative to the repository. */
export async function buildMindHost(): Promise<string> {
  const objects = [...nnObjects(GROUP, "hosted"), ...[GENERATED, HOST, BITS].map((source) => objectPath(GROUP, source))];
  await runGraph(
    [
      mindWasmStep(),
      wasmToC(NAME, MIND_WASM),
      ...nnSteps(GROUP, "hosted"),
      compileObject(GROUP, GENERATED, userWasmFlags(), [HEADER]),
      compileObject(GROUP, HOST, hostedFlags(), [HEADER]),
      compileObject(GROUP, BITS, userFlags()),
      linkHosted(OUTPUT, objects),
    ],
    { jobs: 1 },
  );
  return OUTPUT;
}
