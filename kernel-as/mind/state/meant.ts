// The processes that a question can mean: all, until some were named. By their rows as they lie now. Allocates nothing.
import { STATE_PROCESSES } from "./state";

const MARKS: usize = memory.data(128);
if (STATE_PROCESSES != 128) ERROR("MARKS must have a byte for every process");
let count: u32 = 0;

/** All can be meant. */
export function meanAll(): void {
  memory.fill(MARKS, 0, STATE_PROCESSES);
  count = 0;
}

/** This one, and others only where they were named, too. */
export function mean(row: u32): void {
  if (load<u8>(MARKS + row) === 0) count++;
  store<u8>(MARKS + row, 1);
}

/** How many were named. */
export function meantCount(): u32 {
  return count;
}

export function canBeMeant(row: u32): bool {
  return count === 0 || load<u8>(MARKS + row) !== 0;
}
