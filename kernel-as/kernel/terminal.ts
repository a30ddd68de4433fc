// Whose words stand on the console's current row, where a person types: what others say goes on rows of its own, and the owner (the
// shell) is told to draw its line again. Nothing here where the console is a program's. Not the input (console.ts).
import { console_write } from "../abi/host";
import { FRAME_MARK, PROCESSES, ProcessState } from "../abi/numbers";
import { getU8 } from "../lib/bytes";
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
function ownerWrote(last: u8): void {
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

/** Bytes of a process on their way to the console; `owner`: of the service that owns it. LF stays alone: QEMU's terminal adds the CR. */
export function terminalWrite(owner: bool, from: usize, count: u32): void {
  if (count == 0) return;
  if (!owner) otherBegins();
  // Only the owner may write the mark that frames a program's console.
  if (machineConsole && !owner) for (let i: u32 = 0; i < count; i++) if (getU8(from + i) == <u32>FRAME_MARK) store<u8>(from + i, 0x3f);
  console_write(from, count);
  const last = <u8>getU8(from + count - 1);
  if (owner) ownerWrote(last);
  else otherWrote(last);
}

/** Whether the owner is to draw its line again now; forgets it. */
export function takeRedraw(): bool {
  if (!redrawDue || otherOpen) return false;
  redrawDue = false;
  return true;
}
