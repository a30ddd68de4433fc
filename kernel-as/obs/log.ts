// The kernel log: the last bytes of text that the kernel said, read by byte offset since boot (dmesg).
// Not the console: whether a line also goes there is its writer's decision.
import { Status } from "../abi/numbers";
import { Arena } from "../lib/arena";
import { isPowerOfTwo } from "../lib/bits";
import { copy, getU8 } from "../lib/bytes";

const NEWLINE: u32 = 0x0a;

let base: usize = 0;
let capacity_: u32 = 0;
let end: u64 = 0;

/** Room for `capacity` bytes, a power of two. Invalid: it is not; NoMemory: the arena is exhausted. */
export function initLog(arena: Arena, capacity: u32): i32 {
  if (!isPowerOfTwo(capacity)) return Status.Invalid;
  base = arena.take(capacity);
  if (base == 0) return Status.NoMemory;
  capacity_ = capacity;
  end = 0;
  return Status.Ok;
}

/** Append text; the oldest bytes are lost where the ring is full. Ignored before initLog. */
export function logWrite(from: usize, count: u32): void {
  let source = from;
  let left = count;
  if (left > capacity_) {
    end += left - capacity_;
    source += left - capacity_;
    left = capacity_;
  }
  const at = <u32>end & (capacity_ - 1);
  const first = min<u32>(left, capacity_ - at);
  copy(base + at, source, first);
  copy(base, source + first, left - first);
  end += left;
}

/** Offset just after the newest byte: bytes ever written. */
export function logEnd(): u64 {
  return end;
}

/** Offset of the oldest byte that is still there. */
export function logOldest(): u64 {
  return end > capacity_ ? end - capacity_ : 0;
}

/**
 * Copy bytes from offset `from` on; returns how many. Where `from` is gone, reading begins with the first whole line that
 * is still there. Context: any.
 */
export function readLog(from: u64, to: usize, capacity: u32): u32 {
  let next = from;
  if (from < logOldest()) {
    next = logOldest();
    while (next < end && getU8(base + (<u32>next & (capacity_ - 1))) != NEWLINE) next++;
    if (next < end) next++;
  }
  if (next >= end) return 0;
  const count = <u32>min<u64>(capacity, end - next);
  const at = <u32>next & (capacity_ - 1);
  const first = min<u32>(count, capacity_ - at);
  copy(to, base + at, first);
  copy(to + first, base, count - first);
  return count;
}
