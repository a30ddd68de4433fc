// Runs a tool of the build and turns its failure into one clear error.
import { BuildFailed, exec, ProgramFailed } from "../lib/index.js";
import { ROOT } from "./places.js";

export { BuildFailed } from "../lib/index.js";

/** Runs a program in the repository; resolves with its standard output. Throws BuildFailed with what it printed. */
export async function command(program: string, args: string[], options: { cwd?: string } = {}): Promise<string> {
  try {
    return (await exec(program, args, { cwd: options.cwd ?? ROOT })).stdout;
  } catch (error) {
    if (!(error instanceof ProgramFailed)) throw error;
    if (error.status === null && error.output === "") throw new BuildFailed(error.message, { cause: error });
    const file = args.filter((argument) => !argument.startsWith("-")).at(-1) ?? "";
    throw new BuildFailed(`${program} failed: ${file}\n${error.output.trim() || error.message}`, { cause: error });
  }
}
