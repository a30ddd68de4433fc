// What is typed to a program that reads the console: a line, edited before it is handed over. Backspace, Ctrl-U; Enter ends it; Ctrl-D
// ends the input on an empty line and hands over an open one. Echoed where a person types. Not the shell's line editor, which reads raw
// bytes, and not Ctrl-C (console.ts).
import { PATH_BYTES } from "../abi/numbers";
import { copy, getU8, setU8 } from "../lib/bytes";
import { machineConsole } from "./boot";
import { TYPED_LINE_BYTES } from "./limits";
import { terminalWrite } from "./terminal";

const line: usize = memory.data(1024);
const ready: usize = memory.data(1024);
const echo: usize = memory.data(8);
if (TYPED_LINE_BYTES != 1024 || PATH_BYTES != 1024) ERROR("a buffer is stale");

let used: u32 = 0;
let readyAt: u32 = 0;
let readyEnd: u32 = 0;
let ended: bool = false;
let afterReturn: bool = false;

const CONTROL_D: u32 = 4;
const BELL: u32 = 7;
const BACKSPACE: u32 = 8;
const TAB: u32 = 9;
const NEWLINE: u32 = 10;
const RETURN: u32 = 13;
const CONTROL_U: u32 = 0x15;
const DELETE: u32 = 0x7f;

/** Bytes of a line that wait to be read. */
export function typedReady(): u32 {
  return readyEnd - readyAt;
}

/** Whether a read would be answered: with bytes, or with the end. */
export function typedAnswers(): bool {
  return ended || readyEnd > readyAt;
}

/** Forgets what nobody read: the program it was meant for is gone. */
export function forgetTyped(): void {
  used = 0;
  readyAt = 0;
  readyEnd = 0;
  ended = false;
  afterReturn = false;
}

/** Where waiting bytes lie, at most typedReady of them. */
export function typedBytes(): usize {
  return ready + readyAt;
}

/** Takes bytes; 0 takes the end. */
export function takeTyped(bytes: u32): void {
  if (bytes == 0) ended = false;
  readyAt += bytes;
}

/** Takes one typed byte. Call only while typedAnswers is false. */
export function typeByte(byte: u32): void {
  const skip = afterReturn && byte == NEWLINE;
  afterReturn = byte == RETURN;
  if (skip) return;
  if (byte == RETURN || byte == NEWLINE) {
    setU8(line + used++, NEWLINE);
    say1(NEWLINE);
    handOver();
  } else if (byte == CONTROL_D) {
    if (used == 0) ended = true;
    else handOver();
  } else if (byte == BACKSPACE || byte == DELETE) erase();
  else if (byte == CONTROL_U) while (used > 0) erase();
  else if (used + 1 >= TYPED_LINE_BYTES) say1(BELL);
  else {
    setU8(line + used++, byte);
    if (byte >= 0x20 || byte == TAB) say1(byte);
    else sayControl(byte);
  }
}

function handOver(): void {
  copy(ready, line, used);
  readyAt = 0;
  readyEnd = used;
  used = 0;
}

function say1(byte: u32): void {
  setU8(echo, byte);
  show(1);
}

// A control character shows as ^X and takes two columns.
function sayControl(byte: u32): void {
  setU8(echo, 0x5e);
  setU8(echo + 1, byte + 0x40);
  show(2);
}

// The last character goes, with all its bytes.
function erase(): void {
  if (used == 0) return;
  let byte = getU8(line + --used);
  while (used > 0 && (byte & 0xc0) == 0x80) byte = getU8(line + --used);
  const columns = byte < 0x20 && byte != TAB ? 2 : 1;
  for (let i = 0; i < columns; i++) {
    store<u32>(echo, 0x082008); // back, blank, back
    show(3);
  }
}

function show(bytes: u32): void {
  if (!machineConsole) terminalWrite(false, echo, bytes);
}
