// A bump region: memory is handed out once, at init, and never comes back.
// Not a heap. The kernel carves all its tables from one; nothing allocates afterwards.
import { fill } from "./bytes";

/** A cursor over [start, end); may lie in any memory the caller owns. */
@unmanaged
export class Arena {
  start: usize;
  cursor: usize;
  end: usize;

  /** Begin handing out `bytes` at `start`. */
  init(start: usize, bytes: usize): void {
    this.start = start;
    this.cursor = start;
    this.end = start + bytes;
  }

  /** Memory of `bytes`, aligned to `alignment` (a power of two), as it was found; 0 where the region is exhausted. */
  takeRaw(bytes: usize, alignment: usize = 8): usize {
    const at = (this.cursor + alignment - 1) & ~(alignment - 1);
    if (at < this.cursor || at > this.end || this.end - at < bytes) return 0;
    this.cursor = at + bytes;
    return at;
  }

  /** The same, zeroed. */
  take(bytes: usize, alignment: usize = 8): usize {
    const at = this.takeRaw(bytes, alignment);
    if (at !== 0) fill(at, 0, bytes);
    return at;
  }

  /** Bytes not yet handed out. */
  left(): usize {
    return this.end - this.cursor;
  }
  /** Bytes handed out, with alignment. */
  used(): usize {
    return this.cursor - this.start;
  }
}
