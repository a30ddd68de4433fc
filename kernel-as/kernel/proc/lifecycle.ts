// Birth and death of processes. A death is a work item: frames go back in bounded steps, then the process is a zombie
// until its parent asks.
import { context_create, context_destroy, context_return, space_create, space_destroy, time_now_ns } from "../../abi/host";
import { ExitInfo } from "../../abi/layouts";
import { ARGUMENT_BYTES, Event, ProcessState, Status, USER_STACK_TOP_VA } from "../../abi/numbers";
import { copy, getU8, nameLength } from "../../lib/bytes";
import { observe } from "../../obs";
import { panicText } from "../abort";
import { closeSome, placeDescriptor } from "../fs/descriptors";
import { openConsole } from "../fs/open-files";
import { REAP_DESCRIPTORS, REAP_FRAMES } from "../limits";
import { drainTablePool, fillTablePool, tablesUsed } from "../mm/tables";
import { releaseUserFrames } from "../mm/vm";
import { Histogram, trace } from "../obs";
import { stallEnd } from "../reclaim/stall";
import { taskEnd } from "../sched";
import { queueWork, Work } from "../work";
import { chargeService, isServed } from "./account";
import { argumentsAt, FLAG_OWNER, FOREVER, isAlive, NO_SLOT, processAt, releaseSlot, slotEnd, slotOf, takeSlot } from "./process";
import { findProgram, info, programHash } from "./program";
import { makeReady } from "./waiting";

/**
 * Starts a service of the kernel, with the console as its descriptors 0, 1 and 2. Its pid, or as start says.
 */
export function startService(argv: usize, bytes: u32, flags: u32): i32 {
  const slot = start(0, argv, <u32>nameLength(argv, bytes), argv, bytes, flags);
  if (slot < 0) return slot;
  for (let i: i32 = 0; i < 3; i++) placeDescriptor(slot, i, openConsole());
  makeReady(slot);
  return processAt(slot).pid;
}

/**
 * Makes a process of a program of the image, without descriptors. It runs once makeReady admits it to the scheduler. `argv`: NUL separated and NUL
 * ended, in kernel memory. Returns its slot, or Invalid, NotFound, Busy (every slot is taken), NoMemory.
 */
export function start(parent: u32, name: usize, nameBytes: u32, argv: usize, bytes: u32, flags: u32): i32 {
  if (bytes == 0 || bytes > ARGUMENT_BYTES || getU8(argv + bytes - 1) != 0) return Status.Invalid;
  const program = findProgram(name, nameBytes);
  if (program < 0) return Status.NotFound;
  if (!fillTablePool()) return Status.NoMemory;
  const slot = takeSlot();
  if (slot == NO_SLOT) return Status.Busy;
  const process = processAt(slot);
  const space = space_create();
  if (space < 0) {
    releaseSlot(slot);
    return Status.NoMemory;
  }
  tablesUsed(1);
  process.space = space;
  process.tablePages = 1;
  process.parent = parent;
  process.flags = flags;
  process.program = program;
  process.startedNs = time_now_ns();
  process.linearBytes = (<u64>info.initialPages) << 12;
  process.maximumBytes = (<u64>info.maximumPages) << 12;
  process.argumentBytes = bytes;
  copy(argumentsAt(slot), argv, bytes);
  const status = context_create(slot, space, info.entryVa, USER_STACK_TOP_VA, process.pid);
  if (status < 0) {
    tablesUsed(-space_destroy(space));
    releaseSlot(slot);
    return status;
  }
  // The caller admits it: until then it sleeps.
  process.state = ProcessState.Sleeping;
  process.image = programHash(program);
  trace(Event.Spawn, process.pid, parent, program);
  return slot;
}

/** Ends a process: it never runs again; its frames go back by and by. */
export function endProcess(slot: i32, reason: u32, status: i32, detail: u64): void {
  const process = processAt(slot);
  if (!isAlive(process)) return;
  const nowNs = <u64>time_now_ns();
  if (isServed(slot)) chargeService(nowNs, false);
  if (process.stallBeganNs != 0) stallEnd(process, nowNs);
  taskEnd(slot, nowNs);
  process.state = ProcessState.Ending;
  process.wakeNs = FOREVER;
  process.exitReason = reason;
  process.exitStatus = status;
  process.exitDetail = detail;
  adoptChildren(process.pid);
  trace(Event.Exit, process.pid, reason, <u64>(<i64>status));
  queueWork(Work.Reap, slot);
}

// Children of a dead process belong to the kernel, which asks no zombie for its status.
function adoptChildren(pid: u32): void {
  for (let slot: i32 = 0; slot < slotEnd(); slot++) {
    const child = processAt(slot);
    if (child.state == ProcessState.Free || child.parent != pid) continue;
    child.parent = 0;
    if (child.state == ProcessState.Zombie) releaseSlot(slot);
  }
}

/** One step of giving back what a dead process had. True when nothing is left. */
export function reapStep(slot: i32): bool {
  const process = processAt(slot);
  if (!closeSome(slot, REAP_DESCRIPTORS)) return false;
  if (releaseUserFrames(slot, REAP_FRAMES) > 0) return false;
  context_destroy(slot);
  tablesUsed(-space_destroy(process.space));
  drainTablePool();
  process.tablePages = 0;
  process.state = ProcessState.Zombie;
  wakeStarved();
  if (slotOf(process.parent) != NO_SLOT) childEnded = true;
  else {
    if ((process.flags & FLAG_OWNER) != 0) restartService(slot);
    releaseSlot(slot);
  }
  return true;
}

// The console's owner starts again at once, with the same arguments: without it nobody hears. The other services are services.ts's.
function restartService(slot: i32): void {
  const process = processAt(slot);
  if (startService(argumentsAt(slot), process.argumentBytes, process.flags) < 0) panicText("a service cannot start again");
}

let childEnded: bool = false;

/** Whether a child ended since the last call, so that its parent may have waited for it. */
export function takeChildEnded(): bool {
  const ended = childEnded;
  childEnded = false;
  return ended;
}

/** Processes that waited for a frame try again. */
export function wakeStarved(): void {
  for (let slot: i32 = 0; slot < slotEnd(); slot++) {
    const process = processAt(slot);
    if (process.state != ProcessState.Starved) continue;
    observe(Histogram.StarvedNs, <u64>time_now_ns() - process.stallBeganNs);
    makeReady(slot);
  }
}

/** Ends a wait with the result of its system call. Nothing happens where the process was ended meanwhile. */
export function completeWait(slot: i32, result: i64): void {
  if (!isAlive(processAt(slot))) return;
  context_return(slot, result);
  makeReady(slot);
}

/** Slot of a zombie child (pid 0: any), NO_SLOT where none has ended, or −2 where there is no such child at all. */
export function findEndedChild(parent: u32, pid: u32): i32 {
  let any = false;
  for (let slot: i32 = 0; slot < slotEnd(); slot++) {
    const child = processAt(slot);
    if (child.state == ProcessState.Free || child.parent != parent || (pid != 0 && child.pid != pid)) continue;
    if (child.state == ProcessState.Zombie) return slot;
    any = true;
  }
  return any ? NO_SLOT : -2;
}

/** Fills an ExitInfo and frees the zombie's slot. */
export function collectChild(slot: i32, out: ExitInfo): void {
  const child = processAt(slot);
  out.pid = child.pid;
  out.status = child.exitStatus;
  out.reason = child.exitReason;
  out.peakPages = child.peakPages;
  out.detail = child.exitDetail;
  out.cpuNs = child.cpuNs;
  releaseSlot(slot);
}
