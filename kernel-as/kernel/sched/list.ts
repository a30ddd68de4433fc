// A list of slots: first in, first out, and any slot leaves it in constant time. The run queue is one, and what the policy was not told yet.
// Not a container of objects: two words a slot, in memory that the caller owns.

export const NO_SLOT: i32 = -1;

/** Bytes of links that a list needs for each slot. */
export const LINK_BYTES: u32 = 8;

/** A slot is in a list at most once; the caller knows whether it is. */
@unmanaged
export class List {
  links: usize;
  head: i32;
  tail: i32;
  length: u32;
  reserved: u32;

  /** Use LINK_BYTES a slot at `links`; empty. */
  init(links: usize): void {
    this.links = links;
    this.head = NO_SLOT;
    this.tail = NO_SLOT;
    this.length = 0;
  }

  /** The slot behind this one, or NO_SLOT. */
  next(slot: i32): i32 {
    return load<i32>(this.links + ((<usize>slot) << 3));
  }

  /** Add at the end. It must not be in the list. */
  add(slot: i32): void {
    const at = this.links + ((<usize>slot) << 3);
    store<i32>(at, NO_SLOT);
    store<i32>(at, this.tail, 4);
    if (this.tail == NO_SLOT) this.head = slot;
    else store<i32>(this.links + ((<usize>this.tail) << 3), slot);
    this.tail = slot;
    this.length++;
  }

  /** Take out, wherever it stands. It must be in the list. */
  remove(slot: i32): void {
    const at = this.links + ((<usize>slot) << 3);
    const next = load<i32>(at);
    const previous = load<i32>(at, 4);
    if (previous == NO_SLOT) this.head = next;
    else store<i32>(this.links + ((<usize>previous) << 3), next);
    if (next == NO_SLOT) this.tail = previous;
    else store<i32>(this.links + ((<usize>next) << 3), previous, 4);
    this.length--;
  }
}
