// Rate limits: at most so many actions in any sixty seconds. Not the limits themselves (policy.ts). Pure; time comes in.

const MINUTE_NS: u64 = 60_000_000_000;
/** Most actions a minute that can be told apart: the bound of the limits. */
const REMEMBERED: u32 = 64;

/** Times of the last actions, in a ring. `stamps` has 8 × REMEMBERED bytes. */
@unmanaged
export class Rate {
  stamps: usize;
  next: u32;
  used: u32;
  limited: u64;

  /** Begin; the caller lends RATE_BYTES. */
  init(stamps: usize): void {
    this.stamps = stamps;
    this.next = 0;
    this.used = 0;
    this.limited = 0;
  }

  /** Actions in the sixty seconds before now. */
  lastMinute(nowNs: u64): u32 {
    let recent: u32 = 0;
    for (let i: u32 = 0; i < this.used; i++) if (nowNs - load<u64>(this.stamps + (i << 3)) < MINUTE_NS) recent++;
    return recent;
  }

  /** Whether one more may follow now; counts it, or that it was held back. */
  take(nowNs: u64, perMinute: u32): bool {
    if (this.lastMinute(nowNs) >= perMinute) {
      this.limited++;
      return false;
    }
    store<u64>(this.stamps + (this.next << 3), nowNs);
    this.next = (this.next + 1) % REMEMBERED;
    if (this.used < REMEMBERED) this.used++;
    return true;
  }
}

/** Memory of a Rate's ring. */
export const RATE_BYTES: u32 = REMEMBERED * 8;
