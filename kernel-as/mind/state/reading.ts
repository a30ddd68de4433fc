// Letters and words of a question as bytes, for who reads it without a model. Case does not count; bytes past ASCII are letters. Allocates nothing.
import { getU8, literalByte } from "../../lib/bytes";

export function isDigit(byte: u32): bool {
  return byte >= 0x30 && byte <= 0x39;
}

export function isLetter(byte: u32): bool {
  const small = byte | 0x20;
  return (small >= 0x61 && small <= 0x7a) || byte >= 0x80;
}

/** A letter, a digit, or the sign between words of one name. */
export function isInWord(byte: u32): bool {
  return isLetter(byte) || isDigit(byte) || byte === 0x5f;
}

/** Whether a word is among those of a list, which are small letters parted by single spaces. */
export function isOneOf(at: usize, bytes: u32, list: string): bool {
  for (let from = 0; from < list.length; ) {
    let end = from;
    while (end < list.length && literalByte(list, end) !== 0x20) end++;
    if (<u32>(end - from) === bytes && same(at, bytes, list, from)) return true;
    from = end + 1;
  }
  return false;
}

function same(at: usize, bytes: u32, list: string, from: i32): bool {
  for (let i: u32 = 0; i < bytes; i++) if ((getU8(at + i) | 0x20) !== literalByte(list, from + <i32>i)) return false;
  return true;
}
