// What the learner has seen: decisions as rows of the model, open until the requests of their candidates have ended, then examples; and the
// requests that ended lately, which every later decision looks at, chosen as the policy chooses them. Pure; in memory that the caller gives.
import { SCHED_TASK_BYTES, SchedTask } from "../abi/layouts";
import { SCHED_CANDIDATES, SCHED_TASKS } from "../abi/numbers";
import { isObserved, ModelRow, ROW_BYTES, ROW_FITS } from "../ml/sched-model";
import { fillModelRow, fitsOf } from "../policy/sched/transformer-features";
import { PASTS, PASTS_OF_IMAGE } from "../policy/sched/transformer-limits";
import { forgetOverall } from "../policy/sched/transformer-overall";

/** Examples that are kept: open ones, and finished ones to learn from again. */
export const EXAMPLES: u32 = 128;
/** Of them at most so many wait for their requests to end; the oldest is then finished with what is known. */
const MOST_OPEN: u32 = 64;

export enum Stage {
  Free = 0,
  Open = 1,
  Fresh = 2,
  Learnt = 3,
}

/** A decision. SCHED_CANDIDATES + PASTS rows of the model follow. */
@unmanaged
export class Example {
  stage: Stage;
  candidates: u32;
  rows: u32;
  /** in the order in which they were recorded */
  number: u32;
}
/** Processor time that each candidate's request had had, u64. */
const ATTAINED_AT: usize = 16;
/** Their slots, u32. */
const SLOTS_AT: usize = 144; // ATTAINED_AT + SCHED_CANDIDATES × 8
const ROWS_AT: usize = 208;
const EXAMPLE_BYTES: usize = ROWS_AT + <usize>(SCHED_CANDIDATES + PASTS) * ROW_BYTES;

let examples: usize = 0;
let pasts: usize = 0;
let pastTurns: usize = 0;
let tasks: usize = 0;
let pastCount: u32 = 0;
let turns: u32 = 0;
let made: u32 = 0;
let open: u32 = 0;
/** Decisions that were finished before all of their requests had ended. */
export let cutShort: u32 = 0;

/** Bytes that it takes of the caller's memory. */
export function examplesBytes(): usize {
  return <usize>EXAMPLES * EXAMPLE_BYTES + <usize>PASTS * (ROW_BYTES + 4) + <usize>SCHED_TASKS * <usize>SCHED_TASK_BYTES;
}

/** Begin with nothing. */
export function initExamples(at: usize): void {
  memory.fill(at, 0, examplesBytes());
  examples = at;
  pasts = examples + <usize>EXAMPLES * EXAMPLE_BYTES;
  tasks = pasts + <usize>PASTS * ROW_BYTES;
  pastTurns = tasks + <usize>SCHED_TASKS * <usize>SCHED_TASK_BYTES;
  pastCount = 0;
  turns = 0;
  made = 0;
  open = 0;
  cutShort = 0;
  forgetOverall();
}

export function exampleAt(index: u32): Example {
  return changetype<Example>(examples + <usize>index * EXAMPLE_BYTES);
}

/** Its rows: candidates, then past requests. */
export function rowsOf(example: Example): usize {
  return changetype<usize>(example) + ROWS_AT;
}

function rowOf(example: Example, index: u32): usize {
  return rowsOf(example) + <usize>index * ROW_BYTES;
}

function attainedOf(example: Example, index: u32): u64 {
  return load<u64>(changetype<usize>(example) + ATTAINED_AT + ((<usize>index) << 3));
}

function taskAt(slot: u32): SchedTask {
  return changetype<SchedTask>(tasks + <usize>slot * <usize>SCHED_TASK_BYTES);
}

// A task as it was seen last.
function remember(row: usize): void {
  const slot = changetype<SchedTask>(row).slot;
  memory.copy(changetype<usize>(taskAt(slot)), row, SCHED_TASK_BYTES);
}

// The place for another example: a free one, else the oldest that was learnt from, else the oldest that is finished.
function placeForExample(): u32 {
  let best: u32 = 0;
  let bestStage: u32 = 99;
  let bestNumber: u32 = 0;
  for (let i: u32 = 0; i < EXAMPLES; i++) {
    const stage = exampleAt(i).stage;
    const number = exampleAt(i).number;
    const rank: u32 = stage == Stage.Free ? 0 : stage == Stage.Learnt ? 1 : stage == Stage.Fresh ? 2 : 3;
    if (rank > bestStage || (rank == bestStage && number >= bestNumber)) continue;
    best = i;
    bestStage = rank;
    bestNumber = number;
  }
  return best;
}

/**
 * Take in a decision.
 * @param rows SchedTask rows, or CandidateRow, that begin the same: those that could have been chosen, the chosen one among them
 * @param count of them; of more than SCHED_CANDIDATES the first
 * @param stride bytes from one to the next
 * Returns its index.
 */
export function recordExample(rows: usize, count: u32, stride: u32): u32 {
  if (open >= MOST_OPEN) finishOldest();
  const index = placeForExample();
  const example = exampleAt(index);
  example.stage = Stage.Open;
  open++;
  example.number = made++;
  example.candidates = min<u32>(count, SCHED_CANDIDATES);
  for (let i: u32 = 0; i < example.candidates; i++) {
    const from = rows + <usize>(i * stride);
    const task = changetype<SchedTask>(from);
    const row = rowOf(example, i);
    fillModelRow(task, 0, false, row);
    memory.fill(row + ROW_FITS, 0, 64);
    changetype<ModelRow>(row).tag = task.pid;
    store<u64>(changetype<usize>(example) + ATTAINED_AT + ((<usize>i) << 3), task.attainedNs);
    store<u32>(changetype<usize>(example) + SLOTS_AT + ((<usize>i) << 2), task.slot % SCHED_TASKS);
    if (task.slot < SCHED_TASKS) remember(from);
  }
  memory.copy(rowOf(example, example.candidates), pasts, <usize>pastCount * ROW_BYTES);
  example.rows = example.candidates + pastCount;
  return index;
}

/**
 * A request ended.
 * @param serviceNs processor time that it took
 */
export function endRequest(pid: u32, requestSinceNs: u64, serviceNs: u64): void {
  for (let i: u32 = 0; i < EXAMPLES; i++) {
    const example = exampleAt(i);
    if (example.stage != Stage.Open) continue;
    let left = false;
    for (let c: u32 = 0; c < example.candidates; c++) {
      const at = rowOf(example, c);
      const row = changetype<ModelRow>(at);
      if (row.tag == pid && row.sinceNs == requestSinceNs) {
        const attained = attainedOf(example, c);
        fitsOf(serviceNs > attained ? serviceNs - attained : 0, false, at + ROW_FITS);
      } else if (!isObserved(at + ROW_FITS)) left = true;
    }
    if (!left) finish(example);
  }
}

/** A request ended, and it is looked at from now on. `row`: its task, attainedNs what the request took. */
export function addPast(row: usize): void {
  const at = pasts + <usize>placeForPast(changetype<SchedTask>(row).image) * ROW_BYTES;
  fillModelRow(changetype<SchedTask>(row), 0, true, at);
  changetype<ModelRow>(at).tag = turns;
}

/** The same from what was seen of the task last; nothing happens where that is of another request. */
export function addPastOf(pid: u32, requestSinceNs: u64, serviceNs: u64): void {
  for (let slot: u32 = 0; slot < SCHED_TASKS; slot++) {
    const task = taskAt(slot);
    if (task.pid != pid || task.requestSinceNs != requestSinceNs) continue;
    task.attainedNs = serviceNs;
    addPast(changetype<usize>(task));
    task.pid = 0;
    return;
  }
}

// As transformer-cache.ts of the policy places them.
function placeForPast(image: u64): u32 {
  let same: u32 = 0;
  let oldestSame: u32 = 0;
  let oldest: u32 = 0;
  let turnSame: u32 = 0xffff_ffff;
  let turn: u32 = 0xffff_ffff;
  for (let i: u32 = 0; i < pastCount; i++) {
    const put = load<u32>(pastTurns + ((<usize>i) << 2));
    if (put < turn) {
      turn = put;
      oldest = i;
    }
    if (changetype<ModelRow>(pasts + <usize>i * ROW_BYTES).image != image) continue;
    same++;
    if (put < turnSame) {
      turnSame = put;
      oldestSame = i;
    }
  }
  const place = same >= PASTS_OF_IMAGE ? oldestSame : pastCount < PASTS ? pastCount++ : oldest;
  store<u32>(pastTurns + ((<usize>place) << 2), ++turns);
  return place;
}

function finish(example: Example): void {
  example.stage = Stage.Fresh;
  open--;
}

// Requests that have not ended took at least what was seen of them.
function finishOldest(): void {
  let oldest: u32 = 0;
  let number: u32 = 0xffff_ffff;
  for (let i: u32 = 0; i < EXAMPLES; i++) {
    if (exampleAt(i).stage != Stage.Open || exampleAt(i).number >= number) continue;
    oldest = i;
    number = exampleAt(i).number;
  }
  const example = exampleAt(oldest);
  for (let c: u32 = 0; c < example.candidates; c++) {
    const at = rowOf(example, c);
    if (isObserved(at + ROW_FITS)) continue;
    const task = taskAt(load<u32>(changetype<usize>(example) + SLOTS_AT + ((<usize>c) << 2)));
    const row = changetype<ModelRow>(at);
    const had = attainedOf(example, c);
    if (task.pid == row.tag && task.requestSinceNs == row.sinceNs && task.attainedNs > had) fitsOf(task.attainedNs - had, true, at + ROW_FITS);
  }
  cutShort++;
  finish(example);
}
