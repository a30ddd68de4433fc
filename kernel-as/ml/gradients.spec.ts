// The gradients of every operator and of the whole scheduler model against central differences, in f64; and the f32 gradients, which are what
// is trained with, against the f64 ones. Bound: 1e-3 relative; what is reached is nearer to 1e-6.
import { Rng } from "../lib/rng";
import { room, spec } from "../spec/harness";
import { adam } from "./adam";
import { attention, attentionBackward, RELATIONS } from "./attention";
import { get, linear, linearBackward, put, softsignBackward, softsignOf } from "./linear";
import { learnFrom, lossOf, ModelRow, predict, ROW_BYTES, ROW_FEATURES, ROW_FITS, ROW_OVERALL, ROW_OWN, scratchBytes } from "./sched-model";
import { BINS, CLASS, EMBED, HIDDEN, INPUTS, KEY, KEY_WIDTH, OUTPUT, PARAMETERS, QUERY, RELATION, VALUE, WIDTH } from "./sched-shape";
import { loss, lossBackward, softmax, softmaxBackward } from "./softmax";

const STEP: f64 = 1e-5;
const BOUND: f64 = 1e-3;
let rng: Rng = changetype<Rng>(0);

function start(seed: u64): void {
  rng = changetype<Rng>(room(32));
  rng.seed(seed);
}
function draw(): f64 {
  return <f64>(rng.next() >> 11) * (2.0 / 9007199254740992.0) - 1.0;
}
function drawn(count: i32, scale: f64 = 1.0): usize {
  const at = room((<usize>count) << 3);
  for (let i = 0; i < count; i++) put<f64>(at, i, draw() * scale);
  return at;
}
function dot(a: usize, b: usize, count: i32): f64 {
  let sum: f64 = 0.0;
  for (let i = 0; i < count; i++) sum += get<f64>(a, i) * get<f64>(b, i);
  return sum;
}
function near(found: f64, wanted: f64, name: string): void {
  assert(abs(found - wanted) <= BOUND * max(abs(wanted), abs(found)) + 1e-8, name);
}

// An operator is seen through one number: what it writes, times fixed weights. `run` computes that number anew.
let run: () => f64 = () => 0.0;
function check(values: usize, gradient: usize, count: i32, name: string): void {
  for (let i = 0; i < count; i++) {
    const kept = get<f64>(values, i);
    put<f64>(values, i, kept + STEP);
    const above = run();
    put<f64>(values, i, kept - STEP);
    const below = run();
    put<f64>(values, i, kept);
    near(get<f64>(gradient, i), (above - below) / (2.0 * STEP), name);
  }
}

// Operands of the operator under test; functions here close over nothing.
let a: usize = 0;
let b: usize = 0;
let c: usize = 0;
let d: usize = 0;
let out: usize = 0;
let out2: usize = 0;
let seen: usize = 0;
let relations: usize = 0;

const ROWS: i32 = 5;
const COLUMNS: i32 = 4;
const QUERIES: i32 = 3;
const KEYS: i32 = 3;

/** `count` rows with features, priors and observations; images and parents shared, the last one past. */
function modelRows(count: i32): usize {
  const rows = room(<usize>count * ROW_BYTES);
  for (let i = 0; i < count; i++) {
    const at = rows + <usize>i * ROW_BYTES;
    const row = changetype<ModelRow>(at);
    row.image = <u64>(i % 3);
    row.parent = <u32>(i & 1);
    row.sinceNs = <u64>(i % 4) * 600_000;
    row.pages = 60 + <u32>i * 5;
    row.past = i >= count - 2 ? 1 : 0;
    for (let f = 0; f < INPUTS; f++) put<f32>(at + ROW_FEATURES, f, <f32>draw());
    for (let j = 0; j < BINS; j++) put<f32>(at + ROW_OWN, j, <f32>(draw() * 2.0 - 3.0));
    for (let j = 0; j < BINS; j++) put<f32>(at + ROW_OVERALL, j, <f32>(draw() * 2.0 - 3.0));
    if (row.past) continue;
    // One class, or "at least so much".
    if (i & 1) put<f32>(at + ROW_FITS, (i * 5) % BINS, 1.0);
    else for (let j = 7; j < BINS; j++) put<f32>(at + ROW_FITS, j, j == 7 ? 0.25 : 1.0);
  }
  return rows;
}

export function gradientSpecs(): void {
  spec("ml/gradients/linear", () => {
    start(1);
    a = drawn(COLUMNS);
    b = drawn(ROWS * COLUMNS);
    c = drawn(ROWS);
    seen = drawn(ROWS);
    out = room(ROWS * 8);
    run = () => {
      linear<f64>(a, COLUMNS, b, c, ROWS, out);
      return dot(out, seen, ROWS);
    };
    const da = room(COLUMNS * 8);
    const db = room(ROWS * COLUMNS * 8);
    const dc = room(ROWS * 8);
    linearBackward<f64>(a, COLUMNS, b, ROWS, seen, da, db, dc);
    check(a, da, COLUMNS, "by the input");
    check(b, db, ROWS * COLUMNS, "by the weights");
    check(c, dc, ROWS, "by the bias");
  });

  spec("ml/gradients/softsign", () => {
    start(2);
    a = drawn(8, 3.0);
    seen = drawn(8);
    out = room(64);
    run = () => {
      softsignOf<f64>(a, 8, out);
      return dot(out, seen, 8);
    };
    run();
    const da = room(64);
    softsignBackward<f64>(out, 8, seen, da);
    check(a, da, 8, "by the input");
  });

  spec("ml/gradients/softmax", () => {
    start(3);
    a = drawn(8, 3.0);
    seen = drawn(8);
    out = room(64);
    run = () => {
      softmax<f64>(a, 8, out);
      return dot(out, seen, 8);
    };
    run();
    const da = room(64);
    softmaxBackward<f64>(out, 8, seen, da);
    check(a, da, 8, "by the input");
    let sum: f64 = 0.0;
    for (let i = 0; i < 8; i++) sum += get<f64>(out, i);
    assert(abs(sum - 1.0) < 1e-12, "shares of one");
  });

  spec("ml/gradients/loss-of-a-class-and-of-at-least", () => {
    start(4);
    a = drawn(8, 2.0);
    out = room(64);
    b = room(32);
    const da = room(64);
    for (let kind = 0; kind < 2; kind++) {
      for (let i = 0; i < 8; i++) put<f32>(b, i, kind == 0 ? (i == 3 ? 1.0 : 0.0) : i > 3 ? 1.0 : i == 3 ? 0.5 : 0.0);
      run = () => {
        softmax<f64>(a, 8, out);
        return loss<f64>(out, b, 8);
      };
      run();
      lossBackward<f64>(out, b, 8, 1.0, da);
      check(a, da, 8, "by the logits");
    }
  });

  spec("ml/gradients/attention", () => {
    start(5);
    a = drawn(QUERIES * KEYS, 1.5);
    b = drawn(ROWS * KEYS, 1.5);
    c = drawn(ROWS * COLUMNS);
    d = drawn(RELATIONS);
    seen = drawn(QUERIES * COLUMNS);
    out = room(QUERIES * ROWS * 8);
    out2 = room(QUERIES * COLUMNS * 8);
    relations = room(QUERIES * ROWS);
    for (let i = 0; i < QUERIES * ROWS; i++) store<u8>(relations + i, <u8>(rng.next() & 63));
    run = () => {
      attention<f64>(a, b, c, QUERIES, ROWS, KEYS, COLUMNS, relations, d, out, out2);
      return dot(out2, seen, QUERIES * COLUMNS);
    };
    run();
    const da = room(QUERIES * KEYS * 8);
    const db = room(ROWS * KEYS * 8);
    const dc = room(ROWS * COLUMNS * 8);
    const dd = room(RELATIONS * 8);
    attentionBackward<f64>(a, b, c, QUERIES, ROWS, KEYS, COLUMNS, relations, d, out, seen, da, db, dc, dd, room(ROWS * 8));
    check(a, da, QUERIES * KEYS, "by the queries");
    check(b, db, ROWS * KEYS, "by the keys");
    check(c, dc, ROWS * COLUMNS, "by the values");
    check(d, dd, RELATIONS, "by the relations' weights");
  });

  spec("ml/gradients/attention-at-its-limit-passes-none", () => {
    start(6);
    a = drawn(ROWS * KEYS, 400.0);
    b = drawn(ROWS * KEYS, 400.0);
    c = drawn(ROWS * COLUMNS);
    d = drawn(RELATIONS);
    out = room(ROWS * ROWS * 8);
    out2 = room(ROWS * COLUMNS * 8);
    relations = room(ROWS * ROWS);
    attention<f64>(a, b, c, ROWS, ROWS, KEYS, COLUMNS, relations, d, out, out2);
    const da = room(ROWS * KEYS * 8);
    attentionBackward<f64>(a, b, c, ROWS, ROWS, KEYS, COLUMNS, relations, d, out, c, da, room(ROWS * KEYS * 8), room(ROWS * COLUMNS * 8), room(RELATIONS * 8), room(ROWS * 8));
    for (let i = 0; i < ROWS * KEYS; i++) assert(abs(get<f64>(da, i)) < 1e6, "finite");
    for (let i = 0; i < ROWS * ROWS; i++) assert(get<f64>(out, i) > 0.0, "every row is seen a little");
  });

  spec("ml/gradients/scheduler-model", () => {
    start(7);
    const count = 7;
    a = drawn(PARAMETERS, 0.5);
    b = modelRows(count);
    c = room(scratchBytes<f64>());
    run = () => {
      predict<f64>(a, b, 7, c);
      return lossOf<f64>(b, 7, c);
    };
    run();
    const gradient = room(<usize>PARAMETERS * 8);
    learnFrom<f64>(a, b, count, c, 1.0, gradient);
    check(a, gradient, PARAMETERS, "by every parameter");
    // Every part of the attention has a share in the answer.
    for (let part = 0; part < 6; part++) {
      const from = part == 0 ? EMBED : part == 1 ? QUERY : part == 2 ? KEY : part == 3 ? VALUE : part == 4 ? OUTPUT : CLASS;
      let size: f64 = 0.0;
      for (let i = 0; i < KEY_WIDTH * WIDTH; i++) size += abs(get<f64>(gradient, from + i));
      assert(size > 1e-4, "a part of the model takes no part");
    }
    for (let r = 0; r < RELATIONS; r++) assert(get<f64>(gradient, RELATION + r) != 0.0, "a relation takes no part");
  });

  spec("ml/gradients/f32-as-f64", () => {
    start(8);
    const count = 6;
    const wide = drawn(PARAMETERS, 0.5);
    const narrow = room(<usize>PARAMETERS * 4);
    for (let i = 0; i < PARAMETERS; i++) {
      put<f32>(narrow, i, <f32>get<f64>(wide, i));
      put<f64>(wide, i, <f64>get<f32>(narrow, i));
    }
    const rows = modelRows(count);
    const scratch = room(scratchBytes<f64>());
    const wideGradient = room(<usize>PARAMETERS * 8);
    const narrowGradient = room(<usize>PARAMETERS * 4);
    predict<f64>(wide, rows, count, scratch);
    const wideLoss = lossOf<f64>(rows, count, scratch);
    learnFrom<f64>(wide, rows, count, scratch, 1.0, wideGradient);
    predict<f32>(narrow, rows, count, scratch);
    assert(abs(lossOf<f32>(rows, count, scratch) - wideLoss) < 1e-5, "loss");
    learnFrom<f32>(narrow, rows, count, scratch, 1.0, narrowGradient);
    let norm: f64 = 0.0;
    let apart: f64 = 0.0;
    for (let i = 0; i < PARAMETERS; i++) {
      const difference = <f64>get<f32>(narrowGradient, i) - get<f64>(wideGradient, i);
      apart += difference * difference;
      norm += get<f64>(wideGradient, i) * get<f64>(wideGradient, i);
    }
    assert(sqrt(apart / norm) < 1e-5, "gradient");
  });

  spec("ml/gradients/adam-goes-down-hill-and-takes-no-nan", () => {
    // (x − 3)² + (y + 1)² from 0, 0.
    const at = room(8);
    const slope = room(8);
    const first = room(8);
    const second = room(8);
    for (let step: u32 = 1; step <= 600; step++) {
      put<f32>(slope, 0, 2.0 * (get<f32>(at, 0) - 3.0));
      put<f32>(slope, 1, 2.0 * (get<f32>(at, 1) + 1.0));
      adam(at, slope, first, second, 2, step, 0.02, 1.0, 0.0);
    }
    assert(abs<f32>(get<f32>(at, 0) - 3.0) < 0.01 && abs<f32>(get<f32>(at, 1) + 1.0) < 0.01, "the least point");
    const before = get<f32>(at, 0);
    put<f32>(slope, 0, <f32>NaN);
    assert(adam(at, slope, first, second, 2, 601, 0.02, 1.0, 0.0) < 0.0 && get<f32>(at, 0) == before, "no number: no step");
  });
  if (HIDDEN != WIDTH || BINS != 16) ERROR("the specs are written for this shape");
}
