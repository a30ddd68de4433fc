// What may come next at a cursor: the bytes, and the run of bytes that nothing can be put in the place of. Allocates nothing.
import { getU8, setU8 } from "../../lib/bytes";
import { advance, CURSOR_BYTES, Cursor, copyCursor, hasEnded } from "./cursor";

const trial = changetype<Cursor>(memory.data(96, 8));
const bytes: usize = memory.data(128);
if (CURSOR_BYTES != 96) ERROR("trial must have room for a Cursor");

/** Writes the bytes that may come next, in order, to `to` (96 at most); how many. */
export function nextBytes(c: Cursor, to: usize): u32 {
  if (hasEnded(c)) return 0;
  let count: u32 = 0;
  for (let byte: u32 = 10; byte < 0x7f; byte = byte === 10 ? 0x20 : byte + 1) {
    copyCursor(trial, c);
    if (advance(trial, byte)) setU8(to + count++, byte);
  }
  return count;
}

/** Takes bytes as long as only one may come, and writes them to `to`, at most `capacity`; how many. */
export function takeForced(c: Cursor, to: usize, capacity: u32): u32 {
  let count: u32 = 0;
  while (count < capacity && nextBytes(c, bytes) === 1) {
    const byte = getU8(bytes);
    advance(c, byte);
    setU8(to + count++, byte);
  }
  return count;
}
