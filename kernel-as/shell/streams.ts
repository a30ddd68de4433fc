// Where this shell reads and writes now: descriptors of standard input, output and error, changed while a redirected command runs.
// Holds state only; console.ts writes, redirect.ts opens.
import { FileStat } from "../abi/layouts";
import { FileType } from "../abi/numbers";
import * as sys from "../abi/sys";

/** Output is kept in memory: see capture.ts. */
export const CAPTURED: i32 = -2;
/** No descriptor. */
export const NONE: i32 = -1;

class Streams {
  input: i32 = 0;
  output: i32 = 1;
  error: i32 = 2;
  /** what the first write that failed said since the command began; 0 none */
  failed: i64 = 0;
}

export const streams = new Streams();

/** for isConsole alone: text is printed while rows stand in the buffers of rows.ts */
const STAT: usize = memory.data(56, 8);
/** Descriptor that `console` was found out for. */
let judged: i32 = NONE;
let console: bool = true;

/** Whether a descriptor is the console; what cannot be asked counts as one. */
export function isConsole(descriptor: i32): bool {
  if (descriptor == CAPTURED) return false;
  return sys.fd_stat(descriptor, STAT) < 0 || changetype<FileStat>(STAT).type == FileType.Console;
}

/** Whether output goes to the console, where the frame mark must not appear. */
export function toConsole(): bool {
  if (judged != streams.output) {
    console = isConsole(streams.output);
    judged = streams.output;
  }
  return console;
}

/** Descriptors changed: what was found out of them is forgotten. */
export function streamsChanged(): void {
  judged = NONE;
}
