// The shape of a language model of architecture `llama`, where each tensor lies among its parameters, and what a batch is made of.

/** Sizes of a model; all in elements. */
@unmanaged
export class Shape {
  vocabulary: i32;
  /** Of the residual stream; a multiple of 4 × heads. */
  width: i32;
  layers: i32;
  /** A multiple of kvHeads. */
  heads: i32;
  kvHeads: i32;
  /** Of the feed-forward layer. */
  hidden: i32;
  /** Positions, at most. */
  context: i32;
  padding: i32;
  ropeBase: f64;
  epsilon: f64;

  get headSize(): i32 {
    return this.width / this.heads;
  }
  /** Columns of queries, keys and values side by side. */
  get qkv(): i32 {
    return this.width + 2 * this.kvHeads * this.headSize;
  }
  /** Parameters of one layer: norm, qkv (qkv, width), output (width, width), norm, gate and up (2 hidden, width), down (width, hidden). */
  get layerParameters(): i32 {
    return 2 * this.width + this.qkv * this.width + this.width * this.width + 3 * this.hidden * this.width;
  }
  /** Embedding (vocabulary, width), which is the output's matrix too, the layers, the last norm. */
  get parameters(): i32 {
    return this.vocabulary * this.width + this.layers * this.layerParameters + this.width;
  }
  /** Where a layer begins. */
  layer(index: i32): i32 {
    return this.vocabulary * this.width + index * this.layerParameters;
  }
  /** Where the last norm begins. */
  get lastNorm(): i32 {
    return this.layer(this.layers);
  }

  /** Whether these sizes make a model. */
  valid(): bool {
    return (
      this.vocabulary >= 2 &&
      this.vocabulary <= 65536 &&
      this.width >= 4 &&
      this.width <= 4096 &&
      this.layers >= 1 &&
      this.layers <= 64 &&
      this.kvHeads >= 1 &&
      this.heads <= 64 &&
      this.heads >= this.kvHeads &&
      this.heads % this.kvHeads == 0 &&
      this.width % (4 * this.heads) == 0 &&
      this.hidden >= 4 &&
      this.hidden <= 16384 &&
      this.context >= 1 &&
      this.context <= 2048 &&
      this.ropeBase > 1.0 &&
      this.epsilon > 0.0
    );
  }
}

/**
 * Rows of a batch that see each other in order: a state, or a question with its answer, which also sees the whole of the state's segment.
 * So many questions about one state cost the state once.
 *
 *     rows of the batch   | state …… | question answer | question answer | state …
 *     a question's view   | prefix   |                 | itself, causal  |
 */
@unmanaged
export class Segment {
  first: i32;
  count: i32;
  /** Rows seen as a whole, before this; positions go on from them. */
  prefixFirst: i32;
  prefixCount: i32;
}
export const SEGMENT_BYTES: usize = 16;

/** Scores of all segments for one head. */
export function scoresOf(segments: usize, count: i32): i32 {
  let sum = 0;
  for (let i = 0; i < count; i++) {
    const segment = changetype<Segment>(segments + <usize>i * SEGMENT_BYTES);
    sum += segment.count * (segment.count + segment.prefixCount);
  }
  return sum;
}
