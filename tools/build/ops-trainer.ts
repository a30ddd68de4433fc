// The trainer of language models as a Linux process, build/hosted/ops-trainer: kernel-as/ml/lm/host.ts → wasm → wasm2c → objects, with
// hostshim-c/hosted/ops_trainer.c and the vector kernels.
import { compileObject, objectPath } from "./cc.js";
import { command } from "./command.js";
import { hostedFlags, hostedPolicyFlags } from "./flags.js";
import { runGraph, type Step } from "./graph.js";
import { nnObjects, nnSteps } from "./nn.js";
import { compileWasm, wasmToC } from "./wasm.js";

const NAME = "opsTrainer";
const ENTRY = "kernel-as/ml/lm/host.ts";
const GENERATED = `build/c/${NAME}.c`;
const HEADER = `build/c/${NAME}.h`;
const GROUP = "hosted-ops-trainer";
const HOST = ["ops_trainer", "ops_instance"].map((name) => `hostshim-c/hosted/${name}.c`);

/** The trainer's module, for V8. */
export const TRAINER_WASM = `build/wasm/${NAME}.wasm`;
export const OPS_TRAINER = "build/hosted/ops-trainer";

/** The step that compiles the module. */
export function trainerModuleStep(): Step {
  return compileWasm(NAME, ENTRY, "trainer");
}

export function opsTrainerSteps(): Step[] {
  const objects = [...[GENERATED, ...HOST].map((source) => objectPath(GROUP, source)), ...nnObjects(GROUP, "hosted")];
  return [
    trainerModuleStep(),
    wasmToC(NAME, TRAINER_WASM),
    // Scalar code: -O3 unrolls and splits loops; without contraction the bits are those of V8.
    compileObject(GROUP, GENERATED, [...hostedPolicyFlags(), "-O3"], [HEADER]),
    ...nnSteps(GROUP, "hosted"),
    ...HOST.map((source) => compileObject(GROUP, source, hostedFlags(), [HEADER])),
    {
      name: `link ${OPS_TRAINER}`,
      inputs: objects,
      outputs: [OPS_TRAINER],
      key: "pthread",
      run: async () => {
        await command("gcc", ["-no-pie", "-pthread", ...objects, "-o", OPS_TRAINER]);
      },
    },
  ];
}

/** Builds the process; resolves with its path, relative to the repository. */
export async function buildOpsTrainer(): Promise<string> {
  await runGraph(opsTrainerSteps(), { jobs: 1 });
  return OPS_TRAINER;
}
