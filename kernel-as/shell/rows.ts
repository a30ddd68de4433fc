// Rows of sys.query and text spans, in and out of this program's memory: the shell's other files see rows and strings, not addresses of bytes.
// Rows live in static buffers that the next read of the same topic overwrites.
import { ARGUMENT_BYTES, Status, Topic } from "../abi/numbers";
import * as sys from "../abi/sys";
import { fill, getU8, getU32, getU64 } from "../lib/bytes";

const PAGE_CAPACITY: u32 = 4096;
/** for RowReader, one at a time; holds a row of every process, whose place among the rows is not its index */
const ROWS: usize = memory.data(40960, 8);
const ROWS_CAPACITY: u32 = 40960;
/** for everything else */
const PAGE: usize = memory.data(4096, 8);

/** One row of a topic at `start`, in a buffer that the next call overwrites. Returns its address, or 0 where there is none. */
export function queryOne(topic: Topic, start: u64, rowBytes: u32): usize {
  const n = sys.query(topic, start, PAGE, rowBytes);
  return n == (rowBytes as i64) ? PAGE : 0;
}

/**
 * Walks the rows of a topic, page by page.
 * `next()` gives the address of a row or 0 at the end; it stays valid until the call after. Where the topic counts by
 * sequence number (trace, history), the number of each row is its first field.
 */
export class RowReader {
  private at: u32 = 0;
  private last: bool = false;
  private end: u32 = 0;

  constructor(
    private topic: Topic,
    private rowBytes: u32,
    private start: u64,
    private bySequence: bool,
  ) {}

  next(): usize {
    if (this.at >= this.end) {
      if (this.last) return 0;
      const n = sys.query(this.topic, this.start, ROWS, ROWS_CAPACITY);
      if (n < (this.rowBytes as i64)) return 0;
      // room for one more row was left: there is none
      this.last = (n as u32) + this.rowBytes <= ROWS_CAPACITY;
      this.at = 0;
      this.end = (n as u32) - ((n as u32) % this.rowBytes);
    }
    const row = ROWS + this.at;
    this.at += this.rowBytes;
    this.start = this.bySequence ? getU64(row) + 1 : this.start + 1;
    return row;
  }
}

/** Reads bytes of the kernel log from a byte offset since boot on. Returns how many are at `buffer`; 0 at the end. */
export function queryBytes(topic: Topic, start: u64): u32 {
  const n = sys.query(topic, start, PAGE, PAGE_CAPACITY);
  return n < 0 ? 0 : (n as u32);
}

/** A byte that queryBytes read. */
export function queriedByte(index: u32): u8 {
  return getU8(PAGE + index) as u8;
}

/** Text of a NUL-padded field. */
export function textAt(address: usize, capacity: u32): string {
  let n: u32 = 0;
  while (n < capacity && getU8(address + n) != 0) n++;
  return String.UTF8.decodeUnsafe(address, n);
}

/** A field of bytes in hexadecimal. */
export function hexAt(address: usize, bytes: u32): string {
  let text = "";
  for (let i: u32 = 0; i < bytes; i++)
    text += getU8(address + i)
      .toString(16)
      .padStart(2, "0");
  return text;
}

/** The element of an array of u32 or u64 in a row. */
export function u32At(address: usize, index: u32): u32 {
  return getU32(address + ((index as usize) << 2));
}
export function u64At(address: usize, index: u32): u64 {
  return getU64(address + ((index as usize) << 3));
}

/** Sets one row's bytes to zero and returns its address: the room for a result. */
export function emptyRow(bytes: u32): usize {
  fill(PAGE, 0, bytes);
  return PAGE;
}

/** control() with text as its input. */
export function controlText(operation: u32, text: string): i64 {
  const bytes = String.UTF8.encode(text);
  return sys.control(operation, 0, 0, changetype<usize>(bytes), bytes.byteLength as u32);
}

/** spawn() with arguments as strings. Returns its pid; Range where they do not fit. */
export function spawnProgram(argv: string[], flags: u32): i64 {
  let text = "";
  for (let i = 0; i < argv.length; i++) text += argv[i] + "\0";
  const bytes = String.UTF8.encode(text);
  if ((bytes.byteLength as u32) > ARGUMENT_BYTES) return Status.Range;
  return sys.spawn(changetype<usize>(bytes), bytes.byteLength as u32, flags);
}

/** This process's arguments. */
export function programArguments(): string[] {
  return stringsIn(sys.arguments(PAGE, PAGE_CAPACITY));
}

/** Value of a variable of this process's environment, or `fallback`. */
export function environmentValue(name: string, fallback: string): string {
  const settings = stringsIn(sys.environment(PAGE, PAGE_CAPACITY));
  const start = name + "=";
  for (let i = 0; i < settings.length; i++) if (settings[i].startsWith(start)) return settings[i].substring(start.length);
  return fallback;
}

/** The NUL-separated strings at PAGE. */
function stringsIn(n: i64): string[] {
  const words: string[] = [];
  if (n <= 0) return words;
  const end: u32 = (n as u32) < PAGE_CAPACITY ? (n as u32) : PAGE_CAPACITY;
  let from: u32 = 0;
  for (let i: u32 = 0; i < end; i++) {
    if (getU8(PAGE + i) != 0) continue;
    words.push(String.UTF8.decodeUnsafe(PAGE + from, i - from));
    from = i + 1;
  }
  if (from < end) words.push(String.UTF8.decodeUnsafe(PAGE + from, end - from));
  return words;
}

/** Bytes of an array as text; the caller knows that they are UTF-8. */
export function decodeText(bytes: StaticArray<u8>, length: i32): string {
  return String.UTF8.decodeUnsafe(changetype<usize>(bytes), length as usize);
}

/** The kernel command line. */
export function kernelCommandLine(): string {
  let text = "";
  let start: u64 = 0;
  for (let n = queryBytes(Topic.CommandLine, start); n > 0; n = queryBytes(Topic.CommandLine, start)) {
    text += String.UTF8.decodeUnsafe(PAGE, n);
    start += n;
  }
  return text;
}
