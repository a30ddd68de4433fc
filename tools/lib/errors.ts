// One error class per failure of the tools, each with a stable code and exit status. Not the kernel's status numbers
// (tools/abi). Lowest layer: imports nothing.

/** Exit statuses of every command here. Append-only: scripts rely on them. */
export const ExitCode = {
  Ok: 0,
  Failed: 1,
  Usage: 2,
  BuildFailed: 3,
  QemuMissing: 4,
  KernelPanic: 5,
  TimeLimit: 6,
  MachineGone: 7,
  SetupFailed: 8,
  Interrupted: 130,
} as const;

export type ExitStatus = (typeof ExitCode)[keyof typeof ExitCode];

/** What a person reads for each exit status; --help prints it. */
export const EXIT_CODE_TEXT: Record<keyof typeof ExitCode, string> = {
  Ok: "everything succeeded",
  Failed: "a command inside the machine failed",
  Usage: "the command line makes no sense",
  BuildFailed: "the build failed",
  QemuMissing: "qemu-system-x86_64 is missing",
  KernelPanic: "the kernel panicked; the epitaph is on stderr",
  TimeLimit: "the time limit passed",
  MachineGone: "QEMU ended or never started the kernel",
  SetupFailed: "a needed package is missing and could not be installed",
  Interrupted: "ended by Ctrl-C",
};

export interface FailureDetails {
  /** What would have been right. */
  expected?: string | undefined;
  /** What the person can do now. */
  hint?: string | undefined;
  /** A file that holds more. */
  log?: string | undefined;
  cause?: unknown;
}

/** Base of every failure that the tools report. The message is complete: commands print it and nothing else. */
export class ToolError extends Error {
  override readonly name: string = "ToolError";
  readonly code: string = "GANGLION_FAILED";
  readonly exitCode: ExitStatus = ExitCode.Failed;
  readonly log: string | undefined;

  constructor(happened: string, details: FailureDetails = {}) {
    const lines = [happened];
    if (details.expected) lines.push(`  expected: ${details.expected}`);
    if (details.hint) lines.push(`  try: ${details.hint}`);
    if (details.log) lines.push(`  log: ${details.log}`);
    super(lines.join("\n"), details.cause === undefined ? undefined : { cause: details.cause });
    this.log = details.log;
  }
}

/** A command line, option or file from outside that makes no sense. */
export class UsageError extends ToolError {
  override readonly name = "UsageError";
  override readonly code = "GANGLION_USAGE";
  override readonly exitCode = ExitCode.Usage;
}

/** A step of the build failed. */
export class BuildFailed extends ToolError {
  override readonly name = "BuildFailed";
  override readonly code = "GANGLION_BUILD_FAILED";
  override readonly exitCode = ExitCode.BuildFailed;
}

/** There is no qemu-system-x86_64 to run. */
export class QemuMissing extends ToolError {
  override readonly name = "QemuMissing";
  override readonly code = "GANGLION_QEMU_MISSING";
  override readonly exitCode = ExitCode.QemuMissing;
}

/** A package is missing and could not be installed. */
export class SetupFailed extends ToolError {
  override readonly name = "SetupFailed";
  override readonly code = "GANGLION_SETUP_FAILED";
  override readonly exitCode = ExitCode.SetupFailed;
}

/** The kernel printed its epitaph and stopped. */
export class KernelPanic extends ToolError {
  override readonly name = "KernelPanic";
  override readonly code = "GANGLION_KERNEL_PANIC";
  override readonly exitCode = ExitCode.KernelPanic;
  /** From the `*** GANGLION PANIC` line to the `*** END OF EPITAPH` line. */
  readonly epitaph: string;
  /** Whether the person has seen it already, on the terminal that was the kernel's console. */
  readonly seen: boolean;

  constructor(epitaph: string, details: FailureDetails & { seen?: boolean } = {}) {
    super(
      `the kernel panicked: ${
        epitaph
          .split("\n", 1)[0]
          ?.replace(/^\*+ GANGLION PANIC: */, "")
          .trim() || "(the epitaph was cut off)"
      }`,
      details,
    );
    this.epitaph = epitaph;
    this.seen = details.seen ?? false;
  }
}

/** Something took longer than it may. */
export class TimeLimit extends ToolError {
  override readonly name = "TimeLimit";
  override readonly code = "GANGLION_TIME_LIMIT";
  override readonly exitCode = ExitCode.TimeLimit;
}

/** QEMU ended when it should not have, or did not start. */
export class MachineGone extends ToolError {
  override readonly name = "MachineGone";
  override readonly code = "GANGLION_MACHINE_GONE";
  override readonly exitCode = ExitCode.MachineGone;
  /** `off`, `failed` and `closed`: it was told to end (poweroff, reboot); `gone`: nobody asked for it. */
  readonly ending: "off" | "failed" | "closed" | "gone";

  constructor(happened: string, ending: MachineGone["ending"], details: FailureDetails = {}) {
    super(happened, details);
    this.ending = ending;
  }
}

/** A command answered something else than it promises. */
export class UnexpectedAnswer extends ToolError {
  override readonly name = "UnexpectedAnswer";
  override readonly code = "GANGLION_UNEXPECTED_ANSWER";
}

/** A program that a tool ran ended with another status than 0. */
export class ProgramFailed extends ToolError {
  override readonly name = "ProgramFailed";
  override readonly code = "GANGLION_PROGRAM_FAILED";
  /** Exit status; null when a signal ended it. */
  readonly status: number | null;
  /** What it printed, stdout and stderr in order of arrival. */
  readonly output: string;

  constructor(happened: string, status: number | null, output: string, details: FailureDetails = {}) {
    super(happened, details);
    this.status = status;
    this.output = output;
  }
}

/** Text for a person: our errors without a stack, anything else with one, because it is a bug of ours. */
export function describe(error: unknown): string {
  if (error instanceof ToolError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** The exit status that an error leads to. */
export function exitCodeOf(error: unknown): number {
  return error instanceof ToolError ? error.exitCode : ExitCode.Failed;
}
