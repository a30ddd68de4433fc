// Which processes grow, how fast, for how long, and how much they have reserved beyond what they hold: what the beat's sample
// says of single processes. Not a judgement, and no names. Pure; memory from the caller's arena, no managed objects.
import { MemorySample } from "../../abi/layouts";
import { PROCESSES, Status } from "../../abi/numbers";
import { Arena } from "../../lib/arena";
import { fill } from "../../lib/bytes";
import { BEAT_MS } from "../limits";

/** Growth is over so many beats: a second. */
const BACK_BEATS: u32 = 10;
/** A run of growth survives a pause of so many beats: five seconds. */
const PAUSE_BEATS: u32 = 50;

/** What is known of the process in a slot; its frames at the last BACK_BEATS beats lie behind it. */
@unmanaged
class Grower {
  /** 0: nobody */
  pid: u32;
  reservedPages: u32;
  /** Beats of the present run; 0: it does not grow. */
  runBeats: u32;
  /** Beats since it grew last. */
  pauseBeats: u32;
  /** 1: it has reserved more in its present run, after the run's first beat. */
  reserving: u32;
  heldBefore: u32;
}

const GROWER_BYTES: usize = 24;
if (offsetof<Grower>() !== 24) ERROR("the row of a grower has another size");
const ROW_BYTES: usize = GROWER_BYTES + <usize>BACK_BEATS * 4;

let table: usize = 0;
let beat: u32 = 0;
let row: MemorySample = changetype<MemorySample>(0);

/** Take the table's memory, about 8 KiB. NoMemory: the arena is exhausted. */
export function growthInit(arena: Arena): i32 {
  table = arena.take(PROCESSES * <u32>ROW_BYTES);
  if (table === 0) return Status.NoMemory;
  growthReset();
  return Status.Ok;
}

export function growthReset(): void {
  fill(table, 0, <u32>(PROCESSES * ROW_BYTES));
  beat = 0;
}

/** A beat begins: what growthNote finds goes into `into`. */
export function growthBegin(into: MemorySample): void {
  row = into;
  row.growers = 0;
  row.growthPages = 0;
  row.topGrowthPages = 0;
  row.reservingPages = 0;
  row.headroomPages = 0;
  row.topHeadroomPages = 0;
  row.topRunMs = 0;
  row.reserved = 0;
  beat = (beat + 1) % BACK_BEATS;
}

/**
 * A live process at this beat. One that is new in its slot has grown by all that it holds.
 * @param heldPages its frames and its compressed pages
 */
export function growthNote(slot: i32, pid: u32, heldPages: u32, reservedPages: u32): void {
  const at = table + <usize>slot * ROW_BYTES;
  const grower = changetype<Grower>(at);
  if (grower.pid !== pid) {
    fill(at, 0, ROW_BYTES);
    grower.pid = pid;
    grower.reservedPages = reservedPages;
  }
  const ring = at + GROWER_BYTES + ((<usize>beat) << 2);
  const before = load<u32>(ring);
  store<u32>(ring, heldPages);
  if (heldPages > grower.heldBefore) {
    grower.runBeats += 1 + grower.pauseBeats;
    grower.pauseBeats = 0;
  } else if (heldPages < grower.heldBefore) {
    grower.runBeats = 0;
    grower.pauseBeats = 0;
    grower.reserving = 0;
  } else if (grower.runBeats !== 0 && ++grower.pauseBeats > PAUSE_BEATS) {
    grower.runBeats = 0;
    grower.pauseBeats = 0;
    grower.reserving = 0;
  }
  if (reservedPages > grower.reservedPages && grower.runBeats > 1) grower.reserving = 1;
  grower.reservedPages = reservedPages;
  grower.heldBefore = heldPages;
  if (heldPages <= before) return;
  const grown = heldPages - before;
  const headroom = reservedPages > heldPages ? reservedPages - heldPages : 0;
  row.growers++;
  row.growthPages += grown;
  row.headroomPages += headroom;
  if (grower.reserving !== 0) row.reservingPages += grown;
  if (grown > row.topGrowthPages) {
    row.topGrowthPages = grown;
    row.topHeadroomPages = headroom;
    row.topRunMs = (grower.runBeats + grower.pauseBeats) * BEAT_MS;
  }
}
