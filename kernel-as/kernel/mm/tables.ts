// Keeps the shim's pool of page-table frames filled, so that a mapping never fails half-way, and empties it again.
import { table_give, table_take } from "../../abi/host";
import { TABLE_POOL_FILL, TABLE_POOL_LOW } from "../limits";
import { FrameUse, giveFrame, takeFrame } from "./frames";

let pooled: u32 = 0;

/** At least TABLE_POOL_LOW frames are in the pool, or false. */
export function fillTablePool(): bool {
  if (pooled >= TABLE_POOL_LOW) return true;
  while (pooled < TABLE_POOL_FILL) {
    const pfn = takeFrame(FrameUse.Table);
    if (pfn < 0) break;
    table_give(pfn);
    pooled++;
  }
  return pooled >= TABLE_POOL_LOW;
}

/** Gives back what the pool holds beyond TABLE_POOL_FILL. */
export function drainTablePool(): void {
  drainTo(TABLE_POOL_FILL);
}

/** Gives back all that the pool does not need for the next mappings. How many frames. */
export function dropSpareTables(): u32 {
  return drainTo(TABLE_POOL_LOW);
}

function drainTo(frames: u32): u32 {
  let given: u32 = 0;
  while (pooled > frames) {
    const pfn = table_take();
    if (pfn < 0) break;
    pooled--;
    given++;
    giveFrame(<u32>pfn, FrameUse.Table);
  }
  return given;
}

/** The shim took (negative: returned) frames of the pool. */
export function tablesUsed(frames: i32): void {
  pooled -= frames;
}
