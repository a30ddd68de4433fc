// How long pages were not touched: looks at each page's accessed bit in turns and clears it. Not a decision: when a round runs is
// kernel/reclaim's. A page's age is the number of rounds since it was last found accessed; it stands in the marks of its frame.
import { space_age, time_now_ns } from "../../abi/host";
import { PROCESSES } from "../../abi/numbers";
import { count, observe } from "../../obs";
import { AGE_PAGES, STEP_NS } from "../limits";
import { Counter, Histogram } from "../obs";
import { isAlive, NO_FRAME, processAt } from "../proc/process";
import { getMarks, getPage, Mark, nextInUse, setMarks } from "./frame-rows";

const ACCESSED: i64 = 1 << 40;
const DIRTY: i64 = 1 << 41;
const CLEAR_ACCESSED: u32 = 1;
/** Pages between two looks at the clock. */
const BATCH: u32 = 64;

// The slot that the round stands at; PROCESSES: no round.
let at: i32 = <i32>PROCESSES;
let fresh: bool = true;
let rounds: u64 = 0;

/** Starts a round over all pages of all processes, unless one is under way. */
export function beginAgeRound(): void {
  if (ageRoundActive()) return;
  at = 0;
  fresh = true;
  rounds++;
}

export function ageRoundActive(): bool {
  return at < <i32>PROCESSES;
}

/** Rounds begun since boot. */
export function ageRounds(): u64 {
  return rounds;
}

/** One step of the round. True when it is over. */
export function ageStep(_subject: i32): bool {
  const startedNs = time_now_ns();
  let looked: u32 = 0;
  while (at < <i32>PROCESSES && looked < AGE_PAGES && (looked % BATCH != 0 || <u64>(time_now_ns() - startedNs) < STEP_NS)) {
    const process = processAt(at);
    if (fresh) process.scanFrame = isAlive(process) ? process.firstFrame : NO_FRAME;
    fresh = false;
    const pfn = process.scanFrame;
    if (pfn == NO_FRAME) {
      at++;
      fresh = true;
      continue;
    }
    process.scanFrame = nextInUse(pfn);
    ageFrame(process.space, pfn);
    looked++;
  }
  count(Counter.PagesAged, looked);
  observe(Histogram.AgeNs, <u64>(time_now_ns() - startedNs));
  return !ageRoundActive();
}

function ageFrame(space: i32, pfn: u32): void {
  const seen = space_age(space, (<u64>getPage(pfn)) << 12, CLEAR_ACCESSED);
  if (seen < 0) return;
  let marks = getMarks(pfn);
  // A page that would not shrink may do so now that it was written.
  if ((seen & DIRTY) != 0) marks &= ~Mark.Refused;
  if ((seen & ACCESSED) != 0) marks &= ~(Mark.Age | Mark.New);
  else if ((marks & Mark.Age) != Mark.Age && (marks & Mark.New) == 0) marks++;
  setMarks(pfn, marks);
}
