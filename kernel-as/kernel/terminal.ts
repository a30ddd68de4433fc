// Whose words stand on the console's current row, where a person types: what others say goes on rows of its own, and the owner (the
// shell) is told to draw its line again. Nothing here where the console is a program's. Not the input (console.ts).
import { console_write } from "../abi/host";
import { PROCESSES, ProcessState } from "../abi/numbers";
import { machineConsole } from "./boot";
import { NO_SLOT, processAt } from "./proc/process";

const NEWLINE: u8 = 0x0a;
const bytes: usize = memory.data(8);

/** The owner has begun a row and not ended it. */
let ownerOpen: bool = false;
/** So has somebody else. */
let otherOpen: bool = false;
let redrawDue: bool = false;

/** The process that waits for typed bytes, or NO_SLOT. */
export function findReader(): i32 {
  for (let slot: i32 = 0; slot < <i32>PROCESSES; slot++) if (processAt(slot).state == ProcessState.Reading) return slot;
  return NO_SLOT;
}

/** The owner wrote text that ends with this byte. */
export function ownerWrote(last: u8): void {
  ownerOpen = last != NEWLINE && !machineConsole;
  otherOpen = false;
}

/** Somebody else is about to write. A line that is being typed is wiped, to be drawn again below; output is left as it is. */
export function otherBegins(): void {
  if (!ownerOpen) return;
  ownerOpen = false;
  const typing = findReader() != NO_SLOT;
  if (typing) redrawDue = true;
  store<u32>(bytes, typing ? 0x4b5b1b0d : 0x0a0d); // CR ESC [ K, or CR LF
  console_write(bytes, typing ? 4 : 2);
}

/** Somebody else wrote text that ends with this byte. */
export function otherWrote(last: u8): void {
  otherOpen = last != NEWLINE;
}

/** Whether the owner is to draw its line again now; forgets it. */
export function takeRedraw(): bool {
  if (!redrawDue || otherOpen) return false;
  redrawDue = false;
  return true;
}
