// Named counters: registered at init, counted anywhere, read as CounterRow.
// Not gauges: what can be asked of its owner (free pages, live processes) is asked there.
import { COUNTER_ROW_BYTES, CounterRow } from "../abi/layouts";
import { Status } from "../abi/numbers";
import { Arena } from "../lib/arena";
import { copy, nameSetLiteral } from "../lib/bytes";

const NAME_BYTES: usize = 32;

let rows: usize = 0;
let room: u32 = 0;
let used: u32 = 0;

function rowAt(index: u32): CounterRow {
  return changetype<CounterRow>(rows + <usize>index * COUNTER_ROW_BYTES);
}

/** Room for `capacity` counters. NoMemory: the arena is exhausted. */
export function initCounters(arena: Arena, capacity: u32): i32 {
  rows = arena.take(<usize>capacity * COUNTER_ROW_BYTES);
  room = rows == 0 ? 0 : capacity;
  used = 0;
  return rows == 0 ? Status.NoMemory : Status.Ok;
}

/** Make a counter; returns its index, in order from 0. NoMemory: no room left. */
export function addCounter(name: string): i32 {
  if (used == room) return Status.NoMemory;
  nameSetLiteral(changetype<usize>(rowAt(used)), NAME_BYTES, name);
  rowAt(used).value = 0;
  return used++;
}

/** Add to a counter; an index that was never made is ignored. */
export function count(index: u32, amount: u64): void {
  if (index < used) rowAt(index).value += amount;
}

/** Value of a counter; 0 where it was never made. */
export function counted(index: u32): u64 {
  return index < used ? rowAt(index).value : 0;
}

/** Counters made. */
export function counterCount(): u32 {
  return used;
}

/** Copy whole rows from `start` on into `capacity` bytes; returns bytes. */
export function readCounters(start: u64, to: usize, capacity: u32): u32 {
  if (start >= used) return 0;
  const fit = min<u32>(capacity / COUNTER_ROW_BYTES, used - <u32>start);
  copy(to, changetype<usize>(rowAt(<u32>start)), <usize>fit * COUNTER_ROW_BYTES);
  return fit * COUNTER_ROW_BYTES;
}
