// A pass over the pages of all processes that takes out what may go: pages that were offered and not written since are dropped,
// pages that are old enough are compressed. In steps; anything may happen between two. Who may lose pages is a function of
// kernel/reclaim, given at the start of a pass.
import { space_age, space_unmap, time_now_ns } from "../../abi/host";
import { PROCESSES, Status } from "../../abi/numbers";
import { count, observe } from "../../obs";
import { PICK_PAGES, STEP_NS } from "../limits";
import { Counter, Histogram } from "../obs";
import { NO_FRAME, Process, processAt } from "../proc/process";
import { freePages } from "./buddy";
import { getMarks, getPage, Mark, nextInUse, setMarks } from "./frame-rows";
import { FrameUse, giveFrame } from "./frames";
import { clearOffer, offeredPages, unlinkFrame } from "./resident";
import { compressPage } from "./zpool";

const ACCESSED: i64 = 1 << 40;
const DIRTY: i64 = 1 << 41;
const CLEAR_ACCESSED: u32 = 1;

/** Whether pages may be taken from a process. */
export type MayTake = (process: Process) => bool;

/** What a step of a pass ended with. */
export const enum Pass {
  /** there is more to look at */
  More = 0,
  /** everything was looked at */
  Over = 1,
  /** as many frames are free as were wanted */
  Enough = 2,
  /** the pool has no room left */
  Full = 3,
}

/** Age for a pass that only drops what was offered. */
export const OFFERED_ONLY: u32 = 0xffff_ffff;

let at: i32 = 0;
let fresh: bool = true;
let mayTake: u32 = 0;
let taken: u32 = 0;

/** Starts a pass. It takes up where nobody stands: the first process, its newest page. */
export function beginPass(may: MayTake): void {
  at = 0;
  fresh = true;
  mayTake = may.index;
}

/** Pages that the last step took out. */
export function pagesTaken(): u32 {
  return taken;
}

/**
 * Goes on until `wantedFree` frames are free, for at most STEP_NS.
 * @param age least age in scans of a page that is compressed; 0: any that was not accessed since it was last looked at
 */
export function passStep(age: u32, wantedFree: u32): Pass {
  const endNs = <u64>time_now_ns() + STEP_NS;
  taken = 0;
  for (let looked: u32 = 0; looked < PICK_PAGES; ) {
    if (freePages() >= wantedFree) return Pass.Enough;
    if (at == <i32>PROCESSES || (age == OFFERED_ONLY && offeredPages() == 0)) return Pass.Over;
    const process = processAt(at);
    if (fresh) process.pickFrame = process.firstFrame;
    fresh = false;
    const pfn = process.pickFrame;
    if (pfn == NO_FRAME || (age == OFFERED_ONLY && process.offeredPages == 0) || !call_indirect<bool>(mayTake, process)) {
      at++;
      fresh = true;
      continue;
    }
    process.pickFrame = nextInUse(pfn);
    looked++;
    const before = taken;
    if (!consider(process, pfn, age)) return Pass.Full;
    // The clock is asked after what takes time, and now and then.
    if ((taken != before || looked % 64 == 0) && <u64>time_now_ns() >= endNs) return Pass.More;
  }
  return Pass.More;
}

// Takes the page where it may go. False: the pool has no room.
function consider(process: Process, pfn: u32, age: u32): bool {
  if ((getMarks(pfn) & Mark.Offered) != 0 && dropClean(process, pfn)) {
    taken++;
    return true;
  }
  const marks = getMarks(pfn);
  if (age == OFFERED_ONLY || (marks & Mark.Refused) != 0) return true;
  if (age != 0 && (marks & Mark.Age) < age) return true;
  const space = process.space;
  const seen = space_age(space, (<u64>getPage(pfn)) << 12, age == 0 ? CLEAR_ACCESSED : 0);
  if (seen < 0) return true;
  if ((seen & ACCESSED) != 0) {
    setMarks(pfn, marks & ~(Mark.Age | Mark.New));
    return true;
  }
  if ((marks & Mark.New) != 0) return true;
  const status = compressPage(at, pfn);
  if (status == Status.Ok) {
    taken++;
    count(Counter.PagesCompressed, 1);
  } else if (status == Status.Range) count(Counter.PagesRefused, 1);
  return status != Status.NoMemory;
}

// True where the page was offered, was not written since, and is gone.
function dropClean(process: Process, pfn: u32): bool {
  const startedNs = time_now_ns();
  const va = (<u64>getPage(pfn)) << 12;
  const seen = space_age(process.space, va, 0);
  if (seen < 0 || (seen & DIRTY) != 0) {
    clearOffer(process, pfn);
    return false;
  }
  space_unmap(process.space, va);
  unlinkFrame(process, pfn);
  giveFrame(pfn, FrameUse.User);
  count(Counter.PagesDropped, 1);
  observe(Histogram.DropNs, <u64>(time_now_ns() - startedNs));
  return true;
}
