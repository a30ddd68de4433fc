// A packed batch as it comes over the boundary: rows of many states and questions side by side, without padding.
//
//     0        4          8           12      16
//     | rows   | segments | answered  | zero  |
//     segments × Segment (first, count, prefixFirst, prefixCount: i32)
//     rows × token i32
//     rows × target i32 (the token that follows)
//     rows × weight f32 (0: not in the loss)
//
// `answered` is the number of rows with a weight above 0. Everything is checked before it is used.
import { SEGMENT_BYTES, Segment, Shape } from "./shape";

export const BATCH_HEAD: usize = 16;

/** Views of a checked batch. */
@unmanaged
export class Batch {
  rows: i32;
  segments: i32;
  /** Rows with a weight above 0. */
  answered: i32;
  segmentsAt: usize;
  tokens: usize;
  targets: usize;
  weights: usize;

  segment(index: i32): Segment {
    return changetype<Segment>(this.segmentsAt + <usize>index * SEGMENT_BYTES);
  }

  /**
   * Reads a batch. Segments must lie one after the other and cover all rows; a prefix is an earlier segment that has none itself.
   * @returns the bytes that it has; 0 where anything is out of bounds
   */
  open(at: usize, bytes: usize, shape: Shape, mostRows: i32, mostScores: i32): usize {
    if (bytes < BATCH_HEAD) return 0;
    this.rows = load<i32>(at);
    this.segments = load<i32>(at, 4);
    this.answered = load<i32>(at, 8);
    if (this.rows < 1 || this.rows > mostRows || this.segments < 1 || this.segments > this.rows || this.answered < 0 || this.answered > this.rows) return 0;
    const size = BATCH_HEAD + <usize>this.segments * SEGMENT_BYTES + <usize>this.rows * 12;
    if (size > bytes) return 0;
    this.segmentsAt = at + BATCH_HEAD;
    this.tokens = this.segmentsAt + <usize>this.segments * SEGMENT_BYTES;
    this.targets = this.tokens + <usize>this.rows * 4;
    this.weights = this.targets + <usize>this.rows * 4;
    return this.segmentsFit(shape, mostScores) && this.rowsFit(shape) ? size : 0;
  }

  private segmentsFit(shape: Shape, mostScores: i32): bool {
    let next = 0;
    let scores = 0;
    let lastPrefix = this.segment(0);
    for (let i = 0; i < this.segments; i++) {
      const segment = this.segment(i);
      if (segment.first != next || segment.count < 1 || segment.count > this.rows - next) return false;
      next += segment.count;
      if (segment.prefixCount == 0) lastPrefix = segment;
      else if (segment.prefixFirst != lastPrefix.first || segment.prefixCount != lastPrefix.count) return false;
      if (segment.count + segment.prefixCount > shape.context) return false;
      scores += segment.count * (segment.count + segment.prefixCount);
      if (scores > mostScores) return false;
    }
    return next == this.rows;
  }

  private rowsFit(shape: Shape): bool {
    let answered = 0;
    for (let i = 0; i < this.rows; i++) {
      const at = (<usize>i) << 2;
      if (load<u32>(this.tokens + at) >= <u32>shape.vocabulary || load<u32>(this.targets + at) >= <u32>shape.vocabulary) return false;
      const weight = load<f32>(this.weights + at);
      if (!(weight >= 0.0 && weight <= 1.0)) return false;
      if (weight > 0.0) answered++;
    }
    return answered == this.answered;
  }
}
