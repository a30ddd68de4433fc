// The turn under way: which task has the processor, since when, until when, and who gave it. There is one for each processor; now there is one.
// Who is next is choose.ts.
import { Ended, Event, TaskEvent, TaskState } from "../../abi/numbers";
import { DEADLINE_NS } from "../limits";
import { totals } from "./counters";
import { tell } from "./hooks";
import { closeRecords } from "./records";
import { FOREVER, keptWaiting, leaveQueue, makeTaskReady, NO_SLOT, noteEvent, Task, taskAt } from "./tasks";

/** State of one processor. */
@unmanaged
export class Turn {
  /** Who has the processor, or NO_SLOT. */
  current: i32;
  /** Who had it last; its pid, as the slot may have another task by now. */
  lastSlot: i32;
  lastPid: u32;
  /** Who gave its turn away last and has not run since, or NO_SLOT. */
  yielded: i32;
  startNs: u64;
  /** When its quantum is over. */
  endNs: u64;
  /** 1: the guard gave it, or the one that ended last. */
  rescue: u32;
  /** 1: a task became ready or changed, and the policy was not asked since. */
  happened: u32;
}

export const turn = changetype<Turn>(memory.data(offsetof<Turn>(), 8));

export function initTurn(): void {
  memory.fill(changetype<usize>(turn), 0, offsetof<Turn>());
  turn.current = NO_SLOT;
  turn.lastSlot = NO_SLOT;
  turn.yielded = NO_SLOT;
  turn.endNs = FOREVER;
}

/** Tasks that may be chosen. */
export function runnable(queued: u32): u32 {
  return queued + (turn.current == NO_SLOT ? 0 : 1);
}

/** The running task leaves the processor by itself. */
export function leaveProcessor(task: Task, nowNs: u64, ended: Ended): void {
  turn.current = NO_SLOT;
  task.readyNs += keptWaiting(task, nowNs);
  closeRecords(task, ended);
  if (ended == Ended.Yielded) {
    turn.yielded = task.slot;
    return;
  }
  task.voluntary++;
  totals.voluntary++;
}

// The processor is taken from the running task.
function takeAway(nowNs: u64, over: bool): void {
  const task = taskAt(turn.current);
  task.involuntary++;
  totals.involuntary++;
  task.readyNs += keptWaiting(task, nowNs);
  makeTaskReady(task, nowNs);
  if (!over) noteEvent(task, TaskEvent.Preempt);
}

/** The running task is about to lose the processor, or begins another turn: the records of the turn under way are complete. */
export function closeTurn(next: i32, over: bool): void {
  if (turn.current != NO_SLOT && (over || next != turn.current)) closeRecords(taskAt(turn.current), over ? Ended.Quantum : Ended.Preempted);
}

/**
 * Give a turn, or let the turn under way go on until another end.
 * @param over whether the quantum of the running task has run out: then it is a new turn even for the same task
 */
export function giveTurn(slot: i32, nowNs: u64, endNs: u64, over: bool, rescue: bool): void {
  turn.endNs = endNs;
  const task = taskAt(slot);
  if (slot == turn.current) {
    if (!over) return;
    turn.startNs = nowNs;
    turn.rescue = rescue ? 1 : 0;
    return;
  }
  if (turn.current != NO_SLOT) takeAway(nowNs, over);
  if (turn.yielded != NO_SLOT && turn.yielded != slot) {
    const gave = taskAt(turn.yielded);
    gave.voluntary++;
    totals.voluntary++;
  }
  turn.yielded = NO_SLOT;
  if (task.wokeTimed != 0) {
    task.wokeTimed = 0;
    if (nowNs - task.readySinceNs >= DEADLINE_NS) task.deadlineMisses++;
  }
  leaveQueue(task, nowNs);
  task.state = TaskState.Running;
  task.onSinceNs = nowNs;
  task.onUsedNs = task.userNs + task.systemNs;
  turn.current = slot;
  turn.startNs = nowNs;
  turn.rescue = rescue ? 1 : 0;
  if (slot == turn.lastSlot && task.pid == turn.lastPid) return;
  totals.switches++;
  tell(Event.Switch, task.pid, turn.lastPid, task.pid);
  turn.lastSlot = slot;
  turn.lastPid = task.pid;
}
