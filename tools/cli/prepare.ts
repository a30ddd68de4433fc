// What every command does before its own work: system packages, then what is stale of the build, with progress on stderr.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Target } from "../build/index.js";
import { BUILD, describe, Progress } from "../lib/index.js";
import { ensureSystem, type Purpose } from "../setup/index.js";

export type { Target } from "../build/index.js";

/** What was said about programs that are not built here: said again only when it changes, because it stays true for long. */
const SAID = join(BUILD, "bin", "skipped.txt");

/** What user programs in C need, where it may be installed. Resolves with what is missing all the same, in words, or with "". */
export async function ensurePrograms(progress: Progress): Promise<string> {
  return ensureSystem(["programs"], progress).then(
    () => "",
    (error: unknown) => describe(error),
  );
}

/** One line on stderr for each user program that cannot be built here. */
export async function tellSkipped(lacking: string): Promise<void> {
  const { planWasi } = await import("../build/index.js");
  const { skipped } = await planWasi();
  const lines = skipped.map(({ name, reason }) => `program skipped: ${name}: ${reason}`);
  if (lines.length > 0 && lacking) lines.push(lacking);
  const text = lines.join("\n");
  if (text === (existsSync(SAID) ? readFileSync(SAID, "utf8") : "")) return;
  mkdirSync(dirname(SAID), { recursive: true });
  writeFileSync(SAID, text);
  if (text) process.stderr.write(`${text}\n`);
}

/**
 * Brings the products up to date. User programs that need what this machine lacks are left out, and named on stderr.
 * @throws SetupFailed, QemuMissing, BuildFailed
 */
export async function prepare(purposes: readonly Purpose[], targets: Target[], progress = new Progress()): Promise<void> {
  await ensureSystem(purposes, progress);
  const withPrograms = targets.includes("initrd");
  const lacking = withPrograms ? await ensurePrograms(progress) : "";
  const { build } = await import("../build/index.js"); // not needed for --help, and not small
  progress.phase("build");
  try {
    await build(targets, { onProgress: (text) => progress.step(text) });
  } finally {
    progress.done();
  }
  if (withPrograms) await tellSkipped(lacking);
}
