// What a packed batch must be, and that a question beside a shared state is what it is alone.
import { Rng } from "../../lib/rng";
import { room, spec } from "../../spec/harness";
import { get, put } from "../linear";
import { rateAt } from "./adamw";
import { BATCH_HEAD, Batch } from "./batch";
import { forward, plan, prepare, refresh, Workspace } from "./model";
import { SEGMENT_BYTES, Shape } from "./shape";

function shapeOf(): Shape {
  const shape = changetype<Shape>(room(64));
  shape.vocabulary = 11;
  shape.width = 8;
  shape.layers = 2;
  shape.heads = 2;
  shape.kvHeads = 1;
  shape.hidden = 8;
  shape.context = 8;
  shape.ropeBase = 100.0;
  shape.epsilon = 1e-5;
  return shape;
}

/** Segments as (count, has a prefix) pairs; tokens 1, 2, 3 … */
function batchOf(counts: StaticArray<i32>, prefixed: StaticArray<i32>): usize {
  let rows = 0;
  for (let i = 0; i < counts.length; i++) rows += counts[i];
  const at = room(4096);
  store<i32>(at, rows);
  store<i32>(at, counts.length, 4);
  let first = 0;
  let prefix = 0;
  for (let i = 0; i < counts.length; i++) {
    const segment = at + BATCH_HEAD + <usize>i * SEGMENT_BYTES;
    if (!prefixed[i]) prefix = i;
    store<i32>(segment, first);
    store<i32>(segment, counts[i], 4);
    if (prefixed[i]) {
      store<i32>(segment, load<i32>(at + BATCH_HEAD + <usize>prefix * SEGMENT_BYTES), 8);
      store<i32>(segment, counts[prefix], 12);
    }
    first += counts[i];
  }
  const tokens = at + BATCH_HEAD + <usize>counts.length * SEGMENT_BYTES;
  for (let i = 0; i < rows; i++) store<i32>(tokens + ((<usize>i) << 2), (i + 1) % 11);
  return at;
}
function opened(at: usize, shape: Shape): bool {
  const batch = changetype<Batch>(room(64));
  return batch.open(at, 4096, shape, 32, 200) > 0;
}
function streamOf(shape: Shape, parameters: usize, at: usize): usize {
  const batch = changetype<Batch>(room(64));
  assert(batch.open(at, 4096, shape, 32, 200) > 0, "batch");
  const work = changetype<Workspace>(room(256));
  const bytes = plan<f64>(shape, 32, 200, 32, 0, work);
  plan<f64>(shape, 32, 200, 32, (room(bytes + 64) + 63) & ~63, work);
  prepare<f64>(shape, work);
  refresh<f64>(shape, parameters, work);
  forward<f64>(shape, parameters, batch, work);
  return work.streams + <usize>(shape.layers * 32 * shape.width) * 8;
}

export function lmBatchSpecs(): void {
  spec("ml/lm/batch/what-it-takes", () => {
    const shape = shapeOf();
    assert(shape.valid(), "shape");
    assert(opened(batchOf([4, 3, 2], [0, 1, 0]), shape), "a good one");
    assert(!opened(batchOf([9], [0]), shape), "longer than the context");
    assert(!opened(batchOf([5, 4], [0, 1]), shape), "longer than the context with its prefix");
    let at = batchOf([4, 3], [0, 1]);
    store<i32>(at + BATCH_HEAD + SEGMENT_BYTES, 5);
    assert(!opened(at, shape), "a hole");
    at = batchOf([4, 3], [0, 1]);
    store<i32>(at + BATCH_HEAD + SEGMENT_BYTES, 3, 12);
    assert(!opened(at, shape), "a part of a prefix");
    at = batchOf([4, 3], [0, 1]);
    store<i32>(at + BATCH_HEAD + 2 * SEGMENT_BYTES, 11);
    assert(!opened(at, shape), "a token past the vocabulary");
    at = batchOf([4, 3], [0, 1]);
    store<i32>(at, 1 << 30);
    assert(!opened(at, shape), "absurd rows");
    at = batchOf([4, 3], [0, 1]);
    store<f32>(at + BATCH_HEAD + 2 * SEGMENT_BYTES + 2 * 7 * 4, NaN);
    assert(!opened(at, shape), "a weight that is no number");
    at = batchOf([4, 3], [0, 1]);
    store<i32>(at, 1, 8);
    assert(!opened(at, shape), "a wrong count of rows with a loss");
  });

  spec("ml/lm/batch/shared-state-as-alone", () => {
    const shape = shapeOf();
    const rng = changetype<Rng>(room(32));
    rng.seed(9);
    const parameters = room((<usize>shape.parameters) << 3);
    for (let i = 0; i < shape.parameters; i++) put<f64>(parameters, i, <f64>(rng.next() >> 11) * (1.0 / 9007199254740992.0) - 0.5);
    // State 1 2 3, questions 4 5 and 6 7 8 about it, against 1 2 3 6 7 8 in one.
    const shared = streamOf(shape, parameters, batchOf([3, 2, 3], [0, 1, 1]));
    const alone = batchOf([6], [0]);
    for (let i = 3; i < 6; i++) store<i32>(alone + BATCH_HEAD + SEGMENT_BYTES + ((<usize>i) << 2), i + 3);
    const whole = streamOf(shape, parameters, alone);
    for (let i = 0; i < 3 * shape.width; i++) assert(abs(get<f64>(shared, i) - get<f64>(whole, i)) < 1e-12, "the state");
    for (let i = 0; i < 3 * shape.width; i++) assert(abs(get<f64>(shared, 5 * shape.width + i) - get<f64>(whole, 3 * shape.width + i)) < 1e-12, "the question");
  });

  spec("ml/lm/adamw/rate", () => {
    assert(rateAt(1, 100, 10, 1.0, 0.1) === 0.1, "warm-up");
    assert(rateAt(10, 100, 10, 1.0, 0.1) === 1.0 && rateAt(60, 100, 10, 1.0, 0.1) === 1.0, "peak");
    assert(abs(rateAt(80, 100, 10, 1.0, 0.1) - 0.55) < 1e-12, "half way down");
    assert(abs(rateAt(100, 100, 10, 1.0, 0.1) - 0.1) < 1e-12 && abs(rateAt(500, 100, 10, 1.0, 0.1) - 0.1) < 1e-12, "the end");
    for (let step = 1; step <= 60; step++) assert(rateAt(step, 100, 10, 1.0, 0.1) === rateAt(step, 1000, 10, 1.0, 0.1), "a longer training begins alike");
  });
}
