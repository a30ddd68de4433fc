// What every command does before its own work: system packages, then what is stale of the build, with progress on stderr.
import type { Target } from "../build/index.js";
import { Progress } from "../lib/index.js";
import { ensureSystem, type Purpose } from "../setup/index.js";

export type { Target } from "../build/index.js";

/**
 * Brings the products up to date.
 * @throws SetupFailed, QemuMissing, BuildFailed
 */
export async function prepare(purposes: readonly Purpose[], targets: Target[], progress = new Progress()): Promise<void> {
  await ensureSystem(purposes, progress);
  const { build } = await import("../build/index.js"); // not needed for --help, and not small
  progress.phase("build");
  try {
    await build(targets, { onProgress: (text) => progress.step(text) });
  } finally {
    progress.done();
  }
}
