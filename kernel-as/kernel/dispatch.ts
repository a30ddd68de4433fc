// What the processor does when the kernel is left: the task that the scheduler's core chooses, more work, or rest; and the one deadline that the timer is armed for.
// One processor: a second one has its own turn (kernel/sched/turn.ts), its own timer and its own account (proc/account.ts).
import { time_now_ns, timer_arm } from "../abi/host";
import { Next, ProcessState } from "../abi/numbers";
import { nextBeat } from "./policy";
import { leaveTo } from "./proc/account";
import { bandwidthEnd, overBandwidth } from "./proc/bandwidth";
import { FOREVER, NO_SLOT, processAt } from "./proc/process";
import { beginWait } from "./proc/waiting";
import { choose, takeAsked, turnEnd } from "./sched";
import { nextWake, noteWake } from "./time";
import { nextPaced, workPending } from "./work";

let current: i32 = NO_SLOT;
let armedNs: u64 = FOREVER;

/** The timer fired: whatever was armed is spent. */
export function timerFired(): void {
  armedNs = FOREVER;
}

/** Decides what the processor does when the kernel is left: a slot, or a Next. */
export function dispatch(nowNs: u64): i32 {
  if (workPending() || nextPaced() <= nowNs) {
    leaveTo(NO_SLOT, nowNs, false);
    return Next.Again;
  }
  let slot = choose(nowNs);
  while (slot != NO_SLOT && holdBack(slot, nowNs)) slot = choose(nowNs);
  if (slot != current) change(slot);
  // A decision takes time, which is the kernel's and not the task's.
  const leftNs = takeAsked() ? <u64>time_now_ns() : nowNs;
  arm(leftNs);
  leaveTo(slot, leftNs, slot == NO_SLOT);
  return slot == NO_SLOT ? Next.Idle : slot;
}

// Who has the processor now, and who had it.
function change(slot: i32): void {
  if (current != NO_SLOT && processAt(current).state == ProcessState.Running) processAt(current).state = ProcessState.Ready;
  current = slot;
}

// A process over its processor limit waits for the next period.
function holdBack(slot: i32, nowNs: u64): bool {
  const process = processAt(slot);
  process.state = ProcessState.Running;
  if (!overBandwidth(process, nowNs)) return false;
  process.wakeNs = process.periodEndNs;
  noteWake(process.wakeNs);
  beginWait(slot, ProcessState.Throttled);
  return true;
}

// One deadline: the end of the turn where somebody else waits, of the share of who runs, the next sleeper, the next beat, work that
// waits for its time.
function arm(nowNs: u64): void {
  let deadline = nextWake();
  if (nextBeat() < deadline) deadline = nextBeat();
  if (nextPaced() < deadline) deadline = nextPaced();
  deadline = min<u64>(deadline, turnEnd());
  if (current != NO_SLOT) deadline = min<u64>(deadline, bandwidthEnd(processAt(current), nowNs));
  if (deadline == armedNs) return;
  armedNs = deadline;
  timer_arm(deadline);
}
