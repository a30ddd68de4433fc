// What happens to tasks: they arrive, block, wake, yield and end; and what of it is kept: bursts, requests, accounts. Times in nanoseconds since boot.
//
//   request: from its start, or from the end of a wait without a deadline, to the next such wait or its end
//   burst:   from its start or from the end of any wait to the next wait or its end
import { Ended, Event, TaskEvent, TaskState } from "../../abi/numbers";
import { fill } from "../../lib/bytes";
import { ppmOf } from "../../lib/fixed";
import { countRequest, totals } from "./counters";
import { tell } from "./hooks";
import { imageBurst, imageEnd, imagePages, imageRequest } from "./images";
import { shadowRequest } from "./shadow";
import { distance, micros, toward, weightOf } from "./smooth";
import { leaveQueue, makeTaskReady, NO_SLOT, noteArrival, noteEvent, Task, taskAt } from "./tasks";
import { leaveProcessor, turn } from "./turn";

/** Smoothing of what is known of a task: a plain mean of the first 7, then 1 ÷ 8. */
const SMOOTHING: u32 = 8;
/** Faults are counted for at least this long before they make a rate. */
const RATE_NS: u64 = 100_000_000;
const SECOND_NS: u64 = 1_000_000_000;
const NICE_LEAST: i32 = -20;
const NICE_MOST: i32 = 19;

// The latest time that the core was told.
let latestNs: u64 = 0;

export function initEvents(): void {
  latestNs = 0;
}

/** Time passes: no event is before it. An event that is told with an earlier time happens now, so that nothing is counted twice. Returns that. */
export function noteTime(nowNs: u64): u64 {
  latestNs = max<u64>(latestNs, nowNs);
  return latestNs;
}

/** A task is new in a slot, and ready. The slot must be empty. */
export function taskArrive(slot: i32, pid: u32, parent: u32, image: u64, nice: i32, atNs: u64): void {
  const nowNs = noteTime(atNs);
  const task = taskAt(slot);
  noteArrival(task);
  const events = task.events;
  const serial = task.serial;
  fill(changetype<usize>(task), 0, offsetof<Task>());
  task.slot = slot;
  task.events = events;
  task.serial = serial + 1;
  task.pid = pid;
  task.parent = parent;
  task.image = image;
  task.imageRow = -1;
  // Until it runs it holds next to nothing: what its program holds as a rule says more.
  task.footprintPages = imagePages(task);
  task.nice = min<i32>(NICE_MOST, max<i32>(NICE_LEAST, nice));
  task.startedNs = nowNs;
  task.wokeNs = nowNs;
  task.requestSinceNs = nowNs;
  task.faultsNs = nowNs;
  makeTaskReady(task, nowNs);
  turn.happened = 1;
}

// A burst ended: what is known of the task and its image moves on.
function endBurst(task: Task): void {
  const value = micros(task.burstNs);
  const weight = weightOf(task.allBursts, SMOOTHING);
  task.burstDeviationUs = toward(task.burstDeviationUs, distance(task.burstMeanUs, value, task.allBursts), weight);
  task.burstMeanUs = toward(task.burstMeanUs, value, weight);
  task.allBursts++;
  task.bursts++;
  imageBurst(task, task.burstNs);
}

// A request ended. Its figures stay in the row until the task wakes.
function endRequest(task: Task, nowNs: u64): void {
  const responseNs = nowNs - task.requestSinceNs;
  task.requestMeanUs = toward(task.requestMeanUs, micros(task.attainedNs), weightOf(task.requests, SMOOTHING));
  task.requests++;
  task.requestOver = 1;
  imageRequest(task, task.attainedNs, nowNs);
  countRequest(task.attainedNs, responseNs);
  shadowRequest(task);
  tell(Event.RequestEnd, task.pid, task.attainedNs, responseNs);
}

// Leaves the processor or the queue. Whether it had run since it woke.
function stop(task: Task, nowNs: u64, ended: Ended): bool {
  if (turn.yielded == <i32>task.slot) turn.yielded = NO_SLOT;
  if (task.state == TaskState.Running) {
    leaveProcessor(task, nowNs, ended);
    return true;
  }
  if (task.state == TaskState.Ready) leaveQueue(task, nowNs);
  return task.burstNs > 0;
}

/**
 * A task waits for something. It ran or was ready.
 * @param requestEnds whether the wait has no deadline, so that its request is over
 * @param timed whether it asked to be woken at a time: whoever runs much later than that has missed a deadline
 */
export function taskBlock(slot: i32, atNs: u64, requestEnds: bool, timed: bool): void {
  const nowNs = noteTime(atNs);
  const task = taskAt(slot);
  if (task.state != TaskState.Ready && task.state != TaskState.Running) return;
  if (stop(task, nowNs, Ended.Blocked)) endBurst(task);
  task.state = TaskState.Blocked;
  task.blockedSinceNs = nowNs;
  task.waitTimed = timed ? 1 : 0;
  if (requestEnds) endRequest(task, nowNs);
  noteEvent(task, requestEnds ? TaskEvent.Block | TaskEvent.Request : TaskEvent.Block);
}

/** What it waited for is there. Nothing happens where it does not wait. */
export function taskWake(slot: i32, atNs: u64): void {
  const nowNs = noteTime(atNs);
  const task = taskAt(slot);
  if (task.state != TaskState.Blocked) return;
  const waited = nowNs - task.blockedSinceNs;
  task.blockedNs += waited;
  task.blockedPpm = toward(task.blockedPpm, ppmOf(waited, nowNs - task.wokeNs), weightOf(max<u32>(task.allBursts, 1) - 1, SMOOTHING));
  task.wokeNs = nowNs;
  task.burstNs = 0;
  task.wokeTimed = task.waitTimed;
  if (task.requestOver != 0) {
    task.requestOver = 0;
    task.serial++;
    task.requestSinceNs = nowNs;
    task.attainedNs = 0;
    task.waitedNs = 0;
    task.bursts = 0;
  }
  makeTaskReady(task, nowNs);
  noteEvent(task, TaskEvent.Wake);
  turn.happened = 1;
}

/** It gives its turn away. Nothing happens where it does not run. */
export function taskYield(slot: i32, atNs: u64): void {
  const nowNs = noteTime(atNs);
  const task = taskAt(slot);
  if (task.state != TaskState.Running) return;
  leaveProcessor(task, nowNs, Ended.Yielded);
  makeTaskReady(task, nowNs);
  noteEvent(task, TaskEvent.Yield);
}

/** It ended, or was ended. Its slot may have another task from now on. */
export function taskEnd(slot: i32, atNs: u64): void {
  const nowNs = noteTime(atNs);
  const task = taskAt(slot);
  if (task.state == TaskState.Absent) return;
  if (task.state == TaskState.Blocked) task.blockedNs += nowNs - task.blockedSinceNs;
  else if (stop(task, nowNs, Ended.Exited)) endBurst(task);
  if (task.requestOver == 0) endRequest(task, nowNs);
  imageEnd(task, task.mostPages);
  task.state = TaskState.Absent;
  noteEvent(task, TaskEvent.Exit | TaskEvent.Request);
}

/** It is more or less important from now on; −20…19, what is outside counts as the end. */
export function taskNice(slot: i32, nice: i32): void {
  const task = taskAt(slot);
  if (task.state == TaskState.Absent) return;
  task.nice = min<i32>(NICE_MOST, max<i32>(NICE_LEAST, nice));
  change(task);
}

/** It runs another program from now on. */
export function taskImage(slot: i32, image: u64): void {
  const task = taskAt(slot);
  if (task.state == TaskState.Absent) return;
  task.image = image;
  task.imageRow = -1;
  change(task);
}

function change(task: Task): void {
  noteEvent(task, TaskEvent.Change);
  if (task.state != TaskState.Blocked) turn.happened = 1;
}

/** Frames that it holds, and its page faults since it started. Now and then: from this the rate is made. */
export function taskMemory(slot: i32, footprintPages: u32, faults: u64): void {
  const task = taskAt(slot);
  task.footprintPages = footprintPages;
  task.mostPages = max<u32>(task.mostPages, footprintPages);
  const passed = latestNs - task.faultsNs;
  if (passed < RATE_NS) return;
  const rate = ((faults - task.faultsBefore) * SECOND_NS) / passed;
  task.faultsPerSecond = toward(task.faultsPerSecond, <u32>min<u64>(rate, u32.MAX_VALUE), 4);
  task.faultsBefore = faults;
  task.faultsNs = latestNs;
}

/** Evaluations only: processor time that its request will still take. */
export function taskHint(slot: i32, ns: u64): void {
  taskAt(slot).hintNs = ns;
}

/** It had the processor, in its own code. Before the event that ends the time. */
export function chargeUser(slot: i32, ns: u64): void {
  const task = taskAt(slot);
  task.userNs += ns;
  totals.userNs += ns;
  task.attainedNs += ns;
  task.burstNs += ns;
}

/** The kernel worked on its behalf. */
export function chargeSystem(slot: i32, ns: u64): void {
  const task = taskAt(slot);
  task.systemNs += ns;
  totals.systemNs += ns;
  task.attainedNs += ns;
  task.burstNs += ns;
}
