// Where things lie: the repository, the products, the user's cache. Not what is in them (tools/build).
import { accessSync, constants, statSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";

export const ROOT = join(import.meta.dirname, "..", "..");
export const BUILD = join(ROOT, "build");
export const LOGS = join(BUILD, "log");
export const KERNEL_ELF = join(BUILD, "ganglion.elf");
/** The image for tests: every policy, and the specs. */
export const KERNEL_TEST_ELF = join(BUILD, "ganglion-test.elf");
export const INITRD_TAR = join(BUILD, "initrd.tar");
export const SMALL_INITRD_TAR = join(BUILD, "initrd-small.tar");

/** The user's cache folder of this project (XDG base directory specification). */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  return join(env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "ganglion");
}

/**
 * Full path of a program, as a shell would find it.
 * @param name program name, or a path with a slash
 * @returns its path, or undefined where there is none that can be run
 */
export function findProgram(name: string, env: NodeJS.ProcessEnv = process.env): string | undefined {
  const candidates = name.includes("/")
    ? [name]
    : (env["PATH"] ?? "")
        .split(delimiter)
        .filter(Boolean)

        .map((folder) => join(folder, name));
  return candidates.find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return statSync(path).isFile();
    } catch {
      return false;
    }
  });
}
