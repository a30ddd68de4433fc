// Runs a tool of the build and turns its failure into one clear error.
import { execFile } from "node:child_process";
import { ROOT } from "./places.js";

/** A step of the build failed. The message holds the tool's own words. */
export class BuildFailed extends Error {
  readonly code = "BUILD_FAILED";
  override readonly name = "BuildFailed";
}

/** Runs a program in the repository; resolves with its standard output. Throws BuildFailed with what it printed. */
export function command(program: string, args: string[], options: { cwd?: string } = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(program, args, { cwd: options.cwd ?? ROOT, maxBuffer: 64 << 20, encoding: "utf8" }, (error, stdout, stderr) => {
      if (!error) return resolve(stdout);
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return reject(new BuildFailed(`${program} is not installed or not on the PATH`));
      const said = `${stdout}${stderr}`.trim() || error.message;
      reject(new BuildFailed(`${program} failed: ${args.filter((a) => !a.startsWith("-")).slice(-1)[0] ?? ""}\n${said}`));
    });
  });
}
