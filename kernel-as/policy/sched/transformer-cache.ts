// What the transformer keeps of each task that may be chosen, and of requests that ended lately: key, query, value, and what its answer hangs on.
// The sums of attention over them are transformer-attention.ts.
import { SchedTask } from "../../abi/layouts";
import { SCHED_TASKS } from "../../abi/numbers";
import { exp32, lnOf } from "../../ml/exponential";
import { linear4, softsignOf } from "../../ml/linear";
import { ModelRow, ROW_FEATURES, ROW_OVERALL, ROW_OWN } from "../../ml/sched-model";
import { BINS, DENSE, DENSE_BIAS, EMBED, EMBED_BIAS, HIDDEN, INPUTS, IS_PAST, KEY, KEY_WIDTH, VALUE, VALUE_WIDTH, WIDTH } from "../../ml/sched-shape";
import { addTerm, forgetRenewed, moveTerm, rememberTerm, sumUp } from "./transformer-attention";
import { BASE_AT, clearEntries, Entry, entryAt, isKept, KEYS_AT, list, OVERALL_AT, OWN_AT, QUERY_AT, unlist, VALUE_AT } from "./transformer-entry";
import { fillModelRow } from "./transformer-features";
import { PASTS, PASTS_OF_IMAGE } from "./transformer-limits";
import { parameter, scaledQuery } from "./transformer-weights";

/** Of two tasks that promise the same, the one that has had less goes first: worth × (1 + milliseconds had)^−FRESH. What is short against all
 * expectation leaves early, and where nothing can be told apart it is least attained service. Chosen on training mixes. */
export const FRESH: f64 = 0.1;

const ROW: usize = memory.data(416, 16);
const X: usize = memory.data(64, 16);
const WIDE: usize = memory.data(32, 16);

let turns: u32 = 0;

/** Nothing is kept. */
export function forgetEntries(): void {
  clearEntries();
  forgetRenewed();
  turns = 0;
}

// Embeds a row: key, value and, for a task, query and the parts of its answer that hang on it alone.
function embed(entry: Entry): void {
  const at = changetype<usize>(entry);
  linear4(ROW + ROW_FEATURES, INPUTS, parameter(EMBED), parameter(EMBED_BIAS), WIDTH, X);
  softsignOf<f32>(X, WIDTH, X);
  linear4(X, WIDTH, parameter(KEY), 0, KEY_WIDTH, at + KEYS_AT);
  linear4(X, WIDTH, parameter(VALUE), 0, VALUE_WIDTH, WIDE);
  for (let c: usize = 0; c < <usize>VALUE_WIDTH; c++) store<f64>(at + VALUE_AT + (c << 3), <f64>load<f32>(WIDE + (c << 2)));
  if (entry.past) return;
  linear4(X, WIDTH, scaledQuery(), 0, KEY_WIDTH, at + QUERY_AT);
  linear4(X, WIDTH, parameter(DENSE), parameter(DENSE_BIAS), HIDDEN, at + BASE_AT);
  memory.copy(at + OWN_AT, ROW + ROW_OWN, (<usize>BINS) << 2);
  memory.copy(at + OVERALL_AT, ROW + ROW_OVERALL, (<usize>BINS) << 2);
}

function describe(entry: Entry, hadNs: u64): void {
  entry.hadUs = <f64>hadNs * 1e-3;
  entry.fresh = <f64>exp32(<f32>(-FRESH * lnOf(1.0 + <f64>hadNs * 1e-6)));
  const row = changetype<ModelRow>(ROW);
  entry.image = row.image;
  entry.sinceNs = row.sinceNs;
  entry.parent = row.parent;
  entry.pages = row.pages;
  entry.past = row.past ? IS_PAST : 0;
  entry.stale = 1;
}

/** A task is as this row says, and `sinceNs` of processor time later. It takes part from now on. */
export function keepTask(task: SchedTask, sinceNs: u64): void {
  const index = task.slot;
  const entry = entryAt(index);
  const known = isKept(index);
  if (known) rememberTerm(index);
  else list(index);
  fillModelRow(task, sinceNs, false, ROW);
  describe(entry, task.attainedNs + sinceNs);
  embed(entry);
  if (known) moveTerm(index);
  else addTerm(index, 1.0);
  sumUp(index);
}

/** The same without the sums: for many at once; sumUpAll must follow. */
export function placeTask(task: SchedTask, sinceNs: u64): void {
  const entry = entryAt(task.slot);
  if (!isKept(task.slot)) list(task.slot);
  fillModelRow(task, sinceNs, false, ROW);
  describe(entry, task.attainedNs + sinceNs);
  embed(entry);
}

/** A task takes no part any more. */
export function dropEntry(index: u32): void {
  if (!isKept(index)) return;
  addTerm(index, -1.0);
  unlist(index);
}

/** A request has ended after what its row has as attained. It is looked at until others take its place. */
export function keepPast(task: SchedTask): void {
  const index = SCHED_TASKS + placeForPast(task.image);
  const entry = entryAt(index);
  const known = isKept(index);
  if (known) rememberTerm(index);
  else list(index);
  fillModelRow(task, 0, true, ROW);
  describe(entry, task.attainedNs);
  entry.turn = ++turns;
  embed(entry);
  if (known) moveTerm(index);
  else addTerm(index, 1.0);
}

// Where the next past request goes: in place of its image's oldest where that has its share, else an empty place, else the oldest of all.
function placeForPast(image: u64): u32 {
  let same: u32 = 0;
  let oldestSame: u32 = 0;
  let oldest: u32 = 0;
  let empty: u32 = PASTS;
  let turnSame: u32 = 0xffff_ffff;
  let turn: u32 = 0xffff_ffff;
  for (let i: u32 = 0; i < PASTS; i++) {
    const entry = entryAt(SCHED_TASKS + i);
    if (!isKept(SCHED_TASKS + i)) {
      if (empty == PASTS) empty = i;
      continue;
    }
    if (entry.turn < turn) {
      turn = entry.turn;
      oldest = i;
    }
    if (entry.image != image) continue;
    same++;
    if (entry.turn < turnSame) {
      turnSame = entry.turn;
      oldestSame = i;
    }
  }
  if (same >= PASTS_OF_IMAGE) return oldestSame;
  return empty < PASTS ? empty : oldest;
}

/** Requests that have ended do not count any more: other weights give them other keys. */
export function forgetPasts(): void {
  for (let i: u32 = 0; i < PASTS; i++) if (isKept(SCHED_TASKS + i)) unlist(SCHED_TASKS + i);
}
