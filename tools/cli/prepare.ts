// What every command does before its own work: system packages, then what is stale of the build, with progress on stderr.
import { ensureSystem, type Purpose } from "../setup/index.js";
import { Progress } from "../lib/index.js";

export type Target = "image" | "initrd" | "iso" | "hosted";

/**
 * Brings the products up to date.
 * @throws SetupFailed, QemuMissing, BuildFailed
 */
export async function prepare(purposes: readonly Purpose[], targets: Target[], progress = new Progress()): Promise<void> {
  await ensureSystem(purposes, progress);
  const { build } = await import("../build/index.js");
  progress.phase("build");
  try {
    await build(targets, { onProgress: (text: string) => progress.step(text) });
  } finally {
    progress.done();
  }
}
