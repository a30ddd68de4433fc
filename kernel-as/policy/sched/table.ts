// What a scheduling policy knows: the newest row of every task, kept from the rows that the kernel tells, the list of those that
// may be chosen, and the best of those that the policy has scored. Not a policy; each policy that includes it has its own.
//
//   policy_decide:  take(inputBytes) → score readyTask(0…readyTasks() − 1) with offer() → answer(quantumNs)
//
// Fixed memory: SCHED_TASKS rows. A call costs the rows that it tells plus whatever the policy does for each ready task.
import { SCHED_TASK_BYTES, SchedTask } from "../../abi/layouts";
import { QUANTUM_LEAST_NS, QUANTUM_MOST_NS, SCHED_CANDIDATES, SCHED_TASKS, SchedFlag, Status, TaskEvent, TaskState } from "../../abi/numbers";
import { candidateRemainingNs, candidateScore, candidateSlot, decision, head, readableRows, setCandidate, told } from "./exports";

export const NONE: u32 = 0xffff_ffff;
/** A score that is not a number counts as this one. */
const WORST: f64 = -1e300;
/** … and who has just given its turn away goes after all others, this once. */
const YIELDED: f64 = -1e301;

// memory.data takes literals only: SCHED_TASKS × SCHED_TASK_BYTES, and SCHED_TASKS × 2 twice.
const ROWS: usize = memory.data(204_800, 16);
const READY: usize = memory.data(2048, 16);
const PLACES: usize = memory.data(2048, 16);
if (SCHED_TASKS * SCHED_TASK_BYTES != 204_800 || SCHED_TASKS * 2 != 2048) ERROR("the table's sizes are stale");

let count: i32 = 0;
// The turn under way: whose it is, how long it had run at the last call, and how much of that its row has in it.
let turnSlot: u32 = NONE;
let turnNs: u64 = 0;
let turnToldNs: u64 = 0;
let yielded: u32 = NONE;
let best: u32 = NONE;
let bestScore: f64 = 0.0;

/** The row of the task in a slot, as it was told last; all zero where there is none. */
export function task(slot: u32): SchedTask {
  return changetype<SchedTask>(ROWS + <usize>slot * <usize>SCHED_TASK_BYTES);
}

/** How many tasks may be chosen. */
export function readyTasks(): i32 {
  return count;
}

/** Slot of the `index`th of them, in no order that means anything. */
export function readyTask(index: i32): u32 {
  return load<u16>(READY + <usize>index * 2);
}

/** Whether the task in a slot may be chosen: it is Ready, or has the processor. */
export function mayRun(slot: u32): bool {
  const state = task(slot).state;
  return state == TaskState.Ready || state == TaskState.Running;
}

/** The task that has the processor and may keep it; NONE where there is none. */
export function running(): u32 {
  return turnSlot;
}

/** Processor time that a task has had since its row was told, ns: the one that runs goes on between two calls. */
export function sinceToldNs(slot: u32): u64 {
  return slot == turnSlot ? turnNs - turnToldNs : 0;
}

/** Processor time that a task's request has had until now, ns. */
export function attainedNs(slot: u32): u64 {
  return task(slot).attainedNs + sinceToldNs(slot);
}

/** Forget every task: for policy_reset. */
export function forget(): void {
  memory.fill(ROWS, 0, <usize>SCHED_TASKS * <usize>SCHED_TASK_BYTES);
  memory.fill(PLACES, 0xff, <usize>SCHED_TASKS * 2);
  count = 0;
  turnSlot = NONE;
  turnNs = 0;
  turnToldNs = 0;
  yielded = NONE;
  best = NONE;
}

// The ready list is dense: the last one moves into the gap.
function list(slot: u32): void {
  if (load<u16>(PLACES + <usize>slot * 2) != 0xffff) return;
  store<u16>(READY + <usize>count * 2, <u16>slot);
  store<u16>(PLACES + <usize>slot * 2, <u16>count);
  count++;
}

function unlist(slot: u32): void {
  const place = load<u16>(PLACES + <usize>slot * 2);
  if (place == 0xffff) return;
  count--;
  const last = load<u16>(READY + <usize>count * 2);
  store<u16>(READY + <usize>place * 2, last);
  store<u16>(PLACES + <usize>last * 2, place);
  store<u16>(PLACES + <usize>slot * 2, 0xffff);
}

// Who ran at the last call does not any more, because this policy chose another one. Where nothing else befell it, it is not told of.
function putBack(slot: u32, nowNs: u64): void {
  if (slot == NONE || task(slot).state != TaskState.Running) return;
  task(slot).state = TaskState.Ready;
  task(slot).readySinceNs = nowNs;
}

/**
 * Take in what the kernel tells: call it first in policy_decide. The rows of this call stay readable with told(0…head().rows − 1),
 * for a policy that keeps more than the table does: a row with TaskEvent.Arrive is a task that it has never seen.
 * Returns 1: decide now. 0: more rows follow, return 0 from policy_decide. Invalid: the input is none, return that.
 */
export function take(inputBytes: i32): i32 {
  const rows = readableRows(inputBytes);
  if (rows < 0) return rows;
  const input = head();
  if (input.flags & SchedFlag.Snapshot) forget();
  if (input.running != turnSlot || input.ranNs < turnNs) {
    if (input.running != turnSlot) putBack(turnSlot, input.nowNs - input.ranNs);
    turnSlot = input.running < SCHED_TASKS ? input.running : NONE;
    turnToldNs = 0;
  }
  turnNs = turnSlot == NONE ? 0 : input.ranNs;
  if (best != NONE) yielded = NONE; // a decision was made since
  best = NONE;
  for (let i = 0; i < rows; i++) {
    const row = told(i);
    const slot = row.slot;
    memory.copy(changetype<usize>(task(slot)), changetype<usize>(row), <usize>SCHED_TASK_BYTES);
    if (mayRun(slot)) list(slot);
    else unlist(slot);
    if (slot == turnSlot) turnToldNs = turnNs;
    if (row.events & TaskEvent.Yield) yielded = slot;
  }
  if (input.flags & SchedFlag.More) return 0;
  decision().candidates = 0;
  return 1;
}

// Whether a task with this score goes before another: the greater score; of equals the one that runs, which saves a switch, then
// the one that waits longer, then the lower slot. So no order of calls or of memory shows.
function before(slot: u32, score: f64, other: u32, otherScore: f64): bool {
  if (score != otherScore) return score > otherScore;
  if ((slot == turnSlot) != (other == turnSlot)) return slot == turnSlot;
  const since = task(slot).readySinceNs;
  const otherSince = task(other).readySinceNs;
  if (since != otherSince) return since < otherSince;
  return slot < other;
}

// Keep the decision's candidates sorted, the best SCHED_CANDIDATES of them.
function note(slot: u32, score: f64, remainingNs: f64): void {
  const out = decision();
  let at = out.candidates;
  if (at < SCHED_CANDIDATES) out.candidates = at + 1;
  else if (!before(slot, score, candidateSlot(at - 1), candidateScore(at - 1))) return;
  else at--;
  while (at > 0 && before(slot, score, candidateSlot(at - 1), candidateScore(at - 1))) {
    setCandidate(at, candidateSlot(at - 1), candidateScore(at - 1), candidateRemainingNs(at - 1));
    at--;
  }
  setCandidate(at, slot, score, remainingNs);
}

/** Score a task that may be chosen; the greatest score wins. `remainingNs`: what its request will still take, for whoever asks why; −1 unknown. */
export function offer(slot: u32, score: f64, remainingNs: f64 = -1.0): void {
  const finite = slot == yielded ? YIELDED : score >= WORST && score <= -WORST ? score : WORST;
  if (head().flags & SchedFlag.Explain) note(slot, finite, remainingNs);
  if (best != NONE && !before(slot, finite, best, bestScore)) return;
  best = slot;
  bestScore = finite;
}

/** The best of those that were offered since take(); NONE where none was. */
export function chosen(): u32 {
  return best;
}

/** Its score. */
export function chosenScore(): f64 {
  return bestScore;
}

/**
 * Answer the call: the best of those that were offered runs for `quantumNs`, or as near to it as a quantum may be.
 * Returns Ok, what policy_decide returns; Invalid where nothing was offered.
 */
export function answer(quantumNs: u64): i32 {
  if (best == NONE) return Status.Invalid;
  const out = decision();
  out.slot = best;
  out.quantumNs = min<u64>(max<u64>(quantumNs, QUANTUM_LEAST_NS), QUANTUM_MOST_NS);
  out.score = bestScore;
  return Status.Ok;
}
