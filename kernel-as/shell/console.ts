// Text out to the serial console, buffered. Not the line editor; no text is kept beyond the flush at the end of a step.
import { FRAME_MARK } from "../abi/numbers";
import * as sys from "../abi/sys";

const CAPACITY: i32 = 4096;
const out = new StaticArray<u8>(CAPACITY);
let used: i32 = 0;

/** Write what is buffered. */
export function flush(): void {
  let sent: i32 = 0;
  while (sent < used) {
    const n = sys.write(changetype<usize>(out) + sent, (used - sent) as u32);
    if (n <= 0) break;
    sent += n as i32;
  }
  used = 0;
}

function putRaw(byte: u8): void {
  if (used == CAPACITY) flush();
  out[used] = byte;
  used++;
}

/** One byte of text. The frame mark never appears in text. */
export function putByte(byte: u8): void {
  putRaw(byte == (FRAME_MARK as u8) ? 0x3f : byte);
}

/** Text, as UTF-8. A lone surrogate becomes U+FFFD. */
export function print(text: string): void {
  const n = text.length;
  for (let i = 0; i < n; i++) {
    let code: u32 = text.charCodeAt(i) as u32;
    if (code < 0x80) {
      putByte(code as u8);
      continue;
    }
    if (code >= 0xd800 && code < 0xe000) {
      const low: u32 = code < 0xdc00 && i + 1 < n ? (text.charCodeAt(i + 1) as u32) : 0;
      if (low >= 0xdc00 && low < 0xe000) {
        code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
        i++;
      } else code = 0xfffd;
    }
    if (code < 0x800) putRaw((0xc0 | (code >> 6)) as u8);
    else {
      if (code < 0x10000) putRaw((0xe0 | (code >> 12)) as u8);
      else {
        putRaw((0xf0 | (code >> 18)) as u8);
        putRaw((0x80 | ((code >> 12) & 0x3f)) as u8);
      }
      putRaw((0x80 | ((code >> 6) & 0x3f)) as u8);
    }
    putRaw((0x80 | (code & 0x3f)) as u8);
  }
}

export function printLine(text: string): void {
  print(text);
  putByte(0x0a);
}

/** A mark of the machine console: RS text RS. */
export function printMark(text: string): void {
  putRaw(FRAME_MARK as u8);
  print(text);
  putRaw(FRAME_MARK as u8);
}
