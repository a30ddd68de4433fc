// Whose time it is: from each entry of the kernel to the next. In ring 3 it is the process's that ran (user); in the kernel that of the process whose call or
// fault is being served (system), else the kernel's own; the rest is idle. Nothing is counted twice and nothing is left out.
// The clock is read at the entry, at the end of a service and when the kernel is left, and not for each event in between.
import { stallPassed } from "../reclaim/stall";
import { chargeSystem, chargeUser, taskMemory } from "../sched";
import { chargeBandwidth } from "./bandwidth";
import { NO_SLOT, processAt } from "./process";

// What runs since resumedNs: a slot, or NO_SLOT while idle or between two steps of work.
let resumed: i32 = NO_SLOT;
let resumedNs: u64 = 0;
let idle: bool = false;
let idleNs: u64 = 0;
// Whom the kernel serves since servedNs, or NO_SLOT.
let served: i32 = NO_SLOT;
let servedNs: u64 = 0;
// The time that was read last in this entry.
let knownNs: u64 = 0;

/** Time spent halted. */
export function idleTime(): u64 {
  return idleNs;
}

/** The time of what happens in this entry: as it was read last, at most a step of work ago. */
export function entryTime(): u64 {
  return knownNs;
}

/** The kernel was entered: charges the time since it was left. */
export function chargeTime(nowNs: u64): void {
  const spentNs = nowNs - resumedNs;
  knownNs = nowNs;
  stallPassed(nowNs, resumed != NO_SLOT);
  if (resumed != NO_SLOT) {
    chargeUser(resumed, spentNs);
    charge(resumed, nowNs, spentNs);
  } else if (idle) idleNs += spentNs;
}

/** The kernel is left for a slot, or NO_SLOT; `halts`: the processor rests. */
export function leaveTo(slot: i32, nowNs: u64, halts: bool): void {
  resumed = slot;
  resumedNs = nowNs;
  idle = halts;
}

/** From now on the kernel works on behalf of a process. */
export function serve(slot: i32, nowNs: u64): void {
  served = slot;
  servedNs = nowNs;
}

export function isServed(slot: i32): bool {
  return slot == served;
}

/** What was done for the served process up to now is charged; `ends`: and nothing more is. */
export function chargeService(nowNs: u64, ends: bool): void {
  knownNs = nowNs;
  if (served == NO_SLOT) return;
  const spentNs = nowNs - servedNs;
  chargeSystem(served, spentNs);
  const process = processAt(served);
  taskMemory(served, process.residentPages + process.compressedPages, process.faults);
  charge(served, nowNs, spentNs);
  servedNs = nowNs;
  if (ends) served = NO_SLOT;
}

function charge(slot: i32, nowNs: u64, spentNs: u64): void {
  const process = processAt(slot);
  process.cpuNs += spentNs;
  if (process.cpuPpm != 0) chargeBandwidth(process, nowNs, spentNs);
}
