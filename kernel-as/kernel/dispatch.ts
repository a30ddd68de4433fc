// Who runs next, and until when: round robin with a fixed quantum. Also the accounts of processor time.
import { timer_arm } from "../abi/host";
import { Event, Next, ProcessState } from "../abi/numbers";
import { count } from "../obs";
import { QUANTUM_NS } from "./limits";
import { Counter, trace } from "./obs";
import { nextBeat } from "./policy";
import { bandwidthEnd, chargeBandwidth, overBandwidth } from "./proc/bandwidth";
import { FOREVER, NO_SLOT, processAt } from "./proc/process";
import { enqueue, first, queueLength, unqueue } from "./proc/runqueue";
import { stallPassed } from "./reclaim/stall";
import { nextWake, noteWake } from "./time";
import { nextPaced, workPending } from "./work";

let current: i32 = NO_SLOT;
let lastPid: u32 = 0;
let quantumEndNs: u64 = 0;
// What runs since resumedNs: a slot, or NO_SLOT while idle or between two steps of work.
let resumed: i32 = NO_SLOT;
let resumedNs: u64 = 0;
let armedNs: u64 = FOREVER;
let idle: bool = false;
let idleNs: u64 = 0;

/** Time spent halted. */
export function idleTime(): u64 {
  return idleNs;
}

/** The kernel was entered: charge the time since it was left. */
export function chargeTime(nowNs: u64): void {
  const spent = nowNs - resumedNs;
  stallPassed(nowNs, resumed != NO_SLOT);
  if (idle) idleNs += spent;
  else if (resumed != NO_SLOT) {
    processAt(resumed).cpuNs += spent;
    chargeBandwidth(processAt(resumed), nowNs, spent);
  }
  idle = false;
}

/** The timer fired: whatever was armed is spent. */
export function timerFired(): void {
  armedNs = FOREVER;
}

/** Ends the current process's turn: it goes to the end of the queue. */
export function yieldTurn(): void {
  if (current == NO_SLOT || processAt(current).state != ProcessState.Running) return;
  processAt(current).state = ProcessState.Ready;
  enqueue(current);
  current = NO_SLOT;
}

/** Decides what the processor does when the kernel is left: a slot, or a Next. */
export function dispatch(nowNs: u64): i32 {
  if (workPending() || nextPaced() <= nowNs) {
    resumed = NO_SLOT;
    resumedNs = nowNs;
    return Next.Again;
  }
  if (current != NO_SLOT && processAt(current).state != ProcessState.Running) current = NO_SLOT;
  if (current != NO_SLOT && holdBack(current, nowNs)) current = NO_SLOT;
  if (current != NO_SLOT && nowNs >= quantumEndNs && queueLength() > 0) yieldTurn();
  if (current == NO_SLOT) choose(nowNs);
  arm(nowNs);
  resumed = current;
  resumedNs = nowNs;
  idle = current == NO_SLOT;
  return idle ? Next.Idle : current;
}

// A process over its processor limit waits for the next period.
function holdBack(slot: i32, nowNs: u64): bool {
  const process = processAt(slot);
  if (!overBandwidth(process, nowNs)) return false;
  process.state = ProcessState.Throttled;
  process.wakeNs = process.periodEndNs;
  noteWake(process.wakeNs);
  return true;
}

function choose(nowNs: u64): void {
  let slot = first();
  while (slot != NO_SLOT) {
    unqueue(slot);
    if (!holdBack(slot, nowNs)) break;
    slot = first();
  }
  if (slot == NO_SLOT) return;
  const process = processAt(slot);
  process.state = ProcessState.Running;
  current = slot;
  quantumEndNs = nowNs + QUANTUM_NS;
  if (process.pid == lastPid) return;
  count(Counter.Switches, 1);
  trace(Event.Switch, process.pid, lastPid, process.pid);
  lastPid = process.pid;
}

// One deadline: the end of the quantum where somebody else waits, of the share of who runs, the next sleeper, the next beat, work that
// waits for its time.
function arm(nowNs: u64): void {
  let deadline = nextWake();
  if (nextBeat() < deadline) deadline = nextBeat();
  if (nextPaced() < deadline) deadline = nextPaced();
  if (current != NO_SLOT && queueLength() > 0 && quantumEndNs < deadline) deadline = quantumEndNs;
  if (current != NO_SLOT) deadline = min<u64>(deadline, bandwidthEnd(processAt(current), nowNs));
  if (deadline == armedNs) return;
  armedNs = deadline;
  timer_arm(deadline);
}
