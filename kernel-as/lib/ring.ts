// Rings over memory that the caller owns: bytes as a queue, rows as a history.
// Not for two processors: kernel.wasm runs to completion on one stack. Capacities are powers of two.
import { copy, getU8, setU8 } from "./bytes";

/** A queue of bytes. Full means refused, not overwritten; what was refused is counted. Console input goes through one. */
@unmanaged
export class ByteRing {
  base: usize;
  capacity: u32;
  /** bytes refused since init */
  shed: u32;
  /** bytes ever put in */
  written: u64;
  /** bytes ever taken out */
  taken: u64;

  /** Use `capacity` bytes (a power of two) at `base`. */
  init(base: usize, capacity: u32): void {
    this.base = base;
    this.capacity = capacity;
    this.shed = 0;
    this.written = 0;
    this.taken = 0;
  }

  /** Bytes waiting. */
  count(): u32 {
    return <u32>(this.written - this.taken);
  }
  /** Bytes that still fit. */
  room(): u32 {
    return this.capacity - this.count();
  }

  /** Add one byte; false and counted as shed where the ring is full. */
  put(value: u32): bool {
    if (this.room() === 0) {
      this.shed++;
      return false;
    }
    setU8(this.base + (<u32>this.written & (this.capacity - 1)), value);
    this.written++;
    return true;
  }

  /** Oldest byte, or −1 where the ring is empty. */
  take(): i32 {
    if (this.written === this.taken) return -1;
    const value = getU8(this.base + (<u32>this.taken & (this.capacity - 1)));
    this.taken++;
    return value;
  }

  /** Add up to `count` bytes; returns how many fitted. The rest counts as shed. */
  write(from: usize, count: u32): u32 {
    const room = this.room();
    const fits = count < room ? count : room;
    const at = <u32>this.written & (this.capacity - 1);
    const first = min(fits, this.capacity - at);
    copy(this.base + at, from, first);
    copy(this.base, from + first, fits - first);
    this.written += fits;
    this.shed += count - fits;
    return fits;
  }

  /** Take up to `count` of the oldest bytes; returns how many. */
  read(to: usize, count: u32): u32 {
    const waiting = this.count();
    const gets = count < waiting ? count : waiting;
    const at = <u32>this.taken & (this.capacity - 1);
    const first = min(gets, this.capacity - at);
    copy(to, this.base + at, first);
    copy(to + first, this.base, gets - first);
    this.taken += gets;
    return gets;
  }

  /** Throw the waiting bytes away. */
  clear(): void {
    this.taken = this.written;
  }
}

/** The last `capacity` rows of a history; row `sequence` lies at sequence modulo capacity, older rows are overwritten. */
@unmanaged
export class RowRing {
  base: usize;
  rowBytes: u32;
  capacity: u32;
  /** rows ever appended: the sequence number of the next one */
  sequence: u64;
  /** rows before this sequence number were cleared */
  cleared: u64;

  /** Use capacity × rowBytes bytes at `base`; capacity a power of two. */
  init(base: usize, rowBytes: u32, capacity: u32): void {
    this.base = base;
    this.rowBytes = rowBytes;
    this.capacity = capacity;
    this.sequence = 0;
    this.cleared = 0;
  }

  /** Address of row `sequence`'s place, whatever lies there. */
  place(sequence: u64): usize {
    return this.base + <usize>(<u32>sequence & (this.capacity - 1)) * this.rowBytes;
  }

  /** Address of a new row for the caller to fill; the oldest row is lost where the ring is full. */
  append(): usize {
    const at = this.place(this.sequence);
    this.sequence++;
    return at;
  }

  /** Sequence number of the oldest row still there; equal to `sequence` where there is none. */
  oldest(): u64 {
    const kept = this.sequence > this.capacity ? this.sequence - this.capacity : 0;
    return max(kept, this.cleared);
  }

  /** Rows there. */
  count(): u32 {
    return <u32>(this.sequence - this.oldest());
  }
  /** Rows lost to newer ones since init (rows that were cleared first are not counted apart). */
  overwritten(): u64 {
    return this.sequence > this.capacity ? this.sequence - this.capacity : 0;
  }
  /** Address of row `sequence`, or 0 where it is overwritten, cleared or not yet written. */
  row(sequence: u64): usize {
    return sequence >= this.oldest() && sequence < this.sequence ? this.place(sequence) : 0;
  }
  /** Forget the rows; sequence numbers go on. */
  clear(): void {
    this.cleared = this.sequence;
  }

  /** Copy whole rows from `from` on (or the oldest, where `from` is gone) into `capacityBytes` at `to`; returns bytes. */
  read(from: u64, to: usize, capacityBytes: u32): u32 {
    const oldest = this.oldest();
    let next = from > oldest ? from : oldest;
    let used: u32 = 0;
    while (next < this.sequence && capacityBytes - used >= this.rowBytes) {
      copy(to + used, this.place(next), this.rowBytes);
      used += this.rowBytes;
      next++;
    }
    return used;
  }
}
