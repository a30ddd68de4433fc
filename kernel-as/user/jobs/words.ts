// The words that this program was started with, and lines that it prints: without a managed object, so that neither disturbs what is measured.
import { ARGUMENT_BYTES } from "../../abi/numbers";
import * as sys from "../../abi/sys";
import { getU8, isLiteral, literalByte, setU8 } from "../../lib/bytes";

const MOST_WORDS: u32 = 64;
const LINE_BYTES: usize = 1024;
const THOUSAND: u64 = 1000;
const MOST_NUMBERS: u32 = 16;
const HASH: u32 = 35;
const AT: u32 = 64;
const POINT: u32 = 46;
const LINE_END: u32 = 10;

const given: usize = memory.data(4096);
if (ARGUMENT_BYTES != 4096) ERROR("the buffer is stale");
const starts: usize = memory.data(256, 4);
const used: usize = memory.data(64);
const line: usize = memory.data(1024);
const numbers: usize = memory.data(128, 8);
let givenNumbers: u32 = 0;
let count: u32 = 0;
let lineBytes: usize = 0;

/** Reads the arguments; once, before anything else here. */
export function readWords(): void {
  const bytes = <usize>min<i64>(max<i64>(sys.arguments(given, ARGUMENT_BYTES), 0), ARGUMENT_BYTES);
  let at: usize = 0;
  while (at < bytes && count < MOST_WORDS) {
    store<u32>(starts + (count++ << 2), <u32>(given + at));
    while (at < bytes && getU8(given + at) != 0) at++;
    at++;
  }
}

export function words(): u32 {
  return count;
}

/** Address of a word, NUL ended; there must be one. */
export function word(index: u32): usize {
  setU8(used + index, 1);
  return load<u32>(starts + (index << 2));
}

export function wordBytes(index: u32): u32 {
  const at = load<u32>(starts + (index << 2));
  let bytes: u32 = 0;
  while (getU8(at + bytes) != 0) bytes++;
  return bytes;
}

export function wordIs(index: u32, text: string): bool {
  if (index >= count || !isLiteral(load<u32>(starts + (index << 2)), wordBytes(index), text)) return false;
  setU8(used + index, 1);
  return true;
}

/** The whole number that a word is, or −1. */
export function numberOf(index: u32): i64 {
  if (index >= count) return -1;
  let value: i64 = 0;
  let at = word(index);
  if (getU8(at) == 0) return -1;
  for (; getU8(at) != 0; at++) {
    const digit = <i64>getU8(at) - 48;
    if (digit < 0 || digit > 9 || value > 922_337_203_685_477_579) return -1;
    value = value * 10 + digit;
  }
  return value;
}

/** Whether an option is among the words. */
export function has(name: string): bool {
  for (let i: u32 = 1; i < count; i++) if (wordIs(i, name)) return true;
  return false;
}

/** The number behind an option; `otherwise` where it is not given, −1 where it is no number of `least` to `most`. */
export function option(name: string, otherwise: i64, least: i64, most: i64): i64 {
  for (let i: u32 = 1; i < count; i++) {
    if (!wordIs(i, name)) continue;
    const value = numberOf(i + 1);
    return value < least || value > most ? -1 : value;
  }
  return otherwise;
}

/** Whether every word was asked about. */
export function allUsed(): bool {
  for (let i: u32 = 1; i < count; i++) if (getU8(used + i) == 0) return false;
  return true;
}

/** A number for the next print. */
export function give(value: u64): void {
  if (givenNumbers < MOST_NUMBERS) store<u64>(numbers + (givenNumbers++ << 3), value);
}

function putByte(code: u32): void {
  if (lineBytes < LINE_BYTES) setU8(line + lineBytes++, code);
}

function putNumber(value: u64, leastDigits: u32): void {
  let unit: u64 = 1;
  for (; value / unit >= 10 || leastDigits > 1; leastDigits -= leastDigits > 1 ? 1 : 0) unit *= 10;
  for (; unit > 0; unit /= 10) putByte(<u32>(48 + ((value / unit) % 10)));
}

/** Prints a text: each # is the next given number, each @ the next one in thousandths (ns as us). With `ends` the line ends. */
export function print(text: string, ends: bool = true): void {
  let next: u32 = 0;
  for (let i = 0; i < text.length; i++) {
    const code = literalByte(text, i);
    if (code != HASH && code != AT) {
      putByte(code);
      continue;
    }
    const value = next < givenNumbers ? load<u64>(numbers + (next << 3)) : 0;
    next++;
    if (code == HASH) putNumber(value, 1);
    else {
      putNumber(value / THOUSAND, 1);
      putByte(POINT);
      putNumber(value % THOUSAND, 3);
    }
  }
  givenNumbers = 0;
  if (ends) putByte(LINE_END);
  let done: usize = 0;
  while (done < lineBytes) {
    const written = sys.write(line + done, <u32>(lineBytes - done));
    if (written <= 0) break;
    done += <usize>written;
  }
  lineBytes = 0;
}
