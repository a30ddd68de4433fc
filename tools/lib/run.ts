// The frame around a command entry: errors become text on stderr and an exit status. Otherwise only entries print.
import { CommanderError } from "commander";
import { describe, ExitCode, exitCodeOf, KernelPanic } from "./errors.js";

/** Runs a command to its exit status; lets what is on stdout drain instead of cutting it off. */
export async function runCommand(command: () => Promise<number>): Promise<void> {
  process.stdout.on("error", () => process.exit(ExitCode.Failed)); // whoever read our output has left
  try {
    process.exitCode = await command();
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? ExitCode.Ok : ExitCode.Usage; // it has printed its text itself
      return;
    }
    if (error instanceof KernelPanic && error.epitaph && !error.seen) process.stderr.write(`${error.epitaph}\n`);
    process.stderr.write(`${describe(error)}\n`);
    process.exitCode = exitCodeOf(error);
  }
}
