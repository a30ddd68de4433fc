// Text and bytes out, buffered: to standard output, which is the serial console unless redirected. Not the line editor; nothing is kept
// beyond the flush at the end of a step.
import { FRAME_MARK, Status } from "../abi/numbers";
import * as sys from "../abi/sys";
import { getU8, setU8 } from "../lib/bytes";
import { capture } from "./capture";
import { Mode, STATUS_PIPE, session } from "./session";
import { CAPTURED, streams, toConsole } from "./streams";

const CAPACITY: i32 = 4096;
const out = new StaticArray<u8>(CAPACITY);
let used: i32 = 0;

/** Writes bytes to standard output, after what is buffered. Ok, or what was wrong; after a failure nothing more is written. */
function writeAll(from: usize, count: i32): i64 {
  if (streams.output == CAPTURED) {
    const to = capture;
    if (to) to.add(from, count);
    return Status.Ok;
  }
  if (streams.failed < 0) return streams.failed;
  let sent: i32 = 0;
  while (sent < count) {
    const n = streams.output == 1 ? sys.write(from + sent, (count - sent) as u32) : sys.fd_write(streams.output, from + sent, (count - sent) as u32);
    if (n <= 0) {
      streams.failed = n < 0 ? n : Status.Io;
      // nobody reads any more: a stage of a pipeline has nothing left to do, and nobody to tell
      if (n == Status.BrokenPipe && session.mode == Mode.Once) sys.exit(STATUS_PIPE);
      return streams.failed;
    }
    sent += n as i32;
  }
  return Status.Ok;
}

/** Write what is buffered. */
export function flush(): void {
  const count = used;
  used = 0;
  if (count > 0) writeAll(changetype<usize>(out), count);
}

function putRaw(byte: u8): void {
  if (used == CAPACITY) flush();
  out[used] = byte;
  used++;
}

/** One byte of text. The frame mark never appears on the console. */
export function putByte(byte: u8): void {
  putRaw(byte == (FRAME_MARK as u8) && toConsole() ? 0x3f : byte);
}

/** Bytes of a file or pipe as they are; on the console the frame mark is shown as `?`, in the caller's buffer too. Ok, or what was wrong. */
export function putBytes(from: usize, count: i32): i64 {
  flush();
  if (toConsole()) {
    for (let i = 0; i < count; i++) if (getU8(from + i) == FRAME_MARK) setU8(from + i, 0x3f);
  }
  return writeAll(from, count);
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

/** A line to standard error. What was written to standard output before comes out before. */
export function printError(text: string): void {
  if (streams.error == streams.output) {
    printLine(text);
    return;
  }
  flush();
  const output = streams.output;
  const failed = streams.failed;
  streams.output = streams.error;
  streams.failed = 0;
  printLine(text);
  flush();
  streams.output = output;
  streams.failed = failed;
}

/** A mark of the machine console: RS text RS. */
export function printMark(text: string): void {
  putRaw(FRAME_MARK as u8);
  print(text);
  putRaw(FRAME_MARK as u8);
}
