// What the transformer keeps of each task that may be chosen, and of requests that ended lately: key, query and value, and the sums of its
// attention over all the others. A row that changes takes its old terms out of the others' sums and adds its new ones; its own sums are made
// anew. Sums are f64 and scores lie within ±10, so a term taken out leaves less than 1e-7 of a sum behind; and row by row all are made anew.
// One loop passage for each pair, nothing called in it: a thousand tasks stay within the budget.
import { SchedTask } from "../../abi/layouts";
import { SCHED_TASKS } from "../../abi/numbers";
import { SCORE_LIMIT } from "../../ml/attention";
import { exp32, lnOf } from "../../ml/exponential";
import { linear4, put, softsignOf } from "../../ml/linear";
import { ModelRow, ROW_FEATURES, ROW_OVERALL, ROW_OWN } from "../../ml/sched-model";
import {
  BINS,
  DENSE,
  DENSE_BIAS,
  EMBED,
  EMBED_BIAS,
  HIDDEN,
  INPUTS,
  IS_PAST,
  IS_SELF,
  KEY,
  KEY_WIDTH,
  SAME_IMAGE,
  SAME_PARENT,
  SAME_SIZE,
  TOGETHER,
  TOGETHER_NS,
  WIDTH,
} from "../../ml/sched-shape";
import { fillModelRow } from "./transformer-features";
import { PASTS, PASTS_OF_IMAGE } from "./transformer-limits";
import { foldedValue, parameter, relationSums, scaledQuery } from "./transformer-weights";

/** Of two tasks that promise the same, the one that has had less goes first: worth × (1 + milliseconds had)^−FRESH. What is short against all
 * expectation leaves early, and where nothing can be told apart it is least attained service. Chosen on training mixes. */
export const FRESH: f64 = 0.1;

/** Tasks by slot, then past requests. */
const ENTRIES: u32 = SCHED_TASKS + PASTS;
const NOWHERE: u32 = 0xffff;

/** A row as it is kept. Past ones have no query, sums and answer. */
@unmanaged
export class Entry {
  image: u64;
  sinceNs: u64;
  parent: u32;
  pages: u32;
  /** 0, or IS_PAST */
  past: u32;
  /** its place in the list, or NOWHERE */
  place: u32;
  /** sum of e^score over all rows */
  sum: f64;
  // The answer to it, as transformer-answer.ts works it out.
  index: f64;
  quantumUs: f64;
  remainingUs: f64;
  /** 1: what it is worked out from has changed since */
  stale: u32;
  /** when it was put in, for past ones */
  turn: u32;
  /** processor time that its request has had, us */
  hadUs: f64;
  /** what its worth is multiplied by: 1 for who has had nothing yet, less for who has had much */
  fresh: f64;
  reserved: u64;
}
export const KEYS_AT: usize = 96; // (KEY_WIDTH) f32
export const QUERY_AT: usize = 128; // (KEY_WIDTH) f32
export const BASE_AT: usize = 160; // (HIDDEN) f32: Dense x + bias
export const OWN_AT: usize = 224; // (BINS) f32: ln of its image's history
export const OVERALL_AT: usize = 288; // (BINS) f32: ln of that of all images
export const SEEN_AT: usize = 352; // (HIDDEN) f32: what attention gave when the answer was worked out
export const VALUE_AT: usize = 416; // (HIDDEN) f64: its value through Output and Dense
export const SUMS_AT: usize = 544; // (HIDDEN) f64: sum of e^score × value over all rows
export const ENTRY_BYTES: usize = 672;
if (offsetof<Entry>() != 96) ERROR("the entry's places are stale");

// memory.data takes literals only.
const CACHE: usize = memory.data(709_632, 16);
if (<usize>ENTRIES * ENTRY_BYTES != 709_632) ERROR("the cache's size is stale");
const LIST: usize = memory.data(2112, 16);
if (ENTRIES * 2 != 2112) ERROR("the list's size is stale");
const ROW: usize = memory.data(416, 16);
const X: usize = memory.data(64, 16);
const WIDE: usize = memory.data(64, 16);

let count: u32 = 0;
let turns: u32 = 0;
let renewed: u32 = 0;

export function entryAt(index: u32): Entry {
  return changetype<Entry>(CACHE + <usize>index * ENTRY_BYTES);
}

/** Rows that take part: tasks, and requests that have ended. */
export function entries(): u32 {
  return count;
}

/** Which the `place`th of them is. */
export function entryIndex(place: u32): u32 {
  return load<u16>(LIST + ((<usize>place) << 1));
}

/** Nothing is kept. */
export function forgetEntries(): void {
  memory.fill(CACHE, 0, 709_632);
  for (let i: u32 = 0; i < ENTRIES; i++) entryAt(i).place = NOWHERE;
  count = 0;
  turns = 0;
  renewed = 0;
}

/** Whether an entry takes part. */
export function isKept(index: u32): bool {
  return entryAt(index).place != NOWHERE;
}

// Embeds a row: key, value and, for a task, query and the parts of its answer that hang on it alone.
function embed(entry: Entry): void {
  const at = changetype<usize>(entry);
  linear4(ROW + ROW_FEATURES, INPUTS, parameter(EMBED), parameter(EMBED_BIAS), WIDTH, X);
  softsignOf<f32>(X, WIDTH, X);
  linear4(X, WIDTH, parameter(KEY), 0, KEY_WIDTH, at + KEYS_AT);
  linear4(X, WIDTH, foldedValue(), 0, HIDDEN, WIDE);
  for (let c: usize = 0; c < <usize>HIDDEN; c++) store<f64>(at + VALUE_AT + (c << 3), <f64>load<f32>(WIDE + (c << 2)));
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

function list(index: u32): void {
  entryAt(index).place = count;
  store<u16>(LIST + ((<usize>count) << 1), <u16>index);
  count++;
}

// The last one moves into the gap.
function unlist(index: u32): void {
  const place = entryAt(index).place;
  count--;
  const last = entryIndex(count);
  store<u16>(LIST + ((<usize>place) << 1), <u16>last);
  entryAt(last).place = place;
  entryAt(index).place = NOWHERE;
}

/** A task is as this row says, and `sinceNs` of processor time later. It takes part from now on. */
export function keepTask(task: SchedTask, sinceNs: u64): void {
  const index = task.slot;
  const entry = entryAt(index);
  if (entry.place != NOWHERE) addTerm(index, -1.0);
  else list(index);
  fillModelRow(task, sinceNs, false, ROW);
  describe(entry, task.attainedNs + sinceNs);
  embed(entry);
  addTerm(index, 1.0);
  sumUp(index);
}

/** The same without the sums: for many at once; sumUpAll must follow. */
export function placeTask(task: SchedTask, sinceNs: u64): void {
  const entry = entryAt(task.slot);
  if (entry.place == NOWHERE) list(task.slot);
  fillModelRow(task, sinceNs, false, ROW);
  describe(entry, task.attainedNs + sinceNs);
  embed(entry);
}

/** A task takes no part any more. */
export function dropEntry(index: u32): void {
  if (entryAt(index).place == NOWHERE) return;
  addTerm(index, -1.0);
  unlist(index);
}

/** A request has ended after what its row has as attained. It is looked at until others take its place. */
export function keepPast(task: SchedTask): void {
  const index = SCHED_TASKS + placeForPast(task.image);
  const entry = entryAt(index);
  if (entry.place != NOWHERE) addTerm(index, -1.0);
  else list(index);
  fillModelRow(task, 0, true, ROW);
  describe(entry, task.attainedNs);
  entry.turn = ++turns;
  embed(entry);
  addTerm(index, 1.0);
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
    if (entry.place == NOWHERE) {
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

// Adds the terms of row j, times `sign`, to the sums of every other task. e^x as exp32 of ml/exponential.ts has it, in place.
function addTerm(j: u32, sign: f64): void {
  const at = CACHE + <usize>j * ENTRY_BYTES;
  const row = entryAt(j);
  const k0 = load<f32>(at, KEYS_AT);
  const k1 = load<f32>(at, KEYS_AT + 4);
  const k2 = load<f32>(at, KEYS_AT + 8);
  const k3 = load<f32>(at, KEYS_AT + 12);
  const k4 = load<f32>(at, KEYS_AT + 16);
  const k5 = load<f32>(at, KEYS_AT + 20);
  const k6 = load<f32>(at, KEYS_AT + 24);
  const k7 = load<f32>(at, KEYS_AT + 28);
  const image = row.image;
  const sinceNs = row.sinceNs;
  const parent = row.parent;
  const pages = <u64>row.pages;
  const past = row.past;
  const relations = relationSums();
  const end = LIST + ((<usize>count) << 1);
  for (let cursor = LIST; cursor < end; cursor += 2) {
    const i = <u32>load<u16>(cursor);
    const other = entryAt(i);
    if (i == j || other.past) continue;
    const to = changetype<usize>(other);
    const bits: u32 =
      (other.image == image ? SAME_IMAGE : 0) |
      (other.parent == parent ? SAME_PARENT : 0) |
      (other.sinceNs - sinceNs + TOGETHER_NS <= 2 * TOGETHER_NS ? TOGETHER : 0) |
      (4 * pages <= 5 * <u64>other.pages && 4 * <u64>other.pages <= 5 * pages ? SAME_SIZE : 0) |
      past;
    const dot =
      load<f32>(to, QUERY_AT) * k0 +
      load<f32>(to, QUERY_AT + 4) * k1 +
      (load<f32>(to, QUERY_AT + 8) * k2 + load<f32>(to, QUERY_AT + 12) * k3) +
      (load<f32>(to, QUERY_AT + 16) * k4 + load<f32>(to, QUERY_AT + 20) * k5 + (load<f32>(to, QUERY_AT + 24) * k6 + load<f32>(to, QUERY_AT + 28) * k7));
    const score = min<f32>(max<f32>(dot + load<f32>(relations + ((<usize>bits) << 2)), -SCORE_LIMIT), SCORE_LIMIT);
    const n = nearest<f32>(score * <f32>Math.LOG2E);
    const r = score - n * <f32>0.693359375 - n * <f32>-2.1219444005469058e-4;
    const z = r * r;
    const even = <f32>1.0 + z * (<f32>0.5 + z * (<f32>(1.0 / 24.0) + z * <f32>(1.0 / 720.0)));
    const odd = r * (<f32>1.0 + z * (<f32>(1.0 / 6.0) + z * (<f32>(1.0 / 120.0) + z * <f32>(1.0 / 5040.0))));
    const term = <f64>((even + odd) * reinterpret<f32>((<i32>n + 127) << 23)) * sign;
    other.sum += term;
    store<f64>(to, load<f64>(to, SUMS_AT) + term * load<f64>(at, VALUE_AT), SUMS_AT);
    store<f64>(to, load<f64>(to, SUMS_AT + 8) + term * load<f64>(at, VALUE_AT + 8), SUMS_AT + 8);
    store<f64>(to, load<f64>(to, SUMS_AT + 16) + term * load<f64>(at, VALUE_AT + 16), SUMS_AT + 16);
    store<f64>(to, load<f64>(to, SUMS_AT + 24) + term * load<f64>(at, VALUE_AT + 24), SUMS_AT + 24);
    store<f64>(to, load<f64>(to, SUMS_AT + 32) + term * load<f64>(at, VALUE_AT + 32), SUMS_AT + 32);
    store<f64>(to, load<f64>(to, SUMS_AT + 40) + term * load<f64>(at, VALUE_AT + 40), SUMS_AT + 40);
    store<f64>(to, load<f64>(to, SUMS_AT + 48) + term * load<f64>(at, VALUE_AT + 48), SUMS_AT + 48);
    store<f64>(to, load<f64>(to, SUMS_AT + 56) + term * load<f64>(at, VALUE_AT + 56), SUMS_AT + 56);
    store<f64>(to, load<f64>(to, SUMS_AT + 64) + term * load<f64>(at, VALUE_AT + 64), SUMS_AT + 64);
    store<f64>(to, load<f64>(to, SUMS_AT + 72) + term * load<f64>(at, VALUE_AT + 72), SUMS_AT + 72);
    store<f64>(to, load<f64>(to, SUMS_AT + 80) + term * load<f64>(at, VALUE_AT + 80), SUMS_AT + 80);
    store<f64>(to, load<f64>(to, SUMS_AT + 88) + term * load<f64>(at, VALUE_AT + 88), SUMS_AT + 88);
    store<f64>(to, load<f64>(to, SUMS_AT + 96) + term * load<f64>(at, VALUE_AT + 96), SUMS_AT + 96);
    store<f64>(to, load<f64>(to, SUMS_AT + 104) + term * load<f64>(at, VALUE_AT + 104), SUMS_AT + 104);
    store<f64>(to, load<f64>(to, SUMS_AT + 112) + term * load<f64>(at, VALUE_AT + 112), SUMS_AT + 112);
    store<f64>(to, load<f64>(to, SUMS_AT + 120) + term * load<f64>(at, VALUE_AT + 120), SUMS_AT + 120);
  }
}

/** The score of task i for row j, before e^x. The same operations as in the two loops. */
function scoreOf(i: u32, j: u32): f32 {
  const task = entryAt(i);
  const row = entryAt(j);
  const q = changetype<usize>(task) + QUERY_AT;
  const k = changetype<usize>(row) + KEYS_AT;
  let bits: u32 = IS_SELF;
  if (i != j) {
    bits =
      (task.image == row.image ? SAME_IMAGE : 0) |
      (task.parent == row.parent ? SAME_PARENT : 0) |
      (task.sinceNs - row.sinceNs + TOGETHER_NS <= 2 * TOGETHER_NS ? TOGETHER : 0) |
      (4 * <u64>row.pages <= 5 * <u64>task.pages && 4 * <u64>task.pages <= 5 * <u64>row.pages ? SAME_SIZE : 0) |
      row.past;
  }
  const dot =
    load<f32>(q) * load<f32>(k) +
    load<f32>(q, 4) * load<f32>(k, 4) +
    (load<f32>(q, 8) * load<f32>(k, 8) + load<f32>(q, 12) * load<f32>(k, 12)) +
    (load<f32>(q, 16) * load<f32>(k, 16) + load<f32>(q, 20) * load<f32>(k, 20) + (load<f32>(q, 24) * load<f32>(k, 24) + load<f32>(q, 28) * load<f32>(k, 28)));
  return min<f32>(max<f32>(dot + load<f32>(relationSums() + ((<usize>bits) << 2)), -SCORE_LIMIT), SCORE_LIMIT);
}

// e^x as exp32 has it.
function power(score: f32): f64 {
  const n = nearest<f32>(score * <f32>Math.LOG2E);
  const r = score - n * <f32>0.693359375 - n * <f32>-2.1219444005469058e-4;
  const z = r * r;
  const even = <f32>1.0 + z * (<f32>0.5 + z * (<f32>(1.0 / 24.0) + z * <f32>(1.0 / 720.0)));
  const odd = r * (<f32>1.0 + z * (<f32>(1.0 / 6.0) + z * (<f32>(1.0 / 120.0) + z * <f32>(1.0 / 5040.0))));
  return <f64>((even + odd) * reinterpret<f32>((<i32>n + 127) << 23));
}

/** Weight of task i's attention on row j, 0…1. */
export function attentionOn(i: u32, j: u32): f64 {
  return power(scoreOf(i, j)) / entryAt(i).sum;
}

/** Make the sums of a task anew. */
export function sumUp(i: u32): void {
  const task = entryAt(i);
  const to = changetype<usize>(task);
  const q0 = load<f32>(to, QUERY_AT);
  const q1 = load<f32>(to, QUERY_AT + 4);
  const q2 = load<f32>(to, QUERY_AT + 8);
  const q3 = load<f32>(to, QUERY_AT + 12);
  const q4 = load<f32>(to, QUERY_AT + 16);
  const q5 = load<f32>(to, QUERY_AT + 20);
  const q6 = load<f32>(to, QUERY_AT + 24);
  const q7 = load<f32>(to, QUERY_AT + 28);
  const image = task.image;
  const sinceNs = task.sinceNs;
  const parent = task.parent;
  const pages = <u64>task.pages;
  const relations = relationSums();
  let sum: f64 = 0.0;
  let s0: f64 = 0.0;
  let s1: f64 = 0.0;
  let s2: f64 = 0.0;
  let s3: f64 = 0.0;
  let s4: f64 = 0.0;
  let s5: f64 = 0.0;
  let s6: f64 = 0.0;
  let s7: f64 = 0.0;
  let s8: f64 = 0.0;
  let s9: f64 = 0.0;
  let s10: f64 = 0.0;
  let s11: f64 = 0.0;
  let s12: f64 = 0.0;
  let s13: f64 = 0.0;
  let s14: f64 = 0.0;
  let s15: f64 = 0.0;
  const end = LIST + ((<usize>count) << 1);
  for (let cursor = LIST; cursor < end; cursor += 2) {
    const j = <u32>load<u16>(cursor);
    const row = entryAt(j);
    const at = changetype<usize>(row);
    const bits: u32 =
      i == j
        ? IS_SELF
        : (row.image == image ? SAME_IMAGE : 0) |
          (row.parent == parent ? SAME_PARENT : 0) |
          (sinceNs - row.sinceNs + TOGETHER_NS <= 2 * TOGETHER_NS ? TOGETHER : 0) |
          (4 * <u64>row.pages <= 5 * pages && 4 * pages <= 5 * <u64>row.pages ? SAME_SIZE : 0) |
          row.past;
    const dot =
      q0 * load<f32>(at, KEYS_AT) +
      q1 * load<f32>(at, KEYS_AT + 4) +
      (q2 * load<f32>(at, KEYS_AT + 8) + q3 * load<f32>(at, KEYS_AT + 12)) +
      (q4 * load<f32>(at, KEYS_AT + 16) + q5 * load<f32>(at, KEYS_AT + 20) + (q6 * load<f32>(at, KEYS_AT + 24) + q7 * load<f32>(at, KEYS_AT + 28)));
    const score = min<f32>(max<f32>(dot + load<f32>(relations + ((<usize>bits) << 2)), -SCORE_LIMIT), SCORE_LIMIT);
    const n = nearest<f32>(score * <f32>Math.LOG2E);
    const r = score - n * <f32>0.693359375 - n * <f32>-2.1219444005469058e-4;
    const z = r * r;
    const even = <f32>1.0 + z * (<f32>0.5 + z * (<f32>(1.0 / 24.0) + z * <f32>(1.0 / 720.0)));
    const odd = r * (<f32>1.0 + z * (<f32>(1.0 / 6.0) + z * (<f32>(1.0 / 120.0) + z * <f32>(1.0 / 5040.0))));
    const term = <f64>((even + odd) * reinterpret<f32>((<i32>n + 127) << 23));
    sum += term;
    s0 += term * load<f64>(at, VALUE_AT);
    s1 += term * load<f64>(at, VALUE_AT + 8);
    s2 += term * load<f64>(at, VALUE_AT + 16);
    s3 += term * load<f64>(at, VALUE_AT + 24);
    s4 += term * load<f64>(at, VALUE_AT + 32);
    s5 += term * load<f64>(at, VALUE_AT + 40);
    s6 += term * load<f64>(at, VALUE_AT + 48);
    s7 += term * load<f64>(at, VALUE_AT + 56);
    s8 += term * load<f64>(at, VALUE_AT + 64);
    s9 += term * load<f64>(at, VALUE_AT + 72);
    s10 += term * load<f64>(at, VALUE_AT + 80);
    s11 += term * load<f64>(at, VALUE_AT + 88);
    s12 += term * load<f64>(at, VALUE_AT + 96);
    s13 += term * load<f64>(at, VALUE_AT + 104);
    s14 += term * load<f64>(at, VALUE_AT + 112);
    s15 += term * load<f64>(at, VALUE_AT + 120);
  }
  task.sum = sum;
  const sums = to + SUMS_AT;
  put<f64>(sums, 0, s0);
  put<f64>(sums, 1, s1);
  put<f64>(sums, 2, s2);
  put<f64>(sums, 3, s3);
  put<f64>(sums, 4, s4);
  put<f64>(sums, 5, s5);
  put<f64>(sums, 6, s6);
  put<f64>(sums, 7, s7);
  put<f64>(sums, 8, s8);
  put<f64>(sums, 9, s9);
  put<f64>(sums, 10, s10);
  put<f64>(sums, 11, s11);
  put<f64>(sums, 12, s12);
  put<f64>(sums, 13, s13);
  put<f64>(sums, 14, s14);
  put<f64>(sums, 15, s15);
}

/** Make the sums of every task anew. */
export function sumUpAll(): void {
  for (let place: u32 = 0; place < count; place++) {
    const index = entryIndex(place);
    if (entryAt(index).past == 0) sumUp(index);
  }
}

/** Make the sums of the next task in turn anew, against what rounding leaves behind. */
export function renewNext(): void {
  if (count == 0) return;
  if (renewed >= count) renewed = 0;
  const index = entryIndex(renewed++);
  if (entryAt(index).past == 0) sumUp(index);
}

/** Requests that have ended do not count any more: other weights give them other keys. */
export function forgetPasts(): void {
  for (let i: u32 = 0; i < PASTS; i++) if (isKept(SCHED_TASKS + i)) unlist(SCHED_TASKS + i);
}
