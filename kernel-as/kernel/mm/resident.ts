// The list of a process's own frames, linked through the frame rows, so that giving them back needs no search and the age scan
// has something to walk. Below vm.ts, which maps, and zpool.ts, which takes pages out.
import { NO_FRAME, Process, processAt } from "../proc/process";
import { copyMarks, getMarks, Mark, nextInUse, previousInUse, setMarks, setNextInUse, setPreviousInUse } from "./frame-rows";

let offered: u32 = 0;

/** Puts a frame just mapped at the head of the list. */
export function linkFrame(process: Process, pfn: u32): void {
  setMarks(pfn, Mark.New);
  setPreviousInUse(pfn, NO_FRAME);
  setNextInUse(pfn, process.firstFrame);
  if (process.firstFrame != NO_FRAME) setPreviousInUse(process.firstFrame, pfn);
  process.firstFrame = pfn;
  process.residentPages++;
  if (process.residentPages > process.peakPages) process.peakPages = process.residentPages;
}

/** Takes a frame out of the list, wherever it stands. */
export function unlinkFrame(process: Process, pfn: u32): void {
  const next = nextInUse(pfn);
  const previous = previousInUse(pfn);
  if (previous == NO_FRAME) process.firstFrame = next;
  else setNextInUse(previous, next);
  if (next != NO_FRAME) setPreviousInUse(next, previous);
  if (process.scanFrame == pfn) process.scanFrame = next;
  if (process.pickFrame == pfn) process.pickFrame = next;
  clearOffer(process, pfn);
  process.residentPages--;
}

/** After a migration: `to` stands in the list where `from` stood, with its marks. */
export function replaceFrame(slot: i32, from: u32, to: u32): void {
  const process = processAt(slot);
  const previous = previousInUse(from);
  const next = nextInUse(from);
  setPreviousInUse(to, previous);
  setNextInUse(to, next);
  if (previous == NO_FRAME) process.firstFrame = to;
  else setNextInUse(previous, to);
  if (next != NO_FRAME) setPreviousInUse(next, to);
  if (process.scanFrame == from) process.scanFrame = to;
  if (process.pickFrame == from) process.pickFrame = to;
  copyMarks(to, from);
}

/** The process said that this page may be dropped unless it is written again. */
export function markOffer(process: Process, pfn: u32): void {
  const marks = getMarks(pfn);
  if ((marks & Mark.Offered) != 0) return;
  setMarks(pfn, marks | Mark.Offered);
  process.offeredPages++;
  offered++;
}

/** It may not any more. */
export function clearOffer(process: Process, pfn: u32): void {
  const marks = getMarks(pfn);
  if ((marks & Mark.Offered) == 0) return;
  setMarks(pfn, marks & ~Mark.Offered);
  process.offeredPages--;
  offered--;
}

/** Pages that may be dropped, or that were written since and nobody looked. */
export function offeredPages(): u32 {
  return offered;
}
