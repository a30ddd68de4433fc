// Compaction in this machine: copies the frame, points the process's page at the copy, tells who asked. Which pages move is
// compaction.ts.
import { frame_copy, frame_fill, space_remap, time_now_ns } from "../../abi/host";
import { CompactResult } from "../../abi/layouts";
import { Event, Status } from "../../abi/numbers";
import { junkFill } from "../boot";
import { COMPACT_PAGES } from "../limits";
import { say, sayEnd, sayNumber, trace } from "../obs";
import { isAlive, processAt } from "../proc/process";
import { queueWork, Work } from "../work";
import { JUNK_PATTERN, largestFree, largestOrder, MAX_ORDER } from "./buddy";
import * as compaction from "./compaction";
import { replaceFrame } from "./resident";
import { movePoolFrame, POOL_OWNER } from "./zpool-frames";

const outcome = changetype<CompactResult>(memory.data(32, 8));
let askedBy: u32 = 0;
let finishedFor: u32 = 0;
let startedNs: u64 = 0;
let runs: u64 = 0;
let pagesMoved: u64 = 0;

export function compactionCount(): u64 {
  return runs;
}

export function compactionMoved(): u64 {
  return pagesMoved;
}

/** Where the last CompactResult lies. */
export function compactionResult(): usize {
  return changetype<usize>(outcome);
}

/**
 * Starts a compaction for a free block of 2^order frames; order 0: one order above the largest free block now.
 * `pid` is told when it is done; 0: nobody. Ok, Busy or Range.
 */
export function startCompaction(order: u32, pid: u32): i32 {
  const wanted = order != 0 ? order : <u32>min<i32>(largestOrder() + 1, MAX_ORDER);
  const status = compaction.begin(wanted);
  if (status < 0) return status;
  askedBy = pid;
  startedNs = <u64>time_now_ns();
  trace(Event.CompactStart, pid, wanted, largestFree());
  queueWork(Work.Compact, 0);
  return Status.Ok;
}

export function compactionActive(): bool {
  return compaction.active();
}

/** pid that a compaction has just ended for; 0: none. */
export function takeFinished(): u32 {
  const pid = finishedFor;
  finishedFor = 0;
  return pid;
}

/** One step. True when the run has ended. */
export function compactStep(_subject: i32): bool {
  if (compaction.step(COMPACT_PAGES, migrate) != 0) return false;
  compaction.result(outcome);
  outcome.elapsedNs = <u64>time_now_ns() - startedNs;
  runs++;
  pagesMoved += outcome.moved;
  trace(Event.CompactEnd, askedBy, outcome.moved, outcome.largestAfterPages);
  say("compaction: moved ");
  sayNumber(outcome.moved);
  say(" pages, largest free block ");
  sayNumber(outcome.largestBeforePages);
  say(" -> ");
  sayNumber(outcome.largestAfterPages);
  say(" pages");
  sayEnd();
  finishedFor = askedBy;
  return true;
}

// `owner` is a process slot + 1 and `page` a virtual page number; or it is a frame of the compressed pool, by its row there.
function migrate(from: u32, to: u32, owner: u32, page: u32): i32 {
  if (owner == POOL_OWNER) {
    frame_copy(to, from);
    movePoolFrame(page, to);
    if (junkFill) frame_fill(from, 1, JUNK_PATTERN);
    return Status.Ok;
  }
  const slot = <i32>owner - 1;
  if (!isAlive(processAt(slot))) return Status.NotFound;
  frame_copy(to, from);
  const before = space_remap(processAt(slot).space, (<u64>page) << 12, to);
  if (before < 0) return <i32>before;
  replaceFrame(slot, from, to);
  if (junkFill) frame_fill(from, 1, JUNK_PATTERN);
  return Status.Ok;
}
