// The trace ring: the last events of the kernel as TraceRow. The epitaph and the trace command read it.
// Not a log of words (log.ts). Its layout is shared: TraceRing, then capacity rows, row i at sequence modulo capacity.
import { TRACE_RING_BYTES, TRACE_ROW_BYTES, TraceRing, TraceRow } from "../abi/layouts";
import { Status } from "../abi/numbers";
import { Arena } from "../lib/arena";
import { isPowerOfTwo } from "../lib/bits";
import { copy } from "../lib/bytes";

let ring: usize = 0;
let mask: u32 = 0;
let sequence_: u64 = 0;
// Rows before this sequence number were cleared.
let cleared: u64 = 0;

function rowAt(sequence: u64): usize {
  return ring + TRACE_RING_BYTES + <usize>(<u32>sequence & mask) * TRACE_ROW_BYTES;
}

/** Room for `capacity` rows, a power of two. Invalid: it is not; NoMemory: the arena is exhausted. */
export function initTrace(arena: Arena, capacity: u32): i32 {
  if (!isPowerOfTwo(capacity)) return Status.Invalid;
  ring = arena.take(<usize>TRACE_RING_BYTES + <usize>capacity * TRACE_ROW_BYTES);
  if (ring == 0) return Status.NoMemory;
  changetype<TraceRing>(ring).capacity = capacity;
  changetype<TraceRing>(ring).sequence = 0;
  mask = capacity - 1;
  sequence_ = 0;
  cleared = 0;
  return Status.Ok;
}

/** Address of the TraceRing; 0 before initTrace. */
export function traceRing(): usize {
  return ring;
}

/** Append a row; the oldest is lost where the ring is full. Ignored before initTrace. */
export function traceAt(timeNs: u64, event: u32, pid: u32, a: u64, b: u64): void {
  if (ring == 0) return;
  const row = changetype<TraceRow>(rowAt(sequence_));
  row.sequence = sequence_;
  row.timeNs = timeNs;
  row.event = event;
  row.pid = pid;
  row.a = a;
  row.b = b;
  sequence_++;
  changetype<TraceRing>(ring).sequence = sequence_;
}

/** Rows ever appended: the sequence number of the next one. */
export function traceSequence(): u64 {
  return sequence_;
}

/** Sequence number of the oldest row there; traceSequence() where there is none. */
export function traceOldest(): u64 {
  const kept = sequence_ > <u64>mask + 1 ? sequence_ - mask - 1 : 0;
  return max<u64>(kept, cleared);
}

/** Rows that newer ones overwrote since init. */
export function traceOverwritten(): u64 {
  return sequence_ > <u64>mask + 1 ? sequence_ - mask - 1 : 0;
}

/** Forget the rows; sequence numbers go on. */
export function clearTrace(): void {
  cleared = sequence_;
}

/** Copy whole rows from sequence number `from` on (the oldest there, where it is gone) into `capacity` bytes; returns bytes. */
export function readTrace(from: u64, to: usize, capacity: u32): u32 {
  let used: u32 = 0;
  for (let next = max<u64>(from, traceOldest()); next < sequence_ && capacity - used >= TRACE_ROW_BYTES; next++) {
    copy(to + used, rowAt(next), TRACE_ROW_BYTES);
    used += TRACE_ROW_BYTES;
  }
  return used;
}
