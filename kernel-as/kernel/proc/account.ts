// Whose time it is: from each entry of the kernel to the next. In ring 3 it is the process's that ran (user); in the kernel that of the process whose call or
// fault is being served (system), else the kernel's own; the rest is idle. Nothing is counted twice and nothing is left out.
import { time_now_ns } from "../../abi/host";
import { stallPassed } from "../reclaim/stall";
import { chargeSystem, chargeUser } from "../sched";
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

/** Time spent halted. */
export function idleTime(): u64 {
  return idleNs;
}

/** The kernel was entered: charges the time since it was left. */
export function chargeTime(nowNs: u64): void {
  const spentNs = nowNs - resumedNs;
  stallPassed(nowNs, resumed != NO_SLOT);
  if (idle) idleNs += spentNs;
  else if (resumed != NO_SLOT) {
    chargeUser(resumed, spentNs);
    charge(resumed, nowNs, spentNs);
  }
  idle = false;
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

/** It does not any more. */
export function servedUntil(nowNs: u64): void {
  if (served == NO_SLOT) return;
  chargeSystem(served, nowNs - servedNs);
  charge(served, nowNs, nowNs - servedNs);
  served = NO_SLOT;
}

/** Something happens to a process: its account is complete up to now, which is returned. */
export function settle(slot: i32): u64 {
  const nowNs = <u64>time_now_ns();
  if (slot == served) {
    servedUntil(nowNs);
    serve(slot, nowNs);
  }
  return nowNs;
}

function charge(slot: i32, nowNs: u64, spentNs: u64): void {
  const process = processAt(slot);
  process.cpuNs += spentNs;
  chargeBandwidth(process, nowNs, spentNs);
}
