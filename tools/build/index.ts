// tools/build's surface: make what is asked for, up to date.
import { availableParallelism } from "node:os";
import { type OnProgress, runGraph, type Step } from "./graph.js";
import { imageSteps, testImageSteps } from "./image.js";
import { initrdSteps } from "./initrd.js";
import { simSteps } from "./sim.js";
import { planWasi } from "./wasi/steps.js";

export { IMAGE, imageBytes, TEST_IMAGE } from "./image.js";
export { INITRD } from "./initrd.js";
export { buildIso, findLimine, type IsoOptions, type Loader } from "./iso.js";
export { planWasi, type Skipped, type WasiPlan } from "./wasi/steps.js";
export { SAMPLE_PICTURE, WASI_PROGRAMS, type WasiProgram, wasiWasm } from "./wasi/table.js";
export { buildConformance, buildWasiHost, type WasiHost } from "./wasi-runtime.js";

export type Target = "image" | "initrd" | "test-image" | "sim";

/** User programs that cannot be built on this machine are left out; planWasi names them. */
const TARGETS: Record<Target, (onProgress?: OnProgress) => Step[] | Promise<Step[]>> = {
  image: imageSteps,
  initrd: async (onProgress) => initrdSteps((await planWasi(onProgress)).programs),
  "test-image": testImageSteps,
  sim: simSteps,
};

/** Builds what is stale of the targets. Resolves with the names of the steps that ran; throws BuildFailed. */
export async function build(targets: Target[], options: { onProgress?: OnProgress } = {}): Promise<string[]> {
  const steps = new Map<string, Step>();
  for (const target of targets) for (const step of await TARGETS[target](options.onProgress)) steps.set(step.name, step);
  return runGraph([...steps.values()], { jobs: Math.min(2, availableParallelism()), ...options });
}
