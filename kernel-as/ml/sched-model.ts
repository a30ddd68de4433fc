// The scheduler's transformer as a whole, forward and backward, over one set of rows: what the learner learns with, and the reference for the
// policy, which keeps the same sums up to date step by step. For f32 and f64 (checks of the gradients). Pure; all memory is the caller's.
//
//   x = softsign(Embed f + b)          q, k, v = Query x, Key x, Value x
//   h = x + Output attention(q, k, v)   s = softsign(Dense h + b)
//   z = Class s + b                     logits = z[bin] + z[own] × ln(the image's history) + z[overall] × ln(that of all images)
//   p = softmax(logits): the bin of the processor time that the request will still take. How far a history is trusted is learnt, too.
import { attention, attentionBackward } from "./attention";
import { add, get, linear, linearBackward, put, softsignBackward, softsignOf } from "./linear";
import {
  BINS,
  CLASS,
  CLASS_BIAS,
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
  OUTPUT,
  OUTPUTS,
  QUERY,
  RELATION,
  SAME_IMAGE,
  SAME_PARENT,
  SAME_SIZE,
  TOGETHER,
  TOGETHER_NS,
  TRUST_OVERALL,
  TRUST_OWN,
  VALUE,
  VALUE_WIDTH,
  WIDTH,
} from "./sched-shape";
import { loss, lossBackward, softmax } from "./softmax";

/** Most rows of one set: candidates, which are predicted, then requests that have ended, which are only looked at. */
export const MOST_ROWS: i32 = 48;

/** One row of a set, as features.ts fills it. */
@unmanaged
export class ModelRow {
  image: u64;
  /** When its request began. */
  sinceNs: u64;
  parent: u32;
  /** Frames that it holds. */
  pages: u32;
  /** 1: a request that has ended; it is looked at, not predicted. */
  past: u32;
  /** For who keeps it. */
  tag: u32;
}
export const ROW_FEATURES: usize = 32;
/** ln of what the history of its image says, BINS f32. */
export const ROW_OWN: usize = 224; // ROW_FEATURES + INPUTS × 4
/** ln of what the history of all images says, BINS f32. */
export const ROW_OVERALL: usize = 288;
/** Which bins fit what was observed, BINS f32 0…1; all 0: not known, not learnt from. */
export const ROW_FITS: usize = 352;
export const ROW_BYTES: usize = 416;
if (ROW_OWN != ROW_FEATURES + <usize>(INPUTS * 4) || ROW_OVERALL != ROW_OWN + <usize>(BINS * 4) || ROW_FITS != ROW_OVERALL + <usize>(BINS * 4)) ERROR("the row's places are stale");

// Scratch, in elements: one area a quantity, and its slope.
const MATRIX: i32 = MOST_ROWS * WIDTH;
const AT_X: i32 = 0;
const AT_Q: i32 = AT_X + MATRIX; // (rows, KEY_WIDTH), as AT_K
const AT_K: i32 = AT_Q + MATRIX;
const AT_V: i32 = AT_K + MATRIX; // (rows, VALUE_WIDTH), as AT_CONTEXT
const AT_CONTEXT: i32 = AT_V + MATRIX;
const AT_H: i32 = AT_CONTEXT + MATRIX;
const AT_S: i32 = AT_H + MATRIX;
const AT_ATTENTION: i32 = AT_S + MOST_ROWS * HIDDEN;
const AT_P: i32 = AT_ATTENTION + MOST_ROWS * MOST_ROWS;
const AT_SLOPES: i32 = AT_P + MOST_ROWS * BINS;
const SLOPE_X: i32 = AT_SLOPES;
const SLOPE_Q: i32 = SLOPE_X + MATRIX;
const SLOPE_K: i32 = SLOPE_Q + MATRIX;
const SLOPE_V: i32 = SLOPE_K + MATRIX;
const SLOPE_CONTEXT: i32 = SLOPE_V + MATRIX;
const SLOPES: i32 = 5 * MATRIX;
const AT_ROW: i32 = SLOPE_X + SLOPES;
const ROW_ROOM: i32 = 64; // INPUTS, WIDTH, HIDDEN, BINS, MOST_ROWS: none is longer
const AT_ROW_2: i32 = AT_ROW + ROW_ROOM;
const AT_ROW_3: i32 = AT_ROW_2 + ROW_ROOM;
const AT_RELATIONS: i32 = AT_ROW_3 + ROW_ROOM; // (rows, rows) u8, in room for as many elements
const ELEMENTS: i32 = AT_RELATIONS + MOST_ROWS * MOST_ROWS;
/** Bytes of scratch for one set of rows in T. */
export function scratchBytes<T>(): usize {
  return <usize>ELEMENTS * sizeof<T>();
}

function at<T>(base: usize, element: i32): usize {
  return base + <usize>element * sizeof<T>();
}

/** How row j is related to row i. */
export function relationOf(i: ModelRow, j: ModelRow): u32 {
  if (changetype<usize>(i) == changetype<usize>(j)) return IS_SELF;
  const apart = i.sinceNs - j.sinceNs + TOGETHER_NS;
  const together: u32 = apart <= 2 * TOGETHER_NS ? TOGETHER : 0;
  const a = <u64>i.pages;
  const b = <u64>j.pages;
  const sized: u32 = 4 * a <= 5 * b && 4 * b <= 5 * a ? SAME_SIZE : 0;
  return (i.image == j.image ? SAME_IMAGE : 0) | (i.parent == j.parent ? SAME_PARENT : 0) | together | sized | (j.past ? IS_PAST : 0);
}

/** How many of the rows are predicted: those before the first that is past. */
export function candidatesOf(rows: usize, count: i32): i32 {
  let candidates = 0;
  while (candidates < count && changetype<ModelRow>(rows + <usize>candidates * ROW_BYTES).past == 0) candidates++;
  return candidates;
}

/**
 * Predict.
 * @param parameters (PARAMETERS) T
 * @param rows ModelRow × count, ROW_BYTES each: candidates first, then past ones
 * @param count 1…MOST_ROWS
 * @param scratch scratchBytes
 * @returns where the predictions lie: (candidates, BINS) T
 */
export function predict<T>(parameters: usize, rows: usize, count: i32, scratch: usize): usize {
  const relations = at<T>(scratch, AT_RELATIONS);
  const candidates = candidatesOf(rows, count);
  const features = at<T>(scratch, AT_ROW);
  for (let i = 0; i < count; i++) {
    const row = rows + <usize>i * ROW_BYTES;
    const x = at<T>(scratch, AT_X + i * WIDTH);
    for (let f = 0; f < INPUTS; f++) put<T>(features, f, <T>get<f32>(row + ROW_FEATURES, f));
    linear<T>(features, INPUTS, at<T>(parameters, EMBED), at<T>(parameters, EMBED_BIAS), WIDTH, x);
    softsignOf<T>(x, WIDTH, x);
    linear<T>(x, WIDTH, at<T>(parameters, KEY), 0, KEY_WIDTH, at<T>(scratch, AT_K + i * KEY_WIDTH));
    linear<T>(x, WIDTH, at<T>(parameters, VALUE), 0, VALUE_WIDTH, at<T>(scratch, AT_V + i * VALUE_WIDTH));
    if (i >= candidates) continue;
    linear<T>(x, WIDTH, at<T>(parameters, QUERY), 0, KEY_WIDTH, at<T>(scratch, AT_Q + i * KEY_WIDTH));
    for (let j = 0; j < count; j++) {
      store<u8>(relations + <usize>(i * count + j), <u8>relationOf(changetype<ModelRow>(row), changetype<ModelRow>(rows + <usize>j * ROW_BYTES)));
    }
  }
  attention<T>(
    at<T>(scratch, AT_Q),
    at<T>(scratch, AT_K),
    at<T>(scratch, AT_V),
    candidates,
    count,
    KEY_WIDTH,
    VALUE_WIDTH,
    relations,
    at<T>(parameters, RELATION),
    at<T>(scratch, AT_ATTENTION),
    at<T>(scratch, AT_CONTEXT),
  );
  for (let i = 0; i < candidates; i++) {
    const h = at<T>(scratch, AT_H + i * WIDTH);
    const s = at<T>(scratch, AT_S + i * HIDDEN);
    const p = at<T>(scratch, AT_P + i * BINS);
    linear<T>(at<T>(scratch, AT_CONTEXT + i * VALUE_WIDTH), VALUE_WIDTH, at<T>(parameters, OUTPUT), 0, WIDTH, h);
    for (let c = 0; c < WIDTH; c++) add<T>(h, c, get<T>(scratch, AT_X + i * WIDTH + c));
    linear<T>(h, WIDTH, at<T>(parameters, DENSE), at<T>(parameters, DENSE_BIAS), HIDDEN, s);
    softsignOf<T>(s, HIDDEN, s);
    linear<T>(s, HIDDEN, at<T>(parameters, CLASS), at<T>(parameters, CLASS_BIAS), OUTPUTS, features);
    const own = get<T>(features, TRUST_OWN);
    const overall = get<T>(features, TRUST_OVERALL);
    const row = rows + <usize>i * ROW_BYTES;
    for (let b = 0; b < BINS; b++) {
      put<T>(p, b, <T>(get<T>(features, b) + own * <T>get<f32>(row + ROW_OWN, b) + overall * <T>get<f32>(row + ROW_OVERALL, b)));
    }
    softmax<T>(p, BINS, p);
  }
  return at<T>(scratch, AT_P);
}

/** Attention of row i on row j in the last prediction of `count` rows. */
export function attentionOf<T>(scratch: usize, count: i32, i: i32, j: i32): T {
  return get<T>(scratch, AT_ATTENTION + i * count + j);
}

/** Mean loss of the last prediction over the rows of which something was observed; 0 where there is none. */
export function lossOf<T>(rows: usize, count: i32, scratch: usize): f64 {
  let sum: f64 = 0.0;
  let observed = 0;
  const candidates = candidatesOf(rows, count);
  for (let i = 0; i < candidates; i++) {
    const fits = rows + <usize>i * ROW_BYTES + ROW_FITS;
    if (!isObserved(fits)) continue;
    sum += loss<T>(at<T>(scratch, AT_P + i * BINS), fits, BINS);
    observed++;
  }
  return observed > 0 ? sum / <f64>observed : 0.0;
}

export function isObserved(fits: usize): bool {
  for (let b = 0; b < BINS; b++) if (get<f32>(fits, b) > 0.0) return true;
  return false;
}

/**
 * Add `weight` × the gradient of lossOf, by every parameter. After predict with the same arguments, which leaves what is needed in scratch.
 * @param gradient (PARAMETERS) T, added to
 */
export function learnFrom<T>(parameters: usize, rows: usize, count: i32, scratch: usize, weight: T, gradient: usize): void {
  let observed = 0;
  const candidates = candidatesOf(rows, count);
  for (let i = 0; i < candidates; i++) if (isObserved(rows + <usize>i * ROW_BYTES + ROW_FITS)) observed++;
  if (observed == 0) return;
  const each = <T>(weight / <T>observed);
  memory.fill(at<T>(scratch, AT_SLOPES), 0, <usize>SLOPES * sizeof<T>());
  const dLogits = at<T>(scratch, AT_ROW);
  const dHidden = at<T>(scratch, AT_ROW_2);
  const dH = at<T>(scratch, AT_ROW_3);
  for (let i = 0; i < candidates; i++) {
    const row = rows + <usize>i * ROW_BYTES;
    if (!isObserved(row + ROW_FITS)) continue;
    const s = at<T>(scratch, AT_S + i * HIDDEN);
    lossBackward<T>(at<T>(scratch, AT_P + i * BINS), row + ROW_FITS, BINS, each, dLogits);
    let dOwn: T = <T>0.0;
    let dOverall: T = <T>0.0;
    for (let b = 0; b < BINS; b++) {
      dOwn = <T>(dOwn + get<T>(dLogits, b) * <T>get<f32>(row + ROW_OWN, b));
      dOverall = <T>(dOverall + get<T>(dLogits, b) * <T>get<f32>(row + ROW_OVERALL, b));
    }
    put<T>(dLogits, TRUST_OWN, dOwn);
    put<T>(dLogits, TRUST_OVERALL, dOverall);
    for (let o = BINS + 2; o < OUTPUTS; o++) put<T>(dLogits, o, <T>0.0);
    memory.fill(dHidden, 0, <usize>HIDDEN * sizeof<T>());
    linearBackward<T>(s, HIDDEN, at<T>(parameters, CLASS), OUTPUTS, dLogits, dHidden, at<T>(gradient, CLASS), at<T>(gradient, CLASS_BIAS));
    softsignBackward<T>(s, HIDDEN, dHidden, dHidden);
    memory.fill(dH, 0, <usize>WIDTH * sizeof<T>());
    linearBackward<T>(at<T>(scratch, AT_H + i * WIDTH), WIDTH, at<T>(parameters, DENSE), HIDDEN, dHidden, dH, at<T>(gradient, DENSE), at<T>(gradient, DENSE_BIAS));
    for (let c = 0; c < WIDTH; c++) add<T>(scratch, SLOPE_X + i * WIDTH + c, get<T>(dH, c));
    const slope = at<T>(scratch, SLOPE_CONTEXT + i * VALUE_WIDTH);
    linearBackward<T>(at<T>(scratch, AT_CONTEXT + i * VALUE_WIDTH), VALUE_WIDTH, at<T>(parameters, OUTPUT), WIDTH, dH, slope, at<T>(gradient, OUTPUT), 0);
  }
  attentionBackward<T>(
    at<T>(scratch, AT_Q),
    at<T>(scratch, AT_K),
    at<T>(scratch, AT_V),
    candidates,
    count,
    KEY_WIDTH,
    VALUE_WIDTH,
    at<T>(scratch, AT_RELATIONS),
    at<T>(parameters, RELATION),
    at<T>(scratch, AT_ATTENTION),
    at<T>(scratch, SLOPE_CONTEXT),
    at<T>(scratch, SLOPE_Q),
    at<T>(scratch, SLOPE_K),
    at<T>(scratch, SLOPE_V),
    at<T>(gradient, RELATION),
    dLogits,
  );
  const features = at<T>(scratch, AT_ROW);
  for (let i = 0; i < count; i++) {
    const x = at<T>(scratch, AT_X + i * WIDTH);
    const dx = at<T>(scratch, SLOPE_X + i * WIDTH);
    if (i < candidates) linearBackward<T>(x, WIDTH, at<T>(parameters, QUERY), KEY_WIDTH, at<T>(scratch, SLOPE_Q + i * KEY_WIDTH), dx, at<T>(gradient, QUERY), 0);
    linearBackward<T>(x, WIDTH, at<T>(parameters, KEY), KEY_WIDTH, at<T>(scratch, SLOPE_K + i * KEY_WIDTH), dx, at<T>(gradient, KEY), 0);
    linearBackward<T>(x, WIDTH, at<T>(parameters, VALUE), VALUE_WIDTH, at<T>(scratch, SLOPE_V + i * VALUE_WIDTH), dx, at<T>(gradient, VALUE), 0);
    softsignBackward<T>(x, WIDTH, dx, dx);
    for (let f = 0; f < INPUTS; f++) put<T>(features, f, <T>get<f32>(rows + <usize>i * ROW_BYTES + ROW_FEATURES, f));
    linearBackward<T>(features, INPUTS, at<T>(parameters, EMBED), WIDTH, dx, 0, at<T>(gradient, EMBED), at<T>(gradient, EMBED_BIAS));
  }
}
