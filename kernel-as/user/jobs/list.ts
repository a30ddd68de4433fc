// The job list as this program reads it: a file of fixed rows, made from the public format by tools/eval/sched/guest-jobs.ts. Little endian.
//
//   0  u32 MAGIC   4 u32 jobs   8 u64 0
//   16 job × jobs: u64 arrivalNs, u64 image, u64 offset of its first segment, u32 segments, i32 nice, u32 pages, u32 0
//   …  segment: u64 ns, bit 63 set: it waits; else it computes
import { Open } from "../../abi/numbers";
import * as sys from "../../abi/sys";
import { getI32, getU32, getU64 } from "../../lib/bytes";

const MAGIC: u32 = 0x424f4a47; // "GJOB"
const HEAD_BYTES: u32 = 16;
const ROW_BYTES: u32 = 40;
const WAITS: u64 = 0x8000_0000_0000_0000;
const SEGMENTS: u32 = 64;

const head: usize = memory.data(16, 8);
const row: usize = memory.data(40, 8);
const segments: usize = memory.data(512, 8);
let descriptor: i32 = -1;
let firstSegment: u32 = 0;
let segmentsThere: u32 = 0;

function readAt(buffer: usize, bytes: u32, offset: u64): bool {
  let done: u32 = 0;
  while (done < bytes) {
    const count = sys.fd_read_at(descriptor, buffer + done, bytes - done, offset + done);
    if (count <= 0) return false;
    done += <u32>count;
  }
  return true;
}

/** Opens a list. Its descriptor, or a Status; −1 where it is no list. */
export function openList(path: usize, bytes: u32): i64 {
  const opened = sys.open(-1, path, bytes, Open.Read);
  if (opened < 0) return opened;
  descriptor = <i32>opened;
  return readAt(head, HEAD_BYTES, 0) && getU32(head) == MAGIC ? opened : -1;
}
/** The list is open already. */
export function useList(opened: i32): void {
  descriptor = opened;
}
export function jobs(): u32 {
  return getU32(head + 4);
}

/** Reads the row of a job. False where the file is cut short. */
export function chooseJob(index: u32): bool {
  segmentsThere = 0;
  return readAt(row, ROW_BYTES, <u64>HEAD_BYTES + <u64>index * ROW_BYTES);
}
export function arrivalNs(): u64 {
  return getU64(row);
}
export function image(): u64 {
  return getU64(row + 8);
}
export function segmentCount(): u32 {
  return getU32(row + 24);
}
export function nice(): i32 {
  return getI32(row + 28);
}
export function pages(): u32 {
  return getU32(row + 32);
}

/** Reads segment `index` of the chosen job for the two below. False where the file is cut short. */
export function chooseSegment(index: u32): bool {
  if (index < firstSegment || index >= firstSegment + segmentsThere) {
    firstSegment = index;
    segmentsThere = min<u32>(segmentCount() - index, SEGMENTS);
    if (!readAt(segments, segmentsThere * 8, getU64(row + 16) + <u64>index * 8)) {
      segmentsThere = 0;
      return false;
    }
  }
  chosen = getU64(segments + (index - firstSegment) * 8);
  return true;
}
let chosen: u64 = 0;
export function segmentNs(): u64 {
  return chosen & ~WAITS;
}
export function segmentWaits(): bool {
  return (chosen & WAITS) != 0;
}
