// Which words of a command are pids, as the grammar reads it: `renice 5 7` names the process 7. Allocates nothing.
import { getU8 } from "../../lib/bytes";
import { advance, beginCommand, CURSOR_BYTES, Cursor, Mode } from "./cursor";
import { nodeAt, ruleAt, Takes } from "./rules";

/** Numbers of one command that are looked at; a command has at most four pids, and other numbers before them. */
const NUMBERS: i32 = 16;
const at = changetype<Cursor>(memory.data(96, 8));
if (CURSOR_BYTES != 96) ERROR("a Cursor has another size");
const values: usize = memory.data(128, 8);
const kinds: usize = memory.data(16);

let count: i32 = 0;

/** Reads `bytes` at `command`. False where the grammar does not take it; the numbers until there are read. */
export function readCommand(command: usize, bytes: u32): bool {
  count = 0;
  beginCommand(at);
  let value: i64 = 0;
  let digits: u32 = 0;
  let negative = false;
  let pid = false;
  for (let i: u32 = 0; i <= bytes; i++) {
    const byte = i < bytes ? getU8(command + i) : 0x0a;
    const digit = byte >= 0x30 && byte <= 0x39;
    if (!digit && digits > 0) {
      note(negative ? -value : value, pid);
      value = 0;
      digits = 0;
    }
    if (digit && digits === 0) negative = i > 0 && getU8(command + i - 1) === 0x2d;
    if (!advance(at, byte)) return false;
    if (!digit) continue;
    value = value * 10 + (byte - 0x30);
    digits++;
    pid = at.mode === Mode.Value && ruleAt(at.rule).takes === Takes.Process;
  }
  return true;
}

function note(value: i64, pid: bool): void {
  if (count === NUMBERS) return;
  store<i64>(values + ((<usize>count) << 3), value);
  store<u8>(kinds + count, u8(pid));
  count++;
}

/** Numbers of the command, in order; points and units are left out. */
export function commandNumbers(): i32 {
  return count;
}
export function commandNumber(index: i32): i64 {
  return load<i64>(values + ((<usize>index) << 3));
}
/** Whether it is a pid. */
export function isCommandPid(index: i32): bool {
  return load<u8>(kinds + index) !== 0;
}

/** Whether the command destroys, by the shell's own table. */
export function commandDestroys(): bool {
  return nodeAt(at.node).effect === 2;
}
