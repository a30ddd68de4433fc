// What the conformance module says: a line for each case, `family name: errno [value]`. And the memory that the cases share.
import * as wasi from "./wasi_snapshot_preview1";

/** Results of calls. */
export const OUT: usize = memory.data(64, 8);
/** Two vectors of one buffer. */
export const VECTOR: usize = memory.data(32, 8);
export const BUFFER: usize = memory.data(4096, 8);
export const BUFFER_BYTES: i32 = 4096;

export const DIRECTORY: i32 = 3;

const line: usize = memory.data(512, 8);
const said: usize = memory.data(16, 8);
let at: usize = 0;
let family: string = "";

function put(text: string): void {
  for (let i = 0; i < text.length; i++) store<u8>(line + at++, <u8>text.charCodeAt(i));
}

function putNumber(value: i64): void {
  if (value < 0) put("-");
  let rest: u64 = value < 0 ? <u64>-value : <u64>value;
  let unit: u64 = 1;
  while (rest / unit >= 10) unit *= 10;
  for (; unit > 0; unit /= 10) {
    store<u8>(line + at++, 48 + <u8>(rest / unit));
    rest %= unit;
  }
}

function flush(): void {
  store<u8>(line + at++, 10);
  store<u32>(said, <u32>line);
  store<u32>(said + 4, <u32>at);
  wasi.fd_write(1, said, 1, said + 8);
  at = 0;
}

export function begin(name: string): void {
  family = name;
}

/** What a call answered. */
export function say(name: string, errno: i32): i32 {
  put(family);
  put(" ");
  put(name);
  put(": ");
  putNumber(errno);
  flush();
  return errno;
}

/** What a call answered, and what it gave where it succeeded. */
export function sayWith(name: string, errno: i32, value: i64): i32 {
  put(family);
  put(" ");
  put(name);
  put(": ");
  putNumber(errno);
  if (errno == 0) {
    put(" ");
    putNumber(value);
  }
  flush();
  return errno;
}

const paths: usize = memory.data(2048);
let pathAt: usize = 0;

/** Where a path lies in memory. The latest four or so stay. */
export function path(text: string): usize {
  if (pathAt + text.length > 2048) pathAt = 0;
  const start = paths + pathAt;
  for (let i = 0; i < text.length; i++) store<u8>(start + i, <u8>text.charCodeAt(i));
  pathAt += text.length;
  return start;
}

/** A vector with one buffer of `bytes` bytes at BUFFER. */
export function oneBuffer(bytes: u32): usize {
  store<u32>(VECTOR, <u32>BUFFER);
  store<u32>(VECTOR + 4, bytes);
  return VECTOR;
}

/** Puts a text into BUFFER; returns its length. */
export function fill(text: string): u32 {
  for (let i = 0; i < text.length; i++) store<u8>(BUFFER + i, <u8>text.charCodeAt(i));
  return <u32>text.length;
}

/** A number that changes with each byte and its place. */
export function checksum(bytes: u32): i64 {
  let sum: i64 = 0;
  for (let i: u32 = 0; i < bytes; i++) sum = (sum * 31 + load<u8>(BUFFER + i)) & 0xffffff;
  return sum;
}
