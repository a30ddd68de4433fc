// Where AssemblyScript's abort leads inside kernel.wasm: to the epitaph. Nothing returns from here.
import { panic } from "../abi/host";

const TEXT_CAPACITY: u32 = 256;
const text = memory.data(256);

function put(at: u32, message: string): u32 {
  for (let i = 0; i < message.length && at < TEXT_CAPACITY; i++) store<u8>(text + at++, <u8>message.charCodeAt(i));
  return at;
}

function putNumber(at: u32, value: u32): u32 {
  let divisor: u32 = 1;
  while (value / divisor >= 10) divisor *= 10;
  for (; divisor > 0; divisor /= 10) if (at < TEXT_CAPACITY) store<u8>(text + at++, <u8>(48 + ((value / divisor) % 10)));
  return at;
}

/** asc calls this for a failed assert, a bad index and the like: our own bugs. */
export function abortToPanic(message: string | null, file: string | null, line: u32, column: u32): void {
  let at = put(0, message ? message : "abort");
  if (file) at = put(put(at, " at "), file);
  at = putNumber(put(at, ":"), line);
  at = putNumber(put(at, ":"), column);
  panic(text, at);
}

/** Stop the machine: the kernel found that it cannot go on. */
export function panicText(message: string): void {
  panic(text, put(0, message));
}
