// What one run of the shell is and how its last command ended. Holds no logic of commands; everything above reads it.
import { kernelCommandLine } from "./rows";

/** How the shell talks. */
export const enum Mode {
  /** a person at the serial console: banner, prompt, line editor */
  Interactive = 0,
  /** a program at the serial console: marks around each line's output, no echo */
  Machine = 1,
  /** `shell -c LINE`: run one line and exit */
  Once = 2,
}

/** Exit statuses, as other shells use them. */
export const STATUS_FAILED: i32 = 1;
export const STATUS_USAGE: i32 = 2;
export const STATUS_CANNOT_RUN: i32 = 126;
export const STATUS_UNKNOWN: i32 = 127;
export const STATUS_INTERRUPTED: i32 = 130;
export const STATUS_KILLED: i32 = 137;
/** nobody reads what it writes any more */
export const STATUS_PIPE: i32 = 141;

class Session {
  mode: Mode = Mode.Interactive;
  /** `$?` */
  status: i32 = 0;
  /** Ctrl-C ended the running command: the rest of the line is dropped. */
  cancelled: bool = false;
  /** commands of the line that ran and that failed */
  ran: i32 = 0;
  failures: i32 = 0;
  /** a suggestion of the mind begins: what would go on until Ctrl-C where a person types ends after one round */
  suggested: bool = false;
  /** bytes typed that no line can hold: control bytes, broken UTF-8 */
  shedBytes: u64 = 0;
  /** bytes typed past the end of a full line */
  droppedBytes: u64 = 0;
  lines: u64 = 0;
  /** where relative paths begin; always from the root on */
  directory: string = "/";

  /** The shell of the console: it alone says what Ctrl-C ends. */
  get ownsConsole(): bool {
    return this.mode != Mode.Once;
  }
}

export const session = new Session();

/** Ends the running command because of Ctrl-C. Returns 130. */
export function cancel(): i32 {
  session.cancelled = true;
  return STATUS_INTERRUPTED;
}

/** Value of KEY=VALUE in the kernel command line; "" where it is missing. */
function bootOption(key: string): string {
  const words = kernelCommandLine().split(" ");
  const start = key + "=";
  for (let i = 0; i < words.length; i++) if (words[i].startsWith(start)) return words[i].substring(start.length);
  return "";
}

/** Whether the kernel command line holds `console=machine`. */
export function machineConsoleAsked(): bool {
  return bootOption("console") == "machine";
}

/** Value of `script=` in the kernel command line: lines to run before the shell is ready; see BootScript. */
export function bootScriptText(): string {
  return bootOption("script");
}
