// The areas of a process's memory that grow: where each begins and how large it is now. Not the stack, which is always there, and
// not what is mapped in them (mm/vm.ts).
import { USER_HEAP_VA, USER_LINEAR_VA, USER_LINEAR_WINDOW_BYTES, USER_SCRATCH_VA } from "../../abi/numbers";
import { Process } from "./process";

/** In the order of the sizes in a Process row. */
export const enum Area {
  /** the program's linear memory */
  Linear = 0,
  /** heap of its runtime */
  Heap = 1,
  /** a second linear memory, for a while */
  Scratch = 2,
}

export const AREAS: u32 = 3;

/** The first address of an area. */
export function areaStart(area: Area): u64 {
  return area == Area.Linear ? USER_LINEAR_VA : area == Area.Heap ? USER_HEAP_VA : USER_SCRATCH_VA;
}

/** Addresses that an area may take up at most. */
export function areaWindow(area: Area): u64 {
  return area == Area.Heap ? USER_LINEAR_VA - USER_HEAP_VA : USER_LINEAR_WINDOW_BYTES;
}

/** Bytes that may be touched now, from areaStart on. */
export function areaBytes(process: Process, area: Area): u64 {
  return load<u64>(changetype<usize>(process) + offsetof<Process>("linearBytes") + ((<usize>area) << 3));
}

export function setAreaBytes(process: Process, area: Area, bytes: u64): void {
  store<u64>(changetype<usize>(process) + offsetof<Process>("linearBytes") + ((<usize>area) << 3), bytes);
}

/** Whether an address lies in an area as it is now. */
export function inArea(process: Process, va: u64): bool {
  for (let area: u32 = 0; area < AREAS; area++) if (va - areaStart(area) < areaBytes(process, area)) return true;
  return false;
}
