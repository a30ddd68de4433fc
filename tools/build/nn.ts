// The vector kernels of the mind: their objects, for programs that import `nn` (ring 3 and hosted), the AssemblyScript reference as a wasm
// module, and build/hosted/nn-host, which the tests hold against it.
import { compileObject, objectPath } from "./cc.js";
import { command } from "./command.js";
import { hostedFlags, nnFlags, userFlags } from "./flags.js";
import { runGraph, type Step } from "./graph.js";
import { compileWasm } from "./wasm.js";

/** The reference of the import module `nn`, which imports its caller's memory (env.memory). */
export const NN_REFERENCE = "build/wasm/nn-reference.wasm";

/** The step that makes it. */
export function nnReferenceStep(): Step {
  return compileWasm("nn-reference", "kernel-as/ml/nn/main.ts", "nn-reference");
}

/** Where the objects run. Hosted: who links them defines nn_memory (hostshim-c/user/nn/glue.h) and wasm_rt_trap. */
export type NnPlace = "ring3" | "hosted";

const SETS = ["sse2", "avx2", "avx512", "emulated"] as const;
const CHOOSE = "hostshim-c/nn/choose.c";
const GLUE = "hostshim-c/user/nn/glue.c";
const RING3 = "hostshim-c/user/nn/ring3.c";

const glue = (place: NnPlace) => (place === "ring3" ? [GLUE, RING3] : [GLUE]);

/** Objects of the kernels without their glue, for C that calls them by hostshim-c/nn/nn.h. */
export function nnKernelObjects(group: string): string[] {
  return [...SETS.map((set) => `hostshim-c/nn/${set}.c`), CHOOSE].map((source) => objectPath(group, source));
}
/** The steps that make them. */
export function nnKernelSteps(group: string): Step[] {
  return [...SETS.map((set) => compileObject(group, `hostshim-c/nn/${set}.c`, nnFlags(set))), compileObject(group, CHOOSE, userFlags())];
}

/** Objects to link into a program of this group that imports `nn`. */
export function nnObjects(group: string, place: NnPlace): string[] {
  return [...nnKernelObjects(group), ...glue(place).map((source) => objectPath(group, source))];
}
/** The steps that make them. */
export function nnSteps(group: string, place: NnPlace): Step[] {
  return [...nnKernelSteps(group), ...glue(place).map((source) => compileObject(group, source, userFlags()))];
}

/** Builds nn-host; resolves with its path, relative to the repository. Not sanitized: its linear memory ends at a page that nobody may touch. */
export async function buildNnHost(): Promise<string> {
  const group = "hosted-nn";
  const host = "hostshim-c/hosted/nn_host.c";
  const output = "build/hosted/nn-host";
  const objects = [...nnObjects(group, "hosted"), objectPath(group, host)];
  await runGraph([...nnSteps(group, "hosted"), compileObject(group, host, hostedFlags()), linkHosted(output, objects)], { jobs: 1 });
  return output;
}

/** The step that links a Linux process. */
export function linkHosted(output: string, objects: string[]): Step {
  return {
    name: `link ${output}`,
    inputs: objects,
    outputs: [output],
    key: "",
    run: async () => {
      await command("gcc", ["-no-pie", ...objects, "-o", output]);
    },
  };
}
