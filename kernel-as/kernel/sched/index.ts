// The scheduler's core: features, run queue, guard, records, shadow. Pure: it is told the time and asks its policy through a function that it is given, so that kernel.wasm and
// the simulator run the same code. Integers only, no managed objects after initScheduler.
//
// Order of calls: charge a task before the event that ends the time; then the events; then choose(), whose slot runs until the next event or turnEnd().
import { SCHED_ROW_BYTES, SchedRow, SchedTask } from "../../abi/layouts";
import { Status, TaskState } from "../../abi/numbers";
import { Arena } from "../../lib/arena";
import { engage, initAsk, policy, resume } from "./ask";
import { readyCount, setExplainEvery } from "./choose";
import { initCounters, totals } from "./counters";
import { initEvents } from "./events";
import { Ask } from "./hooks";
import { describeImage, forgetImages, IMAGE_TABLE_BYTES, initImages } from "./images";
import { INPUT_BYTES, initInput } from "./input";
import { forgetRecords, initRecords, RECORDS_BYTES } from "./records";
import { initShadow, PAIRS_BYTES, resetShadow } from "./shadow";
import { initTasks, keptWaiting, TASK_ROW_HEAD_BYTES, Task, taskAt, taskBytes } from "./tasks";
import { initTurn } from "./turn";

export { setSwitchNs } from "./ask";
export { choose, currentTask, queuedCount, readyCount, setExplainEvery, takeAsked, turnEnd } from "./choose";
export { chargeSystem, chargeUser, taskArrive, taskBlock, taskEnd, taskHint, taskImage, taskMemory, taskNice, taskWake, taskYield } from "./events";
export { Ask, Clock, EjectNote, EventNote, setClock, setOnEject, setOnEvent } from "./hooks";
export { fillImage } from "./images";
export { fillCandidate, fillDecision, setVersion } from "./records";
export { fillShadow, setShadowAsk } from "./shadow";
export { FOREVER, NO_SLOT, Task } from "./tasks";

/** Bytes that initScheduler takes of the arena. */
export function schedulerBytes(slots: u32): u32 {
  return taskBytes(slots) + IMAGE_TABLE_BYTES + INPUT_BYTES + RECORDS_BYTES + PAIRS_BYTES + 64;
}

/** Take the memory of `slots` tasks and begin anew: no task, no policy, nothing counted. NoMemory: the arena is exhausted. */
export function initScheduler(arena: Arena, slots: u32): i32 {
  initCounters();
  initAsk();
  initTurn();
  initEvents();
  setExplainEvery(0);
  const enough = initTasks(arena, slots) && initImages(arena) && initInput(arena) && initRecords(arena) && initShadow(arena);
  return enough ? Status.Ok : Status.NoMemory;
}

/**
 * The policy: asked from now on, beginning with a snapshot. Null: there is none, round robin decides.
 * @param moduleId what records and counts name it by
 */
export function setAsk(ask: Ask | null, moduleId: u32 = 1): void {
  engage(policy, ask, ask == null ? 0 : moduleId);
}

/** Another policy is behind the same function: the next input is a snapshot. 0: there is none, round robin decides. */
export function policyChanged(moduleId: u32 = 1): void {
  resume(policy, moduleId);
}

/** A slot's row of the feature table, as it is now. */
export function taskRow(slot: i32): SchedTask {
  const task = taskAt(slot);
  describeImage(task);
  return task;
}

/** Fill a TaskRow without its command: the row and the accounts, the wait under way included. Returns 1, or 0 where the slot is empty. */
export function fillTaskRow(slot: i32, nowNs: u64, at: usize): i32 {
  const task = taskAt(slot);
  if (task.state == TaskState.Absent) return 0;
  describeImage(task);
  memory.copy(at, changetype<usize>(task), TASK_ROW_HEAD_BYTES);
  const row = changetype<Task>(at);
  if (task.state == TaskState.Ready) {
    row.readyNs += nowNs - task.readySinceNs;
    row.waitedNs += nowNs - task.readySinceNs;
  } else if (task.state == TaskState.Running) row.readyNs += keptWaiting(task, nowNs);
  else if (task.state == TaskState.Blocked) row.blockedNs += nowNs - task.blockedSinceNs;
  return 1;
}

/** Fill a SchedRow. What the core does not know (time, idle time, learning) is left for the caller. */
export function fillSchedRow(at: usize): i32 {
  memory.copy(at, changetype<usize>(totals), SCHED_ROW_BYTES);
  const row = changetype<SchedRow>(at);
  row.moduleId = policy.on != 0 ? policy.moduleId : 0;
  row.ready = readyCount();
  return 1;
}

/** Forget decisions, counts of the shadow and histories of images. */
export function resetScheduler(): void {
  forgetRecords();
  resetShadow();
  forgetImages();
}
