// The gradients of every operator of the language model, and of the whole of it, against central differences in f64. Bound: 1e-3 relative; what is
// reached is nearer to 1e-7.
import { Rng } from "../../lib/rng";
import { room, spec } from "../../spec/harness";
import { get, put } from "../linear";
import { attention, attentionBackward, attentionScratch } from "./attention";
import { BATCH_HEAD, Batch } from "./batch";
import { crossEntropy, RowLoss } from "./cross-entropy";
import { embedding, embeddingBackward } from "./embedding";
import { linear, linearBackward, residual } from "./linear";
import { backward, forward, lossOf, plan, prepare, refresh, Workspace } from "./model";
import { transpose } from "./products";
import { rmsnorm, rmsnormBackward } from "./rmsnorm";
import { rope, ropeBackward, ropeTable } from "./rope";
import { SEGMENT_BYTES, Segment, Shape } from "./shape";
import { swiglu, swigluBackward } from "./swiglu";

const STEP: f64 = 1e-5;
const BOUND: f64 = 1e-3;
const TOKENS: i32 = 3;
const WIDTH: i32 = 8;
const OUTPUTS: i32 = 5;
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

// An operator is seen through one number: what it writes, times fixed weights. `run` computes that number anew.
let run: () => f64 = () => 0.0;
function check(values: usize, gradient: usize, count: i32, name: string): void {
  let size: f64 = 0.0;
  for (let i = 0; i < count; i++) {
    const kept = get<f64>(values, i);
    put<f64>(values, i, kept + STEP);
    const above = run();
    put<f64>(values, i, kept - STEP);
    const below = run();
    put<f64>(values, i, kept);
    const wanted = (above - below) / (2.0 * STEP);
    const found = get<f64>(gradient, i);
    size += abs(wanted);
    assert(abs(found - wanted) <= BOUND * max(abs(wanted), abs(found)) + 1e-8, name);
  }
  assert(size > 1e-4, "nothing depends on it");
}

// Operands of the operator under test; functions here close over nothing.
let a: usize = 0;
let b: usize = 0;
let c: usize = 0;
let seen: usize = 0;
let out: usize = 0;
let aside: usize = 0;
let scratch: usize = 0;
let shape: Shape = changetype<Shape>(0);
let segment: Segment = changetype<Segment>(0);
let batch: Batch = changetype<Batch>(0);
let work: Workspace = changetype<Workspace>(0);
let rowLoss: RowLoss = changetype<RowLoss>(0);

function smallShape(): Shape {
  const made = changetype<Shape>(room(64));
  made.vocabulary = 7;
  made.width = 16;
  made.layers = 2;
  made.heads = 4;
  made.kvHeads = 2;
  made.hidden = 12;
  made.context = 9;
  made.ropeBase = 100.0;
  made.epsilon = 1e-5;
  return made;
}
function putSegment(at: usize, first: i32, count: i32, prefixFirst: i32, prefixCount: i32): Segment {
  const made = changetype<Segment>(at);
  made.first = first;
  made.count = count;
  made.prefixFirst = prefixFirst;
  made.prefixCount = prefixCount;
  return made;
}

/** A state of 4 rows, two questions about it of 3 and 5, another state of 2 with an answer: 14 rows, some without a loss. */
function smallBatch(): usize {
  const rows = 14;
  const segments = 4;
  const at = room(BATCH_HEAD + segments * SEGMENT_BYTES + rows * 12);
  store<i32>(at, rows);
  store<i32>(at, segments, 4);
  const list = at + BATCH_HEAD;
  putSegment(list, 0, 4, 0, 0);
  putSegment(list + SEGMENT_BYTES, 4, 3, 0, 4);
  putSegment(list + 2 * SEGMENT_BYTES, 7, 5, 0, 4);
  putSegment(list + 3 * SEGMENT_BYTES, 12, 2, 0, 0);
  const tokens = list + segments * SEGMENT_BYTES;
  let answered = 0;
  for (let i = 0; i < rows; i++) {
    store<i32>(tokens + ((<usize>i) << 2), <i32>rng.below(7));
    store<i32>(tokens + ((<usize>(rows + i)) << 2), <i32>rng.below(7));
    const weight: f32 = i % 3 == 0 ? 0.0 : i % 3 == 1 ? 1.0 : 0.25;
    store<f32>(tokens + ((<usize>(2 * rows + i)) << 2), weight);
    if (weight > 0.0) answered++;
  }
  store<i32>(at, answered, 8);
  return at;
}

export function lmGradientSpecs(): void {
  spec("ml/lm/gradients/embedding", () => {
    start(1);
    a = drawn(OUTPUTS * WIDTH);
    b = room(TOKENS * 4);
    for (let i = 0; i < TOKENS; i++) store<i32>(b + i * 4, i == 2 ? 1 : i + 1); // one token twice
    seen = drawn(TOKENS * WIDTH);
    out = room(TOKENS * WIDTH * 8);
    run = () => {
      embedding<f64>(a, b, TOKENS, WIDTH, out);
      return dot(out, seen, TOKENS * WIDTH);
    };
    const da = room(OUTPUTS * WIDTH * 8);
    embeddingBackward<f64>(b, TOKENS, WIDTH, seen, da);
    check(a, da, OUTPUTS * WIDTH, "by the table");
  });

  spec("ml/lm/gradients/rmsnorm", () => {
    start(2);
    a = drawn(TOKENS * WIDTH);
    b = drawn(WIDTH);
    seen = drawn(TOKENS * WIDTH);
    out = room(TOKENS * WIDTH * 8);
    aside = room(TOKENS * 8);
    run = () => {
      rmsnorm<f64>(a, TOKENS, b, WIDTH, 1e-2, out, aside);
      return dot(out, seen, TOKENS * WIDTH);
    };
    run();
    const da = room(TOKENS * WIDTH * 8);
    const db = room(WIDTH * 8);
    rmsnormBackward<f64>(a, TOKENS, b, WIDTH, aside, seen, da, db);
    check(a, da, TOKENS * WIDTH, "by the input");
    check(b, db, WIDTH, "by the weights");
  });

  spec("ml/lm/gradients/linear-and-residual", () => {
    start(3);
    a = drawn(TOKENS * WIDTH);
    b = drawn(OUTPUTS * WIDTH);
    c = drawn(TOKENS * OUTPUTS);
    aside = room(OUTPUTS * WIDTH * 8);
    seen = drawn(TOKENS * OUTPUTS);
    out = room(TOKENS * OUTPUTS * 8);
    run = () => {
      transpose<f64>(b, OUTPUTS, WIDTH, aside);
      linear<f64>(a, TOKENS, aside, OUTPUTS, WIDTH, out);
      residual<f64>(out, c, TOKENS * OUTPUTS);
      return dot(out, seen, TOKENS * OUTPUTS);
    };
    const da = room(TOKENS * WIDTH * 8);
    const db = room(OUTPUTS * WIDTH * 8);
    linearBackward<f64>(a, TOKENS, b, OUTPUTS, WIDTH, seen, da, db);
    check(a, da, TOKENS * WIDTH, "by the input");
    check(b, db, OUTPUTS * WIDTH, "by the weights");
    check(c, seen, TOKENS * OUTPUTS, "by what is added");
  });

  spec("ml/lm/gradients/rope", () => {
    start(4);
    a = drawn(TOKENS * WIDTH);
    seen = drawn(TOKENS * WIDTH);
    out = room(TOKENS * WIDTH * 8);
    aside = room(16 * 4 * 8);
    ropeTable<f64>(aside, 16, 4, 10.0);
    run = () => {
      memory.copy(out, a, TOKENS * WIDTH * 8);
      for (let t = 0; t < TOKENS; t++) rope<f64>(out + t * WIDTH * 8, 2, 4, aside + (t * 5 + 2) * 4 * 8);
      return dot(out, seen, TOKENS * WIDTH);
    };
    const da = room(TOKENS * WIDTH * 8);
    memory.copy(da, seen, TOKENS * WIDTH * 8);
    for (let t = 0; t < TOKENS; t++) ropeBackward<f64>(da + t * WIDTH * 8, 2, 4, aside + (t * 5 + 2) * 4 * 8);
    check(a, da, TOKENS * WIDTH, "by the input");
  });

  spec("ml/lm/gradients/attention-with-and-without-a-prefix", () => {
    for (let prefix = 0; prefix <= 4; prefix += 4) {
      start(5);
      shape = smallShape();
      const rows = 9;
      a = drawn(rows * shape.qkv, 1.5);
      seen = drawn(rows * shape.width);
      segment = putSegment(room(16), 5, 4, 1, prefix);
      aside = room(<usize>(shape.heads * 4 * (4 + prefix)) * 8);
      out = room(<usize>(rows * shape.width) * 8);
      scratch = room(<usize>attentionScratch(shape) * 8);
      run = () => {
        attention<f64>(shape, segment, a, aside, out, scratch);
        return dot(out, seen, 9 * shape.width);
      };
      run();
      const da = room(<usize>(rows * shape.qkv) * 8);
      attentionBackward<f64>(shape, segment, a, aside, seen, da, scratch);
      check(a, da, rows * shape.qkv, "by queries, keys and values");
    }
  });

  spec("ml/lm/gradients/swiglu", () => {
    start(6);
    a = drawn(TOKENS * 2 * WIDTH, 3.0);
    aside = room(TOKENS * WIDTH * 8);
    seen = drawn(TOKENS * WIDTH);
    out = room(TOKENS * WIDTH * 8);
    run = () => {
      swiglu<f64>(a, TOKENS, WIDTH, aside, out);
      return dot(out, seen, TOKENS * WIDTH);
    };
    const da = room(TOKENS * 2 * WIDTH * 8);
    run();
    swigluBackward<f64>(a, TOKENS, WIDTH, aside, seen, da);
    check(a, da, TOKENS * 2 * WIDTH, "by gate and up");
  });

  spec("ml/lm/gradients/cross-entropy", () => {
    start(7);
    a = drawn(OUTPUTS, 3.0);
    out = room(OUTPUTS * 8);
    rowLoss = changetype<RowLoss>(room(16));
    run = () => {
      memory.copy(out, a, OUTPUTS * 8);
      crossEntropy<f64>(out, OUTPUTS, 3, 0.7, rowLoss);
      return 0.7 * rowLoss.nats;
    };
    run();
    const da = room(OUTPUTS * 8);
    memory.copy(da, out, OUTPUTS * 8);
    check(a, da, OUTPUTS, "by the logits");
    let best = 0;
    for (let i = 1; i < OUTPUTS; i++) if (get<f64>(a, i) > get<f64>(a, best)) best = i;
    assert(rowLoss.best == best, "the most likely one");
  });

  spec("ml/lm/gradients/whole-model", () => {
    start(8);
    shape = smallShape();
    assert(shape.valid(), "shape");
    const parameters = shape.parameters;
    a = drawn(parameters, 0.5);
    const packed = smallBatch();
    batch = changetype<Batch>(room(64));
    assert(batch.open(packed, 1024, shape, 14, 100) > 0, "batch");
    work = changetype<Workspace>(room(256));
    work.rowLoss = changetype<RowLoss>(0);
    const bytes = plan<f64>(shape, 14, 100, 10, 0, work);
    plan<f64>(shape, 14, 100, 10, (room(bytes + 64) + 63) & ~63, work);
    prepare<f64>(shape, work);
    run = () => {
      refresh<f64>(shape, a, work);
      forward<f64>(shape, a, batch, work);
      return lossOf<f64>(shape, a, batch, work, 0.2, 0, 0);
    };
    run();
    const gradient = room((<usize>parameters) << 3);
    backward<f64>(shape, a, batch, work, gradient);
    check(a, gradient, parameters, "by every parameter");
    // No part of the model stands aside.
    for (let l = 0; l < shape.layers; l++) {
      let at = shape.layer(l);
      for (let part = 0; part < 6; part++) {
        const count = part == 0 || part == 3 ? 16 : part == 1 ? shape.qkv * 16 : part == 2 ? 256 : part == 4 ? 2 * 12 * 16 : 12 * 16;
        let size: f64 = 0.0;
        for (let i = 0; i < count; i++) size += abs(get<f64>(gradient, at + i));
        assert(size > 1e-4, "a part of the model takes no part");
        at += count;
      }
      assert(at == shape.layer(l + 1), "the layout of a layer");
    }
  });
}
