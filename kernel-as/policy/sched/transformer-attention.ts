// Attention of each task on all rows as sums that are kept up to date: of e^score, and of e^score × value. A row that changes takes its old terms
// out of the others' sums and puts its new ones in; its own sums are made anew. Sums are f64 and scores lie within ±10, so a term taken out leaves
// less than 1e-7 of a sum behind; and row by row all are made anew. One loop passage for each pair, nothing called in it: a thousand tasks stay
// within the budget.
import { SCORE_LIMIT } from "../../ml/attention";
import { IS_SELF, SAME_IMAGE, SAME_PARENT, SAME_SIZE, TOGETHER, TOGETHER_NS } from "../../ml/sched-shape";
import { ENTRY_BYTES, Entry, entries, entryAt, entryIndex, KEYS_AT, LIST, OUTWARD_BYTES, QUERY_AT, SUMS_AT, VALUE_AT } from "./transformer-entry";
import { relationSums } from "./transformer-weights";

/** A row as it was before it changed. */
const BEFORE: usize = memory.data(512, 16);
if (ENTRY_BYTES != 512) ERROR("BEFORE is stale");

let renewed: u32 = 0;

/** Written once, compiled into each loop. */
@unmanaged
class Pair {
  /** e^score of a task for a row. e^x as exp32 of ml/exponential.ts has it, in place. */
  @inline
  static weight(task: Entry, row: Entry, self: bool): f64 {
    const q = changetype<usize>(task);
    const k = changetype<usize>(row);
    const bits: u32 = self
      ? IS_SELF
      : (task.image == row.image ? SAME_IMAGE : 0) |
        (task.parent == row.parent ? SAME_PARENT : 0) |
        (task.sinceNs - row.sinceNs + TOGETHER_NS <= 2 * TOGETHER_NS ? TOGETHER : 0) |
        (4 * <u64>row.pages <= 5 * <u64>task.pages && 4 * <u64>task.pages <= 5 * <u64>row.pages ? SAME_SIZE : 0) |
        row.past;
    const dot =
      load<f32>(q, QUERY_AT) * load<f32>(k, KEYS_AT) +
      load<f32>(q, QUERY_AT + 4) * load<f32>(k, KEYS_AT + 4) +
      (load<f32>(q, QUERY_AT + 8) * load<f32>(k, KEYS_AT + 8) + load<f32>(q, QUERY_AT + 12) * load<f32>(k, KEYS_AT + 12)) +
      (load<f32>(q, QUERY_AT + 16) * load<f32>(k, KEYS_AT + 16) +
        load<f32>(q, QUERY_AT + 20) * load<f32>(k, KEYS_AT + 20) +
        (load<f32>(q, QUERY_AT + 24) * load<f32>(k, KEYS_AT + 24) + load<f32>(q, QUERY_AT + 28) * load<f32>(k, KEYS_AT + 28)));
    const score = min<f32>(max<f32>(dot + load<f32>(relationSums() + ((<usize>bits) << 2)), -SCORE_LIMIT), SCORE_LIMIT);
    const n = nearest<f32>(score * <f32>Math.LOG2E);
    const r = score - n * <f32>0.693359375 - n * <f32>-2.1219444005469058e-4;
    const z = r * r;
    const even = <f32>1.0 + z * (<f32>0.5 + z * (<f32>(1.0 / 24.0) + z * <f32>(1.0 / 720.0)));
    const odd = r * (<f32>1.0 + z * (<f32>(1.0 / 6.0) + z * (<f32>(1.0 / 120.0) + z * <f32>(1.0 / 5040.0))));
    return <f64>((even + odd) * reinterpret<f32>((<i32>n + 127) << 23));
  }
}

/** Add the terms of row j, times `sign`, to the sums of every other task. */
export function addTerm(j: u32, sign: f64): void {
  const row = entryAt(j);
  const at = changetype<usize>(row);
  const end = LIST + ((<usize>entries()) << 1);
  for (let cursor = LIST; cursor < end; cursor += 2) {
    const i = <u32>load<u16>(cursor);
    const other = entryAt(i);
    if (i == j || other.past) continue;
    const to = changetype<usize>(other);
    const term = Pair.weight(other, row, false) * sign;
    other.sum += term;
    store<f64>(to, load<f64>(to, SUMS_AT + 0) + term * load<f64>(at, VALUE_AT + 0), SUMS_AT + 0);
    store<f64>(to, load<f64>(to, SUMS_AT + 8) + term * load<f64>(at, VALUE_AT + 8), SUMS_AT + 8);
    store<f64>(to, load<f64>(to, SUMS_AT + 16) + term * load<f64>(at, VALUE_AT + 16), SUMS_AT + 16);
    store<f64>(to, load<f64>(to, SUMS_AT + 24) + term * load<f64>(at, VALUE_AT + 24), SUMS_AT + 24);
    store<f64>(to, load<f64>(to, SUMS_AT + 32) + term * load<f64>(at, VALUE_AT + 32), SUMS_AT + 32);
    store<f64>(to, load<f64>(to, SUMS_AT + 40) + term * load<f64>(at, VALUE_AT + 40), SUMS_AT + 40);
    store<f64>(to, load<f64>(to, SUMS_AT + 48) + term * load<f64>(at, VALUE_AT + 48), SUMS_AT + 48);
    store<f64>(to, load<f64>(to, SUMS_AT + 56) + term * load<f64>(at, VALUE_AT + 56), SUMS_AT + 56);
  }
}

/** Remember how row j is, for moveTerm. */
export function rememberTerm(j: u32): void {
  memory.copy(BEFORE, changetype<usize>(entryAt(j)), OUTWARD_BYTES);
}

/** Row j has changed since rememberTerm: in the sums of every other task its terms of then become those of now. */
export function moveTerm(j: u32): void {
  const row = entryAt(j);
  const old = changetype<Entry>(BEFORE);
  const at = changetype<usize>(row);
  const before = BEFORE;
  const end = LIST + ((<usize>entries()) << 1);
  for (let cursor = LIST; cursor < end; cursor += 2) {
    const i = <u32>load<u16>(cursor);
    const other = entryAt(i);
    if (i == j || other.past) continue;
    const to = changetype<usize>(other);
    const now = Pair.weight(other, row, false);
    const then = Pair.weight(other, old, false);
    other.sum += now - then;
    store<f64>(to, load<f64>(to, SUMS_AT + 0) + (now * load<f64>(at, VALUE_AT + 0) - then * load<f64>(before, VALUE_AT + 0)), SUMS_AT + 0);
    store<f64>(to, load<f64>(to, SUMS_AT + 8) + (now * load<f64>(at, VALUE_AT + 8) - then * load<f64>(before, VALUE_AT + 8)), SUMS_AT + 8);
    store<f64>(to, load<f64>(to, SUMS_AT + 16) + (now * load<f64>(at, VALUE_AT + 16) - then * load<f64>(before, VALUE_AT + 16)), SUMS_AT + 16);
    store<f64>(to, load<f64>(to, SUMS_AT + 24) + (now * load<f64>(at, VALUE_AT + 24) - then * load<f64>(before, VALUE_AT + 24)), SUMS_AT + 24);
    store<f64>(to, load<f64>(to, SUMS_AT + 32) + (now * load<f64>(at, VALUE_AT + 32) - then * load<f64>(before, VALUE_AT + 32)), SUMS_AT + 32);
    store<f64>(to, load<f64>(to, SUMS_AT + 40) + (now * load<f64>(at, VALUE_AT + 40) - then * load<f64>(before, VALUE_AT + 40)), SUMS_AT + 40);
    store<f64>(to, load<f64>(to, SUMS_AT + 48) + (now * load<f64>(at, VALUE_AT + 48) - then * load<f64>(before, VALUE_AT + 48)), SUMS_AT + 48);
    store<f64>(to, load<f64>(to, SUMS_AT + 56) + (now * load<f64>(at, VALUE_AT + 56) - then * load<f64>(before, VALUE_AT + 56)), SUMS_AT + 56);
  }
}

/** Weight of task i's attention on row j, 0…1. */
export function attentionOn(i: u32, j: u32): f64 {
  return Pair.weight(entryAt(i), entryAt(j), i == j) / entryAt(i).sum;
}

/** Make the sums of a task anew. */
export function sumUp(i: u32): void {
  const task = entryAt(i);
  let sum: f64 = 0.0;
  let s0: f64 = 0.0;
  let s1: f64 = 0.0;
  let s2: f64 = 0.0;
  let s3: f64 = 0.0;
  let s4: f64 = 0.0;
  let s5: f64 = 0.0;
  let s6: f64 = 0.0;
  let s7: f64 = 0.0;
  const end = LIST + ((<usize>entries()) << 1);
  for (let cursor = LIST; cursor < end; cursor += 2) {
    const j = <u32>load<u16>(cursor);
    const row = entryAt(j);
    const at = changetype<usize>(row);
    const term = Pair.weight(task, row, i == j);
    sum += term;
    s0 += term * load<f64>(at, VALUE_AT + 0);
    s1 += term * load<f64>(at, VALUE_AT + 8);
    s2 += term * load<f64>(at, VALUE_AT + 16);
    s3 += term * load<f64>(at, VALUE_AT + 24);
    s4 += term * load<f64>(at, VALUE_AT + 32);
    s5 += term * load<f64>(at, VALUE_AT + 40);
    s6 += term * load<f64>(at, VALUE_AT + 48);
    s7 += term * load<f64>(at, VALUE_AT + 56);
  }
  task.sum = sum;
  const to = changetype<usize>(task);
  store<f64>(to, s0, SUMS_AT + 0);
  store<f64>(to, s1, SUMS_AT + 8);
  store<f64>(to, s2, SUMS_AT + 16);
  store<f64>(to, s3, SUMS_AT + 24);
  store<f64>(to, s4, SUMS_AT + 32);
  store<f64>(to, s5, SUMS_AT + 40);
  store<f64>(to, s6, SUMS_AT + 48);
  store<f64>(to, s7, SUMS_AT + 56);
}

/** Make the sums of every task anew. */
export function sumUpAll(): void {
  for (let place: u32 = 0; place < entries(); place++) {
    const index = entryIndex(place);
    if (entryAt(index).past == 0) sumUp(index);
  }
}

/** Make the sums of the next task in turn anew, against what rounding leaves behind. */
export function renewNext(): void {
  if (entries() == 0) return;
  if (renewed >= entries()) renewed = 0;
  const index = entryIndex(renewed++);
  if (entryAt(index).past == 0) sumUp(index);
}

/** Begin again with the first. */
export function forgetRenewed(): void {
  renewed = 0;
}
