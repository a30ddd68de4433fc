// The task table: a row a slot, in the form in which policies read it, with the accounts of TaskRow behind it; the run queue; and the list of
// tasks that changed since the policy was told. What happens to a task is events.ts, who runs is choose.ts.
import { SchedTask } from "../../abi/layouts";
import { TaskEvent, TaskState } from "../../abi/numbers";
import { Arena } from "../../lib/arena";
import { LINK_BYTES, List } from "./list";

export { NO_SLOT } from "./list";
export const FOREVER: u64 = 0xffffffffffffffff;

/** The first 256 bytes are those of a TaskRow. */
@unmanaged
export class Task extends SchedTask {
  userNs: u64;
  systemNs: u64;
  readyNs: u64;
  blockedNs: u64;
  voluntary: u64;
  involuntary: u64;
  startedNs: u64;
  /** When it woke or arrived last; when it blocked last. */
  wokeNs: u64;
  blockedSinceNs: u64;
  /** Faults and when they were counted last. */
  faultsBefore: u64;
  faultsNs: u64;
  /** When it got the processor last, and the processor time that it had had by then. */
  onSinceNs: u64;
  onUsedNs: u64;
  /** Names its request: no two requests of a slot have the same. */
  serial: u32;
  /** Row of its image's history, where that still is its; −1. */
  imageRow: i32;
  /** Bursts since it started. */
  allBursts: u32;
  /** The most frames that it was known to hold. */
  mostPages: u32;
  reserved4: u32;
  /** 1: it woke from a timed wait and has not run since. */
  wokeTimed: u8;
  /** 1: the wait that it is in is timed. */
  waitTimed: u8;
  /** 1: its request has ended; the next one begins when it wakes. */
  requestOver: u8;
  reserved8: u8;
}

/** Bytes of a Task that are those of a TaskRow, without the command. */
export const TASK_ROW_HEAD_BYTES: u32 = 256;

let table: usize = 0;
let slots_: u32 = 0;
/** Ready tasks, longest waiting first; the running one is not in it. */
export const queue = changetype<List>(memory.data(offsetof<List>(), 8));
/** Tasks with event bits, in the order of their last event. */
export const changed = changetype<List>(memory.data(offsetof<List>(), 8));

/** Bytes that the table takes of the arena. */
export function taskBytes(slots: u32): u32 {
  return slots * (<u32>offsetof<Task>() + 2 * LINK_BYTES) + 24;
}

/** Take the table's memory. False: the arena is exhausted. */
export function initTasks(arena: Arena, slots: u32): bool {
  slots_ = slots;
  table = arena.take(slots * offsetof<Task>());
  const readyLinks = arena.takeRaw(slots * LINK_BYTES);
  const changedLinks = arena.takeRaw(slots * LINK_BYTES);
  queue.init(readyLinks);
  changed.init(changedLinks);
  for (let slot: u32 = 0; slot < slots; slot++) taskAt(slot).slot = slot;
  return table != 0 && readyLinks != 0 && changedLinks != 0;
}

export function slots(): u32 {
  return slots_;
}

export function taskAt(slot: i32): Task {
  return changetype<Task>(table + <usize>slot * offsetof<Task>());
}

/** Whether a decision may name the slot. */
export function isRunnable(slot: u32): bool {
  if (slot >= slots_) return false;
  const state = taskAt(slot).state;
  return state == TaskState.Ready || state == TaskState.Running;
}

// Whether anybody is asked: else nothing is noted, as whoever comes begins with a snapshot.
let listening: bool = false;

/** Somebody is asked from now on, or nobody. */
export function setListening(on: bool): void {
  listening = on;
}

/** Something happened to a task: the policy will be told. */
export function noteEvent(task: Task, bits: u32): void {
  if (!listening) return;
  if (task.events != 0) changed.remove(task.slot);
  changed.add(task.slot);
  task.events |= bits;
}

/** A slot has a new task: nothing that was to be told of the one before holds. */
export function noteArrival(task: Task): void {
  if (task.events != 0) changed.remove(task.slot);
  task.events = 0;
  noteEvent(task, TaskEvent.Arrive);
}

/** A task becomes ready and waits at the end of the queue. */
export function makeTaskReady(task: Task, nowNs: u64): void {
  task.state = TaskState.Ready;
  task.readySinceNs = nowNs;
  queue.add(task.slot);
}

/**
 * Time since the running task got the processor that is neither its own nor the kernel's on its behalf: the kernel worked for others or for itself in between, and the task
 * would have run. It counts as waiting, so that a task's accounts add up to its life.
 */
export function keptWaiting(task: Task, nowNs: u64): u64 {
  const heldNs = nowNs - task.onSinceNs;
  const usedNs = task.userNs + task.systemNs - task.onUsedNs;
  return heldNs > usedNs ? heldNs - usedNs : 0;
}

/** A ready task leaves the queue: its wait is booked. */
export function leaveQueue(task: Task, nowNs: u64): void {
  queue.remove(task.slot);
  const waited = nowNs - task.readySinceNs;
  task.waitedNs += waited;
  task.readyNs += waited;
  task.readySinceNs = 0;
}
