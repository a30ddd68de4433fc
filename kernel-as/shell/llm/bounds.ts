// What the shell runs of a mind's suggestions without asking: everything that only reads; of what adjusts, so many a minute and within these limits. The rest
// waits for a person. Destroying always waits.
import { LADDER_LIMIT_ROW_BYTES, LADDER_LIMIT_ROW_NAME, LadderLimitRow, MEMORY_ROW_BYTES, MemoryRow } from "../../abi/layouts";
import { PAGE_BYTES, Topic } from "../../abi/numbers";
import * as sys from "../../abi/sys";
import { Arguments } from "../arguments";
import { queryOne, RowReader, textAt } from "../rows";
import { Effect } from "../table";

/** Adjustments that run without approval in a minute. */
export const ADJUSTS_A_MINUTE: i32 = 6;
const MINUTE_NS: u64 = 60_000_000_000;
/** A nice value below this makes a process more important than an operator's shell. */
const NICE_LEAST: i64 = -5;
/** A number of the reclaim policy moves by this factor from its value at boot at most. */
const LIMIT_FACTOR: u64 = 4;
/** Share of the memory that a reclaim asks for at most, one over this. */
const RECLAIM_PART: u64 = 4;

const ran: u64[] = [];

/** Counts an adjustment that runs without approval. */
export function noteAdjust(): void {
  ran.push(<u64>sys.time_now());
}

/** Adjustments in the last minute. */
export function adjustsLately(): i32 {
  const now = <u64>sys.time_now();
  while (ran.length > 0 && ran[0] + MINUTE_NS < now) ran.shift();
  return ran.length;
}

/** Why a command waits for approval; "" it may run at once. */
export function whyWait(given: Arguments, effect: Effect): string {
  if (effect == Effect.Observe) return "";
  if (effect == Effect.Destroy) return "it destroys: it needs approval";
  const limit = pastLimit(given);
  if (limit != "") return limit;
  if (adjustsLately() >= ADJUSTS_A_MINUTE) return ADJUSTS_A_MINUTE.toString() + " adjustments in the last minute: it needs approval";
  return "";
}

function pastLimit(given: Arguments): string {
  const path = given.command.path;
  if (path == "run") return "it starts a program: it needs approval";
  if (path == "modctl load" || path == "schedctl weights load") return "it loads a file: it needs approval";
  if (path == "memctl ladder") return "it changes what the kernel does without memory: it needs approval";
  if (path == "crashctl auto" && given.text("STATE") == "off") return "it turns the kernel's protection off: it needs approval";
  if (path == "memctl protect" && (given.has("--off") || given.has("--oom-score"))) return "it changes who is killed without memory: it needs approval";
  if (path == "renice" && given.number("N", 0) < NICE_LEAST) return "a nice value below " + NICE_LEAST.toString() + " needs approval";
  if (path == "memctl reclaim" && <u64>given.number("SIZE", 0) > managedBytes() / RECLAIM_PART) return "more than a quarter of the memory: it needs approval";
  if (path == "memctl limits" && farFromBoot(given)) return "more than " + LIMIT_FACTOR.toString() + " times from its value at boot: it needs approval";
  return "";
}

function managedBytes(): u64 {
  const row = queryOne(Topic.Memory, 0, MEMORY_ROW_BYTES);
  return row == 0 ? 0 : changetype<MemoryRow>(row).managedPages * PAGE_BYTES;
}

function farFromBoot(given: Arguments): bool {
  const value = <u64>given.number("VALUE", 0);
  const rows = new RowReader(Topic.LadderLimits, LADDER_LIMIT_ROW_BYTES, 0, false);
  for (let row = rows.next(); row != 0; row = rows.next()) {
    if (textAt(row + LADDER_LIMIT_ROW_NAME, 32) != given.text("NAME")) continue;
    const standard = changetype<LadderLimitRow>(row).standard;
    return value > standard * LIMIT_FACTOR || value < standard / LIMIT_FACTOR;
  }
  return true;
}
