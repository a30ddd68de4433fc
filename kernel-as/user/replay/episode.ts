// The episode as the program `replay` reads it: a file of fixed rows, made from the public format by tools/eval/memory/guest-episode.ts.
// Numbers are little endian; times are microseconds since the episode's time 0. Rows are read as they are needed, through one page.
//
//   0  u32 MAGIC   4 u32 processes   8 u32 compressPct   12 u32 0   16 u64 endUs
//   24 process × processes: u64 startUs, u32 pid, u32 operations, u64 offset of its first operation
//   …  operation: u64 tUs, u32 pages, u8 op, i8 order (−1 none), u16 0
import { Open } from "../../abi/numbers";
import * as sys from "../../abi/sys";
import { getU16, getU32, getU64 } from "../../lib/bytes";

const MAGIC: u32 = 0x50455247; // "GREP"
const HEAD_BYTES: u32 = 24;
const PROCESS_BYTES: u32 = 24;
const OPERATION_BYTES: u32 = 16;
const ROWS: u32 = 256;

export enum Op {
  Alloc = 0,
  Free = 1,
  Touch = 2,
  Exit = 3,
}

const head: usize = memory.data(24, 8);
const process: usize = memory.data(24, 8);
const rows: usize = memory.data(4096, 8);
let descriptor: i32 = -1;
let firstRow: u32 = 0;
let rowsThere: u32 = 0;

function readAt(buffer: usize, bytes: u32, offset: u64): bool {
  let done: u32 = 0;
  while (done < bytes) {
    const got = sys.fd_read_at(descriptor, buffer + done, bytes - done, offset + done);
    if (got <= 0) return false;
    done += <u32>got;
  }
  return true;
}

/** Opens the file and reads its head. Ok 0, or a negative number: no such file, or not an episode. */
export function openEpisode(path: usize, bytes: u32): i64 {
  const opened = sys.open(-1, path, bytes, Open.Read);
  if (opened < 0) return opened;
  descriptor = <i32>opened;
  return readAt(head, HEAD_BYTES, 0) && getU32(head) == MAGIC ? 0 : -1;
}

export function processes(): u32 {
  return getU32(head + 4);
}
export function compressPct(): u32 {
  return getU32(head + 8);
}
export function endUs(): u64 {
  return getU64(head + 16);
}

/** Reads the row of process `index`. */
export function chooseProcess(index: u32): bool {
  rowsThere = 0;
  return readAt(process, PROCESS_BYTES, <u64>HEAD_BYTES + <u64>index * PROCESS_BYTES);
}
export function startUs(): u64 {
  return getU64(process);
}
export function ownPid(): u32 {
  return getU32(process + 8);
}
export function operations(): u32 {
  return getU32(process + 12);
}

/** Address of operation `index` of the chosen process, or 0 where the file is cut short. */
export function operation(index: u32): usize {
  if (index < firstRow || index >= firstRow + rowsThere) {
    const left = operations() - index;
    firstRow = index;
    rowsThere = left < ROWS ? left : ROWS;
    if (!readAt(rows, rowsThere * OPERATION_BYTES, getU64(process + 16) + <u64>index * OPERATION_BYTES)) {
      rowsThere = 0;
      return 0;
    }
  }
  return rows + (index - firstRow) * OPERATION_BYTES;
}
export function timeUs(row: usize): u64 {
  return getU64(row);
}
export function pagesOf(row: usize): u32 {
  return getU32(row + 8);
}
export function opOf(row: usize): Op {
  return (getU16(row + 12) & 255) as Op;
}
/** −1: no block is asked for. */
export function orderOf(row: usize): i32 {
  return <i32>(<i8>(getU16(row + 12) >> 8));
}
