// Output kept in memory instead of written: what `--json` of repeat, watch, run and spec puts into its answer. At most KEPT_BYTES are
// kept, the rest is counted. Knows no descriptor.
import { copy } from "../lib/bytes";

/** Bytes that an answer holds. */
const KEPT_BYTES: i32 = 65536;

export class Capture {
  private bytes: StaticArray<u8> = new StaticArray<u8>(KEPT_BYTES);
  private kept: i32 = 0;
  /** all that was written */
  total: u64 = 0;

  add(from: usize, count: i32): void {
    const fits = min(count, KEPT_BYTES - this.kept);
    copy(changetype<usize>(this.bytes) + this.kept, from, fits);
    this.kept += fits;
    this.total += count;
  }
  /** Address and length of what is kept. */
  get start(): usize {
    return changetype<usize>(this.bytes);
  }
  get length(): i32 {
    return this.kept;
  }
  clear(): void {
    this.kept = 0;
    this.total = 0;
  }
}

/** Where captured output goes; null nowhere. */
export let capture: Capture | null = null;

export function setCapture(to: Capture | null): Capture | null {
  const before = capture;
  capture = to;
  return before;
}
