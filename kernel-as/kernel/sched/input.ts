// What a policy reads: the head, and the rows of the tasks that changed since it was told last, as many calls as they need. After a swap all tasks.
import { SCHED_INPUT_BYTES, SCHED_TASK_BYTES, SchedInput, SchedTask } from "../../abi/layouts";
import { SCHED_ROWS, SchedFlag, TaskEvent, TaskState } from "../../abi/numbers";
import { Arena } from "../../lib/arena";
import { describeImage } from "./images";
import { changed, NO_SLOT, queue, slots, Task, taskAt } from "./tasks";

let input: usize = 0;

/** Bytes that the input takes of the arena. */
export const INPUT_BYTES: u32 = SCHED_INPUT_BYTES + SCHED_ROWS * SCHED_TASK_BYTES + 8;

/** False: the arena is exhausted. */
export function initInput(arena: Arena): bool {
  input = arena.take(SCHED_INPUT_BYTES + SCHED_ROWS * SCHED_TASK_BYTES);
  return input != 0;
}

/** The input, as it was filled last. */
export function inputHead(): SchedInput {
  return changetype<SchedInput>(input);
}

export function inputBytes(): u32 {
  return SCHED_INPUT_BYTES + inputHead().rows * SCHED_TASK_BYTES;
}

function addRow(task: Task): SchedTask {
  describeImage(task);
  const at = input + SCHED_INPUT_BYTES + inputHead().rows * SCHED_TASK_BYTES;
  memory.copy(at, changetype<usize>(task), SCHED_TASK_BYTES);
  inputHead().rows++;
  return changetype<SchedTask>(at);
}

let runningTold: bool = false;

/** Begin to tell of changes. `running`: the task that has the processor, or NO_SLOT. */
export function beginChanges(running: i32): void {
  runningTold = running == NO_SLOT;
}

/**
 * Fill the next call: the rows that were not told yet, and in the last call that of the running task too, whose times have grown.
 * Each call takes them off the list. Returns whether another call must follow.
 */
export function fillChanges(running: i32): bool {
  const head = inputHead();
  head.rows = 0;
  while (changed.length > 0 && head.rows < SCHED_ROWS) {
    const task = taskAt(changed.head);
    if (<i32>task.slot == running) runningTold = true;
    addRow(task);
    changed.remove(task.slot);
    task.events = 0;
  }
  const more = changed.length > 0 || (!runningTold && head.rows == SCHED_ROWS);
  if (!runningTold && !more) addRow(taskAt(running));
  head.flags = more ? SchedFlag.More : 0;
  return more;
}

// Where a snapshot goes on: first the queue, then the other slots.
let snapshotSlot: i32 = NO_SLOT;
let inQueue: bool = false;

/** Begin a snapshot: every task, the ready ones first, longest waiting first. */
export function beginSnapshot(): void {
  snapshotSlot = queue.head;
  inQueue = true;
}

/** Fill the next call of a snapshot. Nothing is taken off the list. Returns whether another call must follow. */
export function fillSnapshot(first: bool): bool {
  const head = inputHead();
  head.rows = 0;
  while (inQueue && snapshotSlot != NO_SLOT && head.rows < SCHED_ROWS) {
    addRow(taskAt(snapshotSlot)).events = TaskEvent.Arrive;
    snapshotSlot = queue.next(snapshotSlot);
  }
  if (inQueue && snapshotSlot == NO_SLOT) {
    inQueue = false;
    snapshotSlot = 0;
  }
  if (!inQueue) {
    for (; snapshotSlot < <i32>slots(); snapshotSlot++) {
      const task = taskAt(snapshotSlot);
      if (task.state != TaskState.Running && task.state != TaskState.Blocked) continue;
      if (head.rows == SCHED_ROWS) break;
      addRow(task).events = TaskEvent.Arrive;
    }
  }
  const more = inQueue || snapshotSlot < <i32>slots();
  head.flags = (first ? SchedFlag.Snapshot : 0) | (more ? SchedFlag.More : 0);
  return more;
}

/** Whoever was to be told of changes got a snapshot instead. */
export function forgetChanges(): void {
  while (changed.length > 0) {
    const task = taskAt(changed.head);
    changed.remove(task.slot);
    task.events = 0;
  }
}
