// What a fast replay under V8 runs: kernel.wasm and the policies as in the image, and the engine of tools/sim. No C, no image.
import type { Step } from "./graph.js";
import { policies, policySteps } from "./policies.js";
import { compileWasm } from "./wasm.js";

/** Steps that lead to everything that tools/sim loads. */
export function simSteps(): Step[] {
  return [
    compileWasm("kernel", "kernel-as/kernel/main.ts", "kernel"),
    ...policySteps(policies()),
    compileWasm("sim-machine", "tools/sim/engine/machine.ts", "sim-machine"),
    compileWasm("sim-driver", "tools/sim/engine/driver.ts", "sim-driver"),
    compileWasm("sim-sched", "tools/sim/engine/sched.ts", "sim-sched"),
    compileWasm("learner-core", "kernel-as/learner/core.ts", "bench"),
  ];
}
