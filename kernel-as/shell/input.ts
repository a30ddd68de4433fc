// Bytes in from the serial console, in chunks. Keeps what was typed ahead; knows no line and no key.
import { Status } from "../abi/numbers";
import * as sys from "../abi/sys";
import { flush } from "./console";
import { session } from "./session";

const CAPACITY: i32 = 1024;
const chunk = new StaticArray<u8>(CAPACITY);
let at: i32 = 0;
let end: i32 = 0;

export const CTRL_C: u8 = 3;

let onDisturbed: () => void = () => {};

/** Whether bytes wait that need no read. */
export function inputWaits(): bool {
  return at < end;
}

/** Others wrote where the line being typed stood: `redraw` draws it again. Returns what did so before. */
export function whenDisturbed(redraw: () => void): () => void {
  const before = onDisturbed;
  onDisturbed = redraw;
  return before;
}

/** The next byte; waits for one. Ctrl-C comes as its byte, however the kernel tells it. */
export function nextByte(): u8 {
  while (at >= end) {
    flush();
    const n = sys.read(changetype<usize>(chunk), CAPACITY, u64.MAX_VALUE);
    if (n == Status.Interrupted) return CTRL_C;
    at = 0;
    end = n > 0 ? (n as i32) : 0;
    if (n == Status.Again) onDisturbed();
    else if (n <= 0) sys.yield_now();
  }
  return unchecked(chunk[at++]);
}

/** Whether Ctrl-C was typed for the running command; forgets it and what was typed before it. */
export function interruptPending(): bool {
  if (!session.ownsConsole) return false;
  if (typedInterrupt()) return true;
  if (sys.interrupted() <= 0) return false;
  // the byte itself may wait behind the chunk
  while (end < CAPACITY) {
    const n = sys.read(changetype<usize>(chunk) + end, (CAPACITY - end) as u32, 0);
    if (n <= 0) break;
    end += n as i32;
    if (typedInterrupt()) break;
  }
  return true;
}

/** After Ctrl-C ended a wait: the kernel's note of it is done with. */
export function forgetInterrupt(): void {
  if (session.ownsConsole) sys.interrupted();
}

/** Whether Ctrl-C stands in what was typed ahead; drops all up to it. */
function typedInterrupt(): bool {
  for (let i = end - 1; i >= at; i--) {
    if (unchecked(chunk[i]) != CTRL_C) continue;
    at = i + 1;
    return true;
  }
  return false;
}
