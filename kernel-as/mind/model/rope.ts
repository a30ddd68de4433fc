// Rotary position embedding: pairs of neighbouring values of a head turn by an angle that grows with the position, each pair at its own pace. GGUF files of the
// llama architecture have the rows of q and k in that order. Angles are computed in f64 once, for every position that the cache has.
import { Weights } from "./weights";

/** Bytes of the table: a cosine and a sine for each pair of each position. */
export function ropeBytes(weights: Weights, positions: i32): usize {
  return <usize>positions * <usize>weights.ropeSize * 4;
}

/** Fills the table: (positions, ropeSize ÷ 2, 2) f32. */
export function fillRope(weights: Weights, positions: i32, table: usize): void {
  const pairs = weights.ropeSize / 2;
  const factors = weights.ropeFactors;
  for (let pair = 0; pair < pairs; pair++) {
    let frequency = weights.ropeBase ** ((-2.0 * <f64>pair) / <f64>weights.ropeSize) / weights.ropeScale;
    if (factors) frequency /= <f64>load<f32>(factors.at + ((<usize>pair) << 2));
    for (let position = 0; position < positions; position++) {
      const angle = <f64>position * frequency;
      const at = table + ((<usize>position * <usize>pairs + <usize>pair) << 3);
      store<f32>(at, <f32>Math.cos(angle));
      store<f32>(at + 4, <f32>Math.sin(angle));
    }
  }
}

/**
 * Turns the heads of one token in place.
 * @param x (heads, headSize) f32
 * @param turns the token's row of the table
 * @param pairs ropeSize ÷ 2
 */
export function turn(x: usize, heads: i32, headSize: i32, turns: usize, pairs: i32): void {
  for (let head = 0; head < heads; head++) {
    const at = x + ((<usize>head * <usize>headSize) << 2);
    for (let pair: usize = 0; pair < <usize>pairs; pair++) {
      const cosine = load<f32>(turns + (pair << 3));
      const sine = load<f32>(turns + (pair << 3) + 4);
      const a = load<f32>(at + (pair << 3));
      const b = load<f32>(at + (pair << 3) + 4);
      store<f32>(at + (pair << 3), a * cosine - b * sine);
      store<f32>(at + (pair << 3) + 4, a * sine + b * cosine);
    }
  }
}
