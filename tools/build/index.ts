// tools/build's surface: make what is asked for, up to date.
import { availableParallelism } from "node:os";
import { type OnProgress, runGraph, type Step } from "./graph.js";
import { imageSteps, testImageSteps } from "./image.js";
import { initrdSteps } from "./initrd.js";
import { simSteps } from "./sim.js";

export { IMAGE, imageBytes, TEST_IMAGE } from "./image.js";
export { INITRD } from "./initrd.js";
export { buildIso, findLimine, type IsoOptions, type Loader } from "./iso.js";

export type Target = "image" | "initrd" | "test-image" | "sim";

const TARGETS: Record<Target, () => Step[]> = { image: imageSteps, initrd: initrdSteps, "test-image": testImageSteps, sim: simSteps };

/** Builds what is stale of the targets. Resolves with the names of the steps that ran; throws BuildFailed. */
export function build(targets: Target[], options: { onProgress?: OnProgress } = {}): Promise<string[]> {
  const steps = new Map<string, Step>();
  for (const target of targets) for (const step of TARGETS[target]()) steps.set(step.name, step);
  return runGraph([...steps.values()], { jobs: Math.min(2, availableParallelism()), ...options });
}
