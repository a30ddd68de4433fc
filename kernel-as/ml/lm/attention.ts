// Causal attention with grouped queries (Ainslie et al. 2023) over the segments of a batch, forward and backward. The products run per group of
// query heads that share keys and values, on copies that lie together. Pure but for the products; f32 and f64.
import { expBelow } from "./exponential";
import { addProduct, addProductT, product, transpose } from "./products";
import { Segment, Shape } from "./shape";

/** Values that a segment's work needs. */
export function attentionScratch(shape: Shape): i32 {
  const group = shape.heads / shape.kvHeads;
  return shape.context * (5 * shape.headSize + 3 * group * shape.headSize + group * shape.context);
}

// Copies one head of the rows of a segment, prefix first, to rows of headSize.
function gather(from: usize, rowBytes: usize, first: i32, count: i32, to: usize, headBytes: usize): void {
  for (let i = 0; i < count; i++) memory.copy(to + <usize>i * headBytes, from + <usize>(first + i) * rowBytes, headBytes);
}
function gatherScaled<T>(from: usize, rowBytes: usize, first: i32, count: i32, to: usize, headBytes: usize, scale: T): void {
  for (let i = 0; i < count; i++) {
    const source = from + <usize>(first + i) * rowBytes;
    const target = to + <usize>i * headBytes;
    for (let at: usize = 0; at < headBytes; at += sizeof<T>()) store<T>(target + at, <T>(load<T>(source + at) * scale));
  }
}
function addScaledRows<T>(from: usize, headBytes: usize, count: i32, to: usize, rowBytes: usize, first: i32, scale: T): void {
  for (let i = 0; i < count; i++) {
    const source = from + <usize>i * headBytes;
    const target = to + <usize>(first + i) * rowBytes;
    for (let at: usize = 0; at < headBytes; at += sizeof<T>()) store<T>(target + at, <T>(load<T>(target + at) + load<T>(source + at) * scale));
  }
}

/**
 * y[t][h] = Σ p v, p = softmax of q·k ÷ √headSize over what row t sees.
 * @param qkv (rows of the batch, shape.qkv): queries, keys, values, turned
 * @param p out: per group (group heads, count, prefixCount + count), kept for the way back
 * @param y (rows of the batch, width) out
 * @param scratch attentionScratch values
 * @returns values of p written
 */
export function attention<T>(shape: Shape, segment: Segment, qkv: usize, p: usize, y: usize, scratch: usize): i32 {
  const size = shape.headSize;
  const group = shape.heads / shape.kvHeads;
  const headBytes = <usize>size * sizeof<T>();
  const rowBytes = <usize>shape.qkv * sizeof<T>();
  const yBytes = <usize>shape.width * sizeof<T>();
  const count = segment.count;
  const seen = segment.prefixCount + count;
  const scale = <T>(1.0 / sqrt<f64>(<f64>size));
  const keys = scratch;
  const values = keys + <usize>shape.context * headBytes;
  const turned = values + <usize>shape.context * headBytes;
  const queries = turned + <usize>shape.context * headBytes;
  const out = queries + <usize>(group * shape.context) * headBytes;
  let scores = p;
  for (let g = 0; g < shape.kvHeads; g++) {
    const k = qkv + yBytes + <usize>g * headBytes;
    const v = k + <usize>shape.kvHeads * headBytes;
    gather(k, rowBytes, segment.prefixFirst, segment.prefixCount, keys, headBytes);
    gather(k, rowBytes, segment.first, count, keys + <usize>segment.prefixCount * headBytes, headBytes);
    gather(v, rowBytes, segment.prefixFirst, segment.prefixCount, values, headBytes);
    gather(v, rowBytes, segment.first, count, values + <usize>segment.prefixCount * headBytes, headBytes);
    for (let h = 0; h < group; h++)
      gatherScaled<T>(qkv + <usize>(g * group + h) * headBytes, rowBytes, segment.first, count, queries + <usize>(h * count) * headBytes, headBytes, scale);
    transpose<T>(keys, seen, size, turned);
    product<T>(queries, turned, group * count, size, seen, scores);
    for (let i = 0; i < group * count; i++) softmaxRow<T>(scores + <usize>(i * seen) * sizeof<T>(), segment.prefixCount + (i % count) + 1, seen);
    memory.fill(out, 0, <usize>(group * count) * headBytes);
    addProduct<T>(scores, values, group * count, seen, size, out);
    for (let h = 0; h < group; h++)
      for (let i = 0; i < count; i++)
        memory.copy(y + <usize>(segment.first + i) * yBytes + <usize>(g * group + h) * headBytes, out + <usize>(h * count + i) * headBytes, headBytes);
    scores += <usize>(group * count * seen) * sizeof<T>();
  }
  return shape.heads * count * seen;
}

/**
 * Adds the gradients of queries, keys and values to dQkv.
 * @param p from the way forward
 * @param dy (rows of the batch, width)
 */
export function attentionBackward<T>(shape: Shape, segment: Segment, qkv: usize, p: usize, dy: usize, dQkv: usize, scratch: usize): i32 {
  const size = shape.headSize;
  const group = shape.heads / shape.kvHeads;
  const headBytes = <usize>size * sizeof<T>();
  const rowBytes = <usize>shape.qkv * sizeof<T>();
  const yBytes = <usize>shape.width * sizeof<T>();
  const count = segment.count;
  const before = segment.prefixCount;
  const seen = before + count;
  const scale = <T>(1.0 / sqrt<f64>(<f64>size));
  const keys = scratch;
  const values = keys + <usize>shape.context * headBytes;
  const turned = values + <usize>shape.context * headBytes;
  const dKeys = turned + <usize>shape.context * headBytes;
  const dValues = dKeys + <usize>shape.context * headBytes;
  const queries = dValues + <usize>shape.context * headBytes;
  const dQueries = queries + <usize>(group * shape.context) * headBytes;
  const dOut = dQueries + <usize>(group * shape.context) * headBytes;
  const dScores = dOut + <usize>(group * shape.context) * headBytes;
  let scores = p;
  for (let g = 0; g < shape.kvHeads; g++) {
    const k = yBytes + <usize>g * headBytes;
    const v = k + <usize>shape.kvHeads * headBytes;
    gather(qkv + k, rowBytes, segment.prefixFirst, before, keys, headBytes);
    gather(qkv + k, rowBytes, segment.first, count, keys + <usize>before * headBytes, headBytes);
    gather(qkv + v, rowBytes, segment.prefixFirst, before, values, headBytes);
    gather(qkv + v, rowBytes, segment.first, count, values + <usize>before * headBytes, headBytes);
    for (let h = 0; h < group; h++) {
      const head = <usize>(g * group + h) * headBytes;
      gatherScaled<T>(qkv + head, rowBytes, segment.first, count, queries + <usize>(h * count) * headBytes, headBytes, scale);
      gather(dy + head, yBytes, segment.first, count, dOut + <usize>(h * count) * headBytes, headBytes);
    }
    transpose<T>(values, seen, size, turned);
    product<T>(dOut, turned, group * count, size, seen, dScores);
    memory.fill(dKeys, 0, <usize>seen * headBytes);
    memory.fill(dValues, 0, <usize>seen * headBytes);
    memory.fill(dQueries, 0, <usize>(group * count) * headBytes);
    addProductT<T>(scores, dOut, seen, group * count, size, dValues);
    for (let i = 0; i < group * count; i++) {
      const at = <usize>(i * seen) * sizeof<T>();
      softmaxRowBackward<T>(scores + at, dScores + at, before + (i % count) + 1, seen);
    }
    addProduct<T>(dScores, keys, group * count, seen, size, dQueries);
    addProductT<T>(dScores, queries, seen, group * count, size, dKeys);
    addScaledRows<T>(dKeys, headBytes, before, dQkv + k, rowBytes, segment.prefixFirst, <T>1.0);
    addScaledRows<T>(dKeys + <usize>before * headBytes, headBytes, count, dQkv + k, rowBytes, segment.first, <T>1.0);
    addScaledRows<T>(dValues, headBytes, before, dQkv + v, rowBytes, segment.prefixFirst, <T>1.0);
    addScaledRows<T>(dValues + <usize>before * headBytes, headBytes, count, dQkv + v, rowBytes, segment.first, <T>1.0);
    for (let h = 0; h < group; h++)
      addScaledRows<T>(dQueries + <usize>(h * count) * headBytes, headBytes, count, dQkv + <usize>(g * group + h) * headBytes, rowBytes, segment.first, scale);
    scores += <usize>(group * count * seen) * sizeof<T>();
  }
  return shape.heads * count * seen;
}

// The first `visible` of `count` scores become shares, the rest 0.
function softmaxRow<T>(row: usize, visible: i32, count: i32): void {
  const end = row + <usize>visible * sizeof<T>();
  let top = load<T>(row);
  for (let at = row; at < end; at += sizeof<T>()) {
    const value = load<T>(at);
    top = select<T>(value, top, value > top);
  }
  let sum: T = <T>0.0;
  for (let at = row; at < end; at += sizeof<T>()) {
    const e = expBelow<T>(<T>(load<T>(at) - top));
    store<T>(at, e);
    sum = <T>(sum + e);
  }
  const share = <T>(<T>1.0 / sum);
  for (let at = row; at < end; at += sizeof<T>()) store<T>(at, <T>(load<T>(at) * share));
  memory.fill(end, 0, <usize>(count - visible) * sizeof<T>());
}

// dScores = p (dp − Σ p dp) in place, 0 where nothing is seen (p is 0 there).
function softmaxRowBackward<T>(p: usize, row: usize, visible: i32, count: i32): void {
  const end = <usize>visible * sizeof<T>();
  let sum: T = <T>0.0;
  for (let at: usize = 0; at < end; at += sizeof<T>()) sum = <T>(sum + load<T>(p + at) * load<T>(row + at));
  for (let at: usize = 0; at < end; at += sizeof<T>()) store<T>(row + at, <T>(load<T>(p + at) * (load<T>(row + at) - sum)));
  memory.fill(row + end, 0, <usize>(count - visible) * sizeof<T>());
}
