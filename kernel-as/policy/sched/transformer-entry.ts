// The rows that the transformer keeps, in fixed memory: tasks by slot, then requests that ended lately; and the list of those that take part.
import { SCHED_TASKS } from "../../abi/numbers";
import { PASTS } from "./transformer-limits";

const ENTRIES: u32 = SCHED_TASKS + PASTS;
const NOWHERE: u32 = 0xffff;

/** A row as it is kept. Past ones have no query, sums and answer. */
@unmanaged
export class Entry {
  image: u64;
  sinceNs: u64;
  parent: u32;
  pages: u32;
  /** 0, or IS_PAST */
  past: u32;
  /** its place in the list, or NOWHERE */
  place: u32;
  /** sum of e^score over all rows */
  sum: f64;
  // The answer to it, as transformer-answer.ts works it out.
  index: f64;
  quantumUs: f64;
  remainingUs: f64;
  /** 1: what it is worked out from has changed since */
  stale: u32;
  /** when it was put in, for past ones */
  turn: u32;
  /** processor time that its request has had, us */
  hadUs: f64;
  /** what its worth is multiplied by: 1 for who has had nothing yet, less for who has had much */
  fresh: f64;
  reserved: u64;
}
export const KEYS_AT: usize = 96; // (KEY_WIDTH) f32
export const VALUE_AT: usize = 128; // (VALUE_WIDTH) f64
export const QUERY_AT: usize = 192; // (KEY_WIDTH) f32
export const BASE_AT: usize = 224; // (HIDDEN) f32: Dense x + bias
export const OWN_AT: usize = 288; // (BINS) f32: ln of its image's history
export const OVERALL_AT: usize = 352; // (BINS) f32: ln of that of all images
export const SEEN_AT: usize = 416; // (VALUE_WIDTH) f32: what attention gave when the answer was worked out
export const SUMS_AT: usize = 448; // (VALUE_WIDTH) f64: sum of e^score × value over all rows
export const ENTRY_BYTES: usize = 512;
/** What a row is to others lies before this. */
export const OUTWARD_BYTES: usize = QUERY_AT;
if (offsetof<Entry>() != 96) ERROR("the entry's places are stale");

// memory.data takes literals only.
const CACHE: usize = memory.data(540_672, 16);
if (<usize>ENTRIES * ENTRY_BYTES != 540_672) ERROR("the cache's size is stale");
/** Places of the entries that take part, u16 each. */
export const LIST: usize = memory.data(2112, 16);
if (ENTRIES * 2 != 2112) ERROR("the list's size is stale");

let count: u32 = 0;

export function entryAt(index: u32): Entry {
  return changetype<Entry>(CACHE + <usize>index * ENTRY_BYTES);
}

/** Rows that take part: tasks, and requests that have ended. */
export function entries(): u32 {
  return count;
}

/** Which the `place`th of them is. */
export function entryIndex(place: u32): u32 {
  return load<u16>(LIST + ((<usize>place) << 1));
}

/** Whether an entry takes part. */
export function isKept(index: u32): bool {
  return entryAt(index).place != NOWHERE;
}

/** All entries are empty, and none takes part. */
export function clearEntries(): void {
  memory.fill(CACHE, 0, 540_672);
  for (let i: u32 = 0; i < ENTRIES; i++) entryAt(i).place = NOWHERE;
  count = 0;
}

/** An entry takes part from now on. It must not yet. */
export function list(index: u32): void {
  entryAt(index).place = count;
  store<u16>(LIST + ((<usize>count) << 1), <u16>index);
  count++;
}

/** An entry takes no part any more. It must until now. The last one moves into the gap. */
export function unlist(index: u32): void {
  const place = entryAt(index).place;
  count--;
  const last = entryIndex(count);
  store<u16>(LIST + ((<usize>place) << 1), <u16>last);
  entryAt(last).place = place;
  entryAt(index).place = NOWHERE;
}
