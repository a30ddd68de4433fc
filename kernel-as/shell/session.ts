// What one run of the shell is and how its last command ended. Holds no logic of commands; everything above reads it.
import { TASK_ROW_BYTES, TaskRow } from "../abi/layouts";
import { Topic } from "../abi/numbers";
import * as sys from "../abi/sys";
import { kernelCommandLine, RowReader } from "./rows";

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

let nice: i32 = 0;
let niceKnown: bool = false;

/**
 * Nice value that what this shell starts inherits. A shell that runs one line passes on its own, so that it reaches all that a line given to
 * `nice` starts; the console's shell does not.
 */
export function ownNice(): i32 {
  if (session.ownsConsole || niceKnown) return nice;
  niceKnown = true;
  const pid = sys.pid() as u32;
  const rows = new RowReader(Topic.Tasks, TASK_ROW_BYTES, 0, false);
  for (let row = rows.next(); row != 0; row = rows.next()) {
    const task = changetype<TaskRow>(row);
    if (task.pid == pid) nice = task.nice;
  }
  return nice;
}
