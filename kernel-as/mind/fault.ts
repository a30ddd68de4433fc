// Why a model could not be opened, in words for a person: one text, the first fault of an opening. Whoever finds a fault begins the text and says what to do.
import { getU8 } from "../lib/bytes";
import { TextWriter } from "../lib/fmt";

const TEXT_BYTES: u32 = 320;
/** Longest piece of a file that a text shows. */
const SHOWN_BYTES: u32 = 64;
const buffer: usize = memory.data(320);
const writer = changetype<TextWriter>(memory.data(16, 4));
writer.init(buffer, TEXT_BYTES);

/** Forgets the fault: before an opening. */
export function clearFault(): void {
  writer.init(buffer, TEXT_BYTES);
}

/** Whether there is one. */
export function faulty(): bool {
  return writer.length > 0;
}

/** Address of the text, ASCII. */
export function faultAt(): usize {
  return buffer;
}
/** Its bytes; 0: no fault. */
export function faultBytes(): i32 {
  return <i32>writer.length;
}

/** A literal to the text. */
export function say(literal: string): void {
  writer.text(literal);
}
/** A number to the text. */
export function sayNumber(value: u64): void {
  writer.unsigned(value);
}
/** Bytes of the file: what is not printable ASCII as ?, cut at 64. */
export function sayBytes(at: usize, count: usize): void {
  const shown = min<usize>(count, SHOWN_BYTES);
  for (let i: usize = 0; i < shown; i++) {
    const byte = getU8(at + i);
    writer.byte(byte >= 0x20 && byte < 0x7f ? byte : 0x3f);
  }
  if (count > shown) writer.text("...");
}
