// The llama network, forward: tokens in, logits out, keys and values of every position kept. A batch of tokens goes through each layer together, so that weights
// are read once for all of them; the sums of each token are the same as by itself, bit for bit. The multiplying is nn's.
import { attention, dequantize, matmul, quantize, rmsnorm, swiglu } from "../../abi/nn";
import { F16, quantisedBytes } from "../../ml/nn/types";
import { say, sayNumber } from "../fault";
import { Tensor } from "../gguf/file";
import { give, take } from "../memory";
import { fillRope, ropeBytes, turn } from "./rope";
import { ATTENTION_NORM, ATTENTION_OUTPUT, DOWN, FEED_NORM, GATE, KEY, QUERY, UP, VALUE, Weights } from "./weights";

/** Tokens that go through a layer together. */
export const BATCH: i32 = 64;
/** The cache of keys and values, at most. */
const CACHE_BYTES_MOST: u64 = 1 << 31;

function floats(count: i32): usize {
  return (<usize>count) << 2;
}

// x += y.
function add(x: usize, y: usize, count: i32): void {
  const end = x + floats(count);
  for (; x < end; x += 4, y += 4) store<f32>(x, load<f32>(x) + load<f32>(y));
}

@unmanaged
export class Forward {
  weights: Weights;
  /** Positions that the cache has room for. */
  context: i32;
  /** f32[vocabulary]. */
  logits: usize;
  /** (layers, context, kvWidth) f32 each. */
  private keys: usize;
  private values: usize;
  private turns: usize;
  // Of a batch: stream (width), normed (width or headsWidth), its quantised rows, queries, gate and up (hidden), what is added to the stream (width).
  private stream: usize;
  private normed: usize;
  private rows: usize;
  private query: usize;
  private gate: usize;
  private up: usize;
  private change: usize;
  private scores: usize;
  private work: usize;
  /** What `rows` are made from: 0 nothing. */
  private rowsOf: usize;

  /** Takes the cache for `context` tokens and the working memory. False: `fault` says why; close() what there is. */
  open(weights: Weights, context: i32): bool {
    memory.fill(changetype<usize>(this), 0, offsetof<Forward>());
    this.weights = weights;
    this.context = context;
    const perKind = <u64>weights.layers * <u64>context * <u64>weights.kvWidth * 4;
    const widest = max(weights.width, weights.headsWidth);
    const batch = floats(weights.width + widest + weights.headsWidth + 2 * weights.hidden + weights.width) + <usize>quantisedBytes(max(widest, weights.hidden)) + 64;
    if (perKind * 2 <= CACHE_BYTES_MOST) {
      this.keys = take(<usize>perKind * 2 + 64);
      this.work = take(<usize>BATCH * batch + ropeBytes(weights, context) + floats(context) + floats(weights.vocabulary) + 1024);
    }
    if (this.keys === 0 || this.work === 0) {
      say("no memory for a context of ");
      sayNumber(<u64>context);
      say(" tokens: the cache needs ");
      sayNumber(perKind * 2);
      say(" bytes; use a shorter one");
      return false;
    }
    this.values = this.keys + <usize>perKind;
    let at = this.work;
    this.logits = at;
    this.stream = at = aligned(at + floats(weights.vocabulary));
    this.normed = at = aligned(at + floats(BATCH * weights.width));
    this.rows = at = aligned(at + floats(BATCH * widest));
    this.query = at = aligned(at + <usize>BATCH * <usize>quantisedBytes(max(widest, weights.hidden)));
    this.gate = at = aligned(at + floats(BATCH * weights.headsWidth));
    this.up = at = aligned(at + floats(BATCH * weights.hidden));
    this.change = at = aligned(at + floats(BATCH * weights.hidden));
    this.scores = at = aligned(at + floats(BATCH * weights.width));
    this.turns = at = aligned(at + floats(context));
    fillRope(weights, context, this.turns);
    return true;
  }

  close(): void {
    give(this.keys);
    give(this.work);
    this.keys = 0;
    this.work = 0;
  }

  /**
   * Appends tokens to the cache.
   * @param tokens i32[count], each a token of the vocabulary
   * @param position of the first one; position + count ≤ context, count ≤ BATCH
   * @param last whether `logits` are wanted: those after the last token
   */
  run(tokens: usize, count: i32, position: i32, last: bool): void {
    const weights = this.weights;
    const width = floats(weights.width);
    const embedding = weights.embedding;
    const rowBytes = embedding.bytes / <usize>embedding.rows;
    for (let t = 0; t < count; t++) {
      const token = load<u32>(tokens + floats(t));
      dequantize(<i32>embedding.type, embedding.at + <usize>token * rowBytes, weights.width, this.stream + <usize>t * width);
    }
    let first = 0;
    for (let layer = 0; layer < weights.layers; layer++) {
      const final = layer === weights.layers - 1;
      this.norm(weights.part(layer, ATTENTION_NORM), 0, count);
      this.remember(layer, count, position);
      // Of the last layer only what the logits need.
      if (final) first = last ? count - 1 : count;
      if (first === count) break;
      this.attend(layer, first, count, position);
      this.feedForward(layer, first, count);
    }
    if (!last) return;
    rmsnorm(this.stream + <usize>(count - 1) * width, weights.outputNorm.at, weights.width, weights.epsilon, this.normed);
    this.rowsOf = 0;
    this.multiply(weights.output, this.normed, 1, this.logits, weights.vocabulary);
  }

  // The stream of tokens from `first` on, normed, to `normed` from its beginning.
  private norm(weight: Tensor, first: i32, count: i32): void {
    const width = floats(this.weights.width);
    for (let t = first; t < count; t++) {
      rmsnorm(this.stream + <usize>t * width, weight.at, this.weights.width, this.weights.epsilon, this.normed + <usize>(t - first) * width);
    }
    this.rowsOf = 0;
  }

  // Keys and values of the batch, into the cache.
  private remember(layer: i32, count: i32, position: i32): void {
    const weights = this.weights;
    const at = floats(weights.kvWidth) * (<usize>layer * <usize>this.context + <usize>position);
    this.multiply(weights.part(layer, KEY), this.normed, count, this.keys + at, weights.kvWidth);
    this.multiply(weights.part(layer, VALUE), this.normed, count, this.values + at, weights.kvWidth);
    const pairs = weights.ropeSize / 2;
    for (let t = 0; t < count; t++) {
      const turns = this.turns + floats(weights.ropeSize) * <usize>(position + t);
      turn(this.keys + at + floats(weights.kvWidth) * <usize>t, weights.kvHeads, weights.headSize, turns, pairs);
    }
  }

  private attend(layer: i32, first: i32, count: i32, position: i32): void {
    const weights = this.weights;
    const cache = floats(weights.kvWidth) * <usize>layer * <usize>this.context;
    const heads = floats(weights.headsWidth);
    const tokens = count - first;
    // `first` is 0, or, in the last layer, that of the last token: its row of `normed`.
    const normed = this.normed + floats(weights.width) * <usize>first;
    if (first > 0) this.rowsOf = 0;
    this.multiply(weights.part(layer, QUERY), normed, tokens, this.query, weights.headsWidth);
    for (let t = 0; t < tokens; t++) {
      const at = position + first + t;
      const query = this.query + heads * <usize>t;
      turn(query, weights.heads, weights.headSize, this.turns + floats(weights.ropeSize) * <usize>at, weights.ropeSize / 2);
      attention(
        query,
        this.keys + cache,
        this.values + cache,
        weights.kvWidth,
        at + 1,
        weights.heads,
        weights.kvHeads,
        weights.headSize,
        this.scores,
        this.normed + heads * <usize>t,
      );
    }
    this.rowsOf = 0;
    this.multiply(weights.part(layer, ATTENTION_OUTPUT), this.normed, tokens, this.change, weights.width);
    add(this.stream + floats(weights.width) * <usize>first, this.change, tokens * weights.width);
  }

  private feedForward(layer: i32, first: i32, count: i32): void {
    const weights = this.weights;
    const tokens = count - first;
    this.norm(weights.part(layer, FEED_NORM), first, count);
    this.multiply(weights.part(layer, GATE), this.normed, tokens, this.gate, weights.hidden);
    this.multiply(weights.part(layer, UP), this.normed, tokens, this.up, weights.hidden);
    swiglu(this.gate, this.up, tokens * weights.hidden, this.gate);
    this.rowsOf = 0;
    this.multiply(weights.part(layer, DOWN), this.gate, tokens, this.change, weights.width);
    add(this.stream + floats(weights.width) * <usize>first, this.change, tokens * weights.width);
  }

  // y = w · x for each token. Rows are quantised once for all matrices that read the same x.
  private multiply(w: Tensor, x: usize, tokens: i32, y: usize, yStride: i32): void {
    const columns = <i32>w.columns;
    if (<i32>w.type <= F16) {
      matmul(<i32>w.type, w.at, <i32>w.rows, columns, x, tokens, y, yStride);
      return;
    }
    if (this.rowsOf !== x) {
      for (let t = 0; t < tokens; t++) quantize(x + floats(columns) * <usize>t, columns, this.rows + <usize>quantisedBytes(columns) * <usize>t);
      this.rowsOf = x;
    }
    matmul(<i32>w.type, w.at, <i32>w.rows, columns, this.rows, tokens, y, yStride);
  }
}

function aligned(at: usize): usize {
  return (at + 63) & ~63;
}
