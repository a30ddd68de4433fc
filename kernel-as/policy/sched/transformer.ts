// The learned scheduler: a small transformer reads the rows of the tasks that may run, says for each how much processor time its request will
// still take, as a distribution, and the one with the greatest Gittins index runs, until that index is reached. What is learnt is a prediction;
// how it is decided from it is not (docs/decisions/0007-scheduler.md). A scheduling policy module with weights: pure, no imports.
import { SchedTask } from "../../abi/layouts";
import { SchedFlag, Status, TaskEvent } from "../../abi/numbers";
import { candidateSlot, decision, head, setAttention, told } from "./exports";
import { weightOf } from "./nice";
import { answer, chosen, forget, mayRun, NONE, offer, running, sinceToldNs, take, task } from "./table";
import { answerFor, beginAnswers } from "./transformer-answer";
import { attentionOn, renewNext, sumUpAll } from "./transformer-attention";
import { dropEntry, forgetEntries, forgetPasts, keepPast, keepTask, placeTask } from "./transformer-cache";
import { entries, entryAt, entryIndex, isKept } from "./transformer-entry";
import { addOverall, forgetOverall } from "./transformer-overall";
import { activeWeights, commitWeights, ensureWeights, stagingWeights, weightsBytes } from "./transformer-weights";

export { policy_abi, policy_input, policy_input_capacity, policy_kind, policy_output, policy_output_bytes } from "./exports";

/** A turn is as long as the index says, within these. */
const SHORTEST_US: f64 = 1_000.0;
const LONGEST_US: f64 = 100_000.0;
/** The one that runs keeps the processor unless another one is better by this share, and by two switches. */
const MARGIN: f64 = 0.05;
/** What a task is worth grows with its waiting: √(1 + waited ÷ (PATIENCE × what its request will have taken)), and at most by this factor. Where sizes
 * cannot be told apart, small differences of a prediction would else keep one waiting while others come and go. Chosen on training mixes. */
const PATIENCE: f64 = 10.0;
const MOST_PATIENCE: f64 = 1.5;
/** More rows than this in one call: the sums of all are made anew instead of kept up to date. */
const MANY: i32 = 16;
/** The row of the one that runs is made anew where it has had more by this share of what it had, and by this. */
const GROWTH: f64 = 1.0 / 32.0;
const LEAST_GROWTH_US: f64 = 50.0;
/** The answers of a decision are brought up to date from another place on than those of the one before. */
const BEGIN_APART: u32 = 37;
/** One row's sums are made anew every so many decisions. */
const RENEW_EVERY: u32 = 4;

let decisions: u32 = 0;
let reembed: bool = false;
let summed: bool = true;

export function policy_reset(_seed: i32): i32 {
  ensureWeights();
  forget();
  forgetEntries();
  forgetOverall();
  decisions = 0;
  reembed = false;
  summed = true;
  return Status.Ok;
}

export function policy_weights_bytes(): i32 {
  return weightsBytes();
}

export function policy_weights_active(): i32 {
  ensureWeights();
  return <i32>activeWeights();
}

export function policy_weights_staging(): i32 {
  return <i32>stagingWeights();
}

export function policy_weights_commit(version: i32): i32 {
  const status = commitWeights(version);
  if (status == Status.Ok) reembed = true;
  return status;
}

export function policy_decide(inputBytes: i32): i32 {
  ensureWeights();
  const asked = take(inputBytes);
  if (asked < 0) return asked;
  learnRows();
  if (asked == 0) return Status.Ok;
  if (reembed) embedAll();
  if (!summed) sumUpAll();
  summed = true;
  if (decisions++ % RENEW_EVERY == 0) renewNext();
  const current = running();
  if (current != NONE && isKept(current) && hasGrown(current)) keepTask(task(current), sinceToldNs(current));
  const count = entries();
  if (count == 0) return Status.Invalid;
  beginAnswers();
  for (let place: u32 = 0, from = (decisions * BEGIN_APART) % count; place < count; place++) {
    const index = entryIndex(from + place < count ? from + place : from + place - count);
    const entry = entryAt(index);
    if (entry.past) continue;
    answerFor(entry);
    offer(index, scoreOf(index, index == current), entry.remainingUs * 1000.0);
  }
  const slot = chosen();
  if (slot == NONE) return Status.Invalid;
  if (head().flags & SchedFlag.Explain) for (let i: u32 = 0; i < decision().candidates; i++) setAttention(i, attentionOn(slot, candidateSlot(i)));
  return answer(<u64>(min<f64>(max<f64>(entryAt(slot).quantumUs, SHORTEST_US), LONGEST_US) * 1000.0));
}

// Whether the one that runs has had so much more since its row was made that the row is to be made anew.
function hasGrown(slot: u32): bool {
  const entry = entryAt(slot);
  const nowUs = <f64>(task(slot).attainedNs + sinceToldNs(slot)) * 1e-3;
  return nowUs - entry.hadUs > max<f64>(LEAST_GROWTH_US, entry.hadUs * GROWTH);
}

// Ended requests per second of processor time, by weight, less for who has had much, more for who has waited long for its size. The one that runs
// is favoured by what a switch away and back would cost.
function scoreOf(slot: u32, runs: bool): f64 {
  const entry = entryAt(slot);
  const switchUs = <f64>head().switchNs * 0.002;
  const worth = runs ? (1.0 + MARGIN) / max<f64>(1.0 / entry.index - switchUs, 1.0) : entry.index;
  const row = task(slot);
  const waitedUs = <f64>(row.waitedNs + (runs ? 0 : head().nowNs - row.readySinceNs)) * 1e-3;
  const patience = min<f64>(sqrt<f64>(1.0 + waitedUs / (PATIENCE * (entry.hadUs + entry.remainingUs))), MOST_PATIENCE);
  return worth * entry.fresh * patience * 1e6 * weightOf(row.nice);
}

// Whether a row tells how long a request took: its figures stay in the row until the task wakes.
function hasEnded(row: SchedTask): bool {
  return (row.events & TaskEvent.Request) != 0 && !mayRun(row.slot);
}

// Take in the rows of this call. Of many, the sums are made once, when all are in.
function learnRows(): void {
  const rows = <i32>head().rows;
  if (head().flags & SchedFlag.Snapshot) forgetEntries();
  if (rows > MANY) summed = false;
  for (let i = 0; i < rows; i++) if (hasEnded(told(i))) addOverall(told(i).attainedNs);
  for (let i = 0; i < rows; i++) {
    const row = told(i);
    if (mayRun(row.slot)) {
      if (summed) keepTask(row, 0);
      else placeTask(row, 0);
      continue;
    }
    dropEntry(row.slot);
    if (hasEnded(row)) keepPast(row);
  }
}

// Other weights: every row anew. What was kept of past requests goes; their rows are gone.
function embedAll(): void {
  forgetPasts();
  for (let place: u32 = 0; place < entries(); place++) placeTask(task(entryIndex(place)), 0);
  reembed = false;
  summed = false;
}
