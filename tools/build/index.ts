// tools/build's surface: make what is asked for, up to date.
import { availableParallelism } from "node:os";
import { type Progress, runGraph, type Step } from "./graph.js";
import { imageSteps } from "./image.js";

export { BuildFailed } from "./command.js";
export { IMAGE, imageBytes } from "./image.js";
export { BUILD_DIR, ROOT } from "./places.js";

export type Target = "image";

const TARGETS: Record<Target, () => Step[]> = { image: imageSteps };

/** Builds what is stale of the targets. Resolves with the names of the steps that ran; throws BuildFailed. */
export function build(targets: Target[], options: { onProgress?: Progress } = {}): Promise<string[]> {
  const steps = new Map<string, Step>();
  for (const target of targets) for (const step of TARGETS[target]()) steps.set(step.name, step);
  return runGraph([...steps.values()], { jobs: Math.min(2, availableParallelism()), ...options });
}
