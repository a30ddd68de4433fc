// The process table: what a process is, and how slots are taken and found. Life and death are in lifecycle.ts.

import { ARGUMENT_BYTES, DIRECTORY_BYTES, ENVIRONMENT_BYTES, PROCESSES, ProcessState } from "../../abi/numbers";
import { Arena } from "../../lib/arena";

/** Frame lists end here. */
export const NO_FRAME: u32 = 0xffffffff;
export const NO_SLOT: i32 = -1;
export const FOREVER: u64 = 0xffffffffffffffff;

export const FLAG_PROTECTED: u32 = 1;
/** Ctrl-C ends it, and what is typed goes to it. */
export const FLAG_FOREGROUND: u32 = 2;
/** A service of the image: it is started again when it ends. */
export const FLAG_SERVICE: u32 = 4;
/** The service that owns the console: it reads what is typed while nobody is in the foreground, and cannot be killed. */
export const FLAG_OWNER: u32 = 8;

/** One row of the table; the slot is also the number of its register set in the shim. */
@unmanaged
export class Process {
  pid: u32;
  parent: u32;
  state: u32;
  flags: u32;
  space: i32;
  program: u32;
  exitStatus: i32;
  exitReason: u32;
  exitDetail: u64;
  cpuNs: u64;
  startedNs: u64;
  /** Frames mapped for this process alone; the head of their list. */
  residentPages: u32;
  peakPages: u32;
  firstFrame: u32;
  tablePages: u32;
  /** Sizes of its areas, in the order of areas.ts; and the most that the first, linear memory, may grow to. */
  linearBytes: u64;
  heapBytes: u64;
  scratchBytes: u64;
  maximumBytes: u64;
  /** Most memory that it may reserve or hold; 0 no such limit. */
  memoryMaxBytes: u64;
  /** Share of the processor, 0 no limit; the period under way and what it used in it. */
  cpuPpm: u32;
  reserved: u32;
  periodEndNs: u64;
  periodUsedNs: u64;
  faults: u64;
  /** When a wait ends by itself; FOREVER where it does not. */
  wakeNs: u64;
  /** The wait's continuation: what the syscall was asked for. */
  waitPid: u32;
  bufferBytes: u32;
  bufferVa: u64;
  /** A release under way: the end of its span, and the frames given back so far. */
  endVa: u64;
  released: u64;
  /** What the scheduler knows it by: −20…19, and the content hash of what it runs. */
  nice: i32;
  /** 1: the scheduler knows it; 0: it has not started yet. */
  admitted: u32;
  image: u64;
  argumentBytes: u32;
  environmentBytes: u32;
  directoriesBytes: u32;
  /** A call that waits for a descriptor is made again with these when something changed. */
  waitCall: u32;
  waitA: u64;
  waitB: u64;
  waitC: u64;
  /** 1: the time that the wait had is over. */
  expired: u32;
  /** 1: who released memory wants to know how many frames that were. */
  releaseCounted: u32;
  /** Its pages in the compressed pool; the head of their list. */
  compressedPages: u32;
  firstEntry: u32;
  /** Frame that the age scan looks at next; NO_FRAME: from the start. */
  scanFrame: u32;
  /** Frame that a pass over cold pages looks at next. */
  pickFrame: u32;
  /** Pages that memory_offer marked and nobody dropped or found written yet. */
  offeredPages: u32;
  /** Not reclaimed from while it holds no more (like memory.low). */
  reservePages: u32;
  /** −1000…1000, added to the out-of-memory score; −1000: never killed. */
  oomScoreAdjust: i32;
  /** Pages a second, smoothed; and the frames at the beat before. */
  growth: i32;
  heldBefore: u32;
  /** 1: a throttle ran its whole time and memory is still short. It is not throttled again before there is enough. */
  throttleSpent: u32;
  /** Throttled for memory until then; 0: not. Faults that waited, and whether this one has. */
  throttleEndNs: u64;
  throttleWaits: u32;
  throttlePaid: u32;
  throttleWaitedNs: u64;
  /** The place in linear memory that is kept for a mapped file: its offset and its size, 0 where none is. */
  mapOffset: u64;
  mapBytes: u64;
  /** The pages of the file that is mapped there, 0 where none is, and the first of their frames. */
  mapPages: u32;
  mapFrame: u32;
  /** Time it waited for memory, and since when it does; 0: it does not. */
  stallNs: u64;
  stallBeganNs: u64;
}

const TEXT_BYTES: u32 = ARGUMENT_BYTES + ENVIRONMENT_BYTES + DIRECTORY_BYTES;

/** Bytes that initProcesses takes of the arena. */
export const PROCESS_TABLE_BYTES: u32 = PROCESSES * (<u32>offsetof<Process>() + TEXT_BYTES) + 16;

let table: usize = 0;
let texts: usize = 0;
let lastPid: u32 = 0;
let live: u32 = 0;
// Behind the last slot that is taken: most machines use few, and most things that happen look for who is concerned.
let end: i32 = 0;

export function initProcesses(arena: Arena): void {
  table = arena.take(PROCESSES * offsetof<Process>());
  texts = arena.take(PROCESSES * TEXT_BYTES);
}

export function processAt(slot: i32): Process {
  return changetype<Process>(table + <usize>slot * offsetof<Process>());
}

/** Where the arguments of a slot lie; ARGUMENT_BYTES long. */
export function argumentsAt(slot: i32): usize {
  return texts + <usize>slot * TEXT_BYTES;
}

/** Where its environment lies; ENVIRONMENT_BYTES long. */
export function environmentAt(slot: i32): usize {
  return argumentsAt(slot) + ARGUMENT_BYTES;
}

/** Where the names of its preopened directories lie; DIRECTORY_BYTES long. */
export function directoriesAt(slot: i32): usize {
  return environmentAt(slot) + ENVIRONMENT_BYTES;
}

/** Slot of a pid that is not free, or NO_SLOT. */
export function slotOf(pid: u32): i32 {
  if (pid == 0) return NO_SLOT;
  for (let slot: i32 = 0; slot < end; slot++) {
    const process = processAt(slot);
    if (process.pid == pid && process.state != ProcessState.Free) return slot;
  }
  return NO_SLOT;
}

/** Takes a free slot and gives it the next pid, or returns NO_SLOT. */
export function takeSlot(): i32 {
  for (let slot: i32 = 0; slot < <i32>PROCESSES; slot++) {
    const process = processAt(slot);
    if (process.state != ProcessState.Free) continue;
    memory.fill(changetype<usize>(process), 0, offsetof<Process>());
    process.pid = ++lastPid;
    process.firstFrame = NO_FRAME;
    process.scanFrame = NO_FRAME;
    process.pickFrame = NO_FRAME;
    process.firstEntry = NO_FRAME;
    process.wakeNs = FOREVER;
    live++;
    end = max<i32>(end, slot + 1);
    return slot;
  }
  return NO_SLOT;
}

export function releaseSlot(slot: i32): void {
  processAt(slot).state = ProcessState.Free;
  live--;
  while (end > 0 && processAt(end - 1).state == ProcessState.Free) end--;
}

/** No slot from here on is taken: where a search for processes may end. */
export function slotEnd(): i32 {
  return end;
}

/** Whether the process still owns memory and may run again. */
export function isAlive(process: Process): bool {
  const state = process.state;
  return state != ProcessState.Free && state != ProcessState.Zombie && state != ProcessState.Ending;
}

/** Slots in use, zombies included. */
export function liveProcesses(): u32 {
  return live;
}

/** Bytes that a process has reserved: the sizes of its areas, but for the place of a mapped file, whose frames are nobody's. */
export function reservedBytes(process: Process): u64 {
  return process.linearBytes - process.mapBytes + process.heapBytes + process.scratchBytes;
}

/** Pages that live processes have reserved. */
export function committedPages(): u32 {
  let pages: u32 = 0;
  for (let slot: i32 = 0; slot < <i32>PROCESSES; slot++) {
    const process = processAt(slot);
    if (isAlive(process)) pages += <u32>(reservedBytes(process) >> 12);
  }
  return pages;
}
