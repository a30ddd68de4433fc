// The validator's words for what it finds, and names and counts, over the reader that it shares with the kernel (lib/module-reader).
// Source: WebAssembly core specification 2.0, 5.1.3 and 5.2.4.
import { broken, corrupt, enter, fault, left, limitTo, nextByte, nextU32 } from "../lib/module-reader";
import { Verdict } from "./verdict";

export { corrupt, enter, faultOffset, goTo, head, here, leave, left, nextByte, nextSection, nextSigned, nextU32, openMemory, peekByte, skip, stopAt } from "../lib/module-reader";

/** The module wants here what no engine of this machine runs. */
export function unsupported(why: string): void {
  fault(Verdict.Unsupported, why);
}
export function tooDeep(why: string): void {
  fault(Verdict.TooDeep, why);
}
export function outOfMemory(): void {
  fault(Verdict.NoMemory, "the arena is too small");
}

/** A count of things that take `bytesEach` bytes or more: so no more than what is left can hold. 0 after a fault. */
export function nextCount(most: u32, bytesEach: u32): u32 {
  const count = nextU32();
  if (count > most) corrupt("there are more of them than engines take");
  else if (count > left() / bytesEach) corrupt("a count reaches past the end");
  return broken() ? 0 : count;
}

function continuation(low: u32, high: u32): void {
  const byte = nextByte();
  if (byte < low || byte > high) corrupt("a name is not UTF-8");
}

/** Pass over a name: a length and so many bytes of UTF-8 (no surrogates, no longer form than needed). Returns its bytes. */
export function nextName(): u32 {
  const bytes = nextU32();
  const before = enter(bytes);
  while (!broken() && left() !== 0) {
    const byte = nextByte();
    if (byte < 0x80) continue;
    if (byte >= 0xc2 && byte <= 0xdf) continuation(0x80, 0xbf);
    else if (byte >= 0xe0 && byte <= 0xef) {
      continuation(byte === 0xe0 ? 0xa0 : 0x80, byte === 0xed ? 0x9f : 0xbf);
      continuation(0x80, 0xbf);
    } else if (byte >= 0xf0 && byte <= 0xf4) {
      continuation(byte === 0xf0 ? 0x90 : 0x80, byte === 0xf4 ? 0x8f : 0xbf);
      continuation(0x80, 0xbf);
      continuation(0x80, 0xbf);
    } else corrupt("a name is not UTF-8");
  }
  limitTo(before);
  return bytes;
}
