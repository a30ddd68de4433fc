// Where AssemblyScript's abort leads in every ring-3 program: the message and the place go to the console, then the process ends
// as a WebAssembly trap. Allocates nothing: abort may come from the allocator. Linked by `asc --use abort=kernel-as/user/abort/abortToTrap`.
import * as sys from "../abi/sys";
import { setU8 } from "../lib/bytes";

const TRAP_CODE: i32 = 0;
const LINE_BYTES: usize = 256;
const buffer: usize = memory.data(256);

function append(at: usize, text: string | null): usize {
  if (!text) return at;
  for (let i = 0; i < text.length && at < LINE_BYTES - 1; i++) {
    const code = text.charCodeAt(i);
    setU8(buffer + at++, code >= 0x20 && code < 0x7f ? code : 0x3f);
  }
  return at;
}

function appendNumber(at: usize, value: u32): usize {
  let unit: u32 = 1;
  while (value / unit >= 10) unit *= 10;
  for (; unit > 0 && at < LINE_BYTES - 1; unit /= 10) setU8(buffer + at++, 48 + ((value / unit) % 10));
  return at;
}

export function abortToTrap(message: string | null, file: string | null, line: u32, column: u32): void {
  let at = append(0, "abort: ");
  at = append(at, message);
  at = append(at, " at ");
  at = append(at, file);
  at = append(at, ":");
  at = appendNumber(at, line);
  at = append(at, ":");
  at = appendNumber(at, column);
  setU8(buffer + at++, 10);
  sys.write(buffer, at as u32);
  sys.trap(TRAP_CODE);
}
