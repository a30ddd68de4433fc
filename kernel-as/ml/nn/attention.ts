// Attention of one token over the cache. Pure.
import { exp32 } from "../exponential";
import { dot, sum } from "./dot";

/**
 * Per head: score = q · key × (1 ÷ sqrt(headSize)); p = e^(score − greatest); y = (Σ p × value, in the order of positions) × (1 ÷ Σ p, in the dot order).
 * @param q (heads, headSize) f32
 * @param keys, values (positions, stride) f32, of which the first kvHeads × headSize of each position are read
 * @param stride floats from position to position, ≥ kvHeads × headSize
 * @param positions > 0
 * @param kvHeads divides heads: head h reads key and value head h ÷ (heads ÷ kvHeads)
 * @param scores scratch, (positions) f32
 * @param y (heads, headSize) f32; overlaps none of the others. Counts that make no sense trap.
 */
export function attention(q: usize, keys: usize, values: usize, stride: i32, positions: i32, heads: i32, kvHeads: i32, headSize: i32, scores: usize, y: usize): void {
  if (positions <= 0 || heads <= 0 || kvHeads <= 0 || headSize <= 0 || heads % kvHeads != 0 || stride < kvHeads * headSize) unreachable();
  const shrink: f32 = <f32>1.0 / sqrt<f32>(<f32>headSize);
  const step = (<usize>stride) << 2;
  for (let h = 0; h < heads; h++) {
    const shared = (<usize>(h / (heads / kvHeads)) * <usize>headSize) << 2;
    const query = q + ((<usize>h * <usize>headSize) << 2);
    const out = y + ((<usize>h * <usize>headSize) << 2);
    let greatest: f32 = -Infinity;
    for (let p = 0; p < positions; p++) {
      const score = dot<f32>(query, keys + <usize>p * step + shared, headSize) * shrink;
      store<f32>(scores + ((<usize>p) << 2), score);
      greatest = max<f32>(greatest, score);
    }
    for (let p: usize = 0; p < <usize>positions; p++) store<f32>(scores + (p << 2), exp32(load<f32>(scores + (p << 2)) - greatest));
    const share: f32 = <f32>1.0 / sum(scores, positions);
    for (let i: usize = 0; i < <usize>headSize; i++) {
      let total: f32 = 0;
      for (let p = 0; p < positions; p++) total += load<f32>(scores + ((<usize>p) << 2)) * load<f32>(values + <usize>p * step + shared + (i << 2));
      store<f32>(out + (i << 2), total * share);
    }
  }
}
