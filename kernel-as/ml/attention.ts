// Attention of one head, whole, forward and backward: the reference for what the policy keeps up to date step by step. Each of the first
// `queries` rows looks at all `rows`, itself too. A score is q·k ÷ √keyWidth plus a learnt number for each way in which two rows are related, bounded to ±SCORE_LIMIT. Pure; f32 and f64.
import { add, get, put } from "./linear";
import { softmax, softmaxBackward } from "./softmax";

/** Scores lie within ±this: e^20 between the least and the greatest term, so that sums kept up to date in f64 stay exact to 1e-7. */
export const SCORE_LIMIT: f32 = 10.0;
/** Ways in which rows can be related: bits of a relation. */
export const RELATIONS: i32 = 6;

function scoreOf<T>(q: usize, k: usize, width: i32, scale: T, relation: u32, relationWeights: usize): T {
  let dot: T = <T>0.0;
  for (let i = 0; i < width; i++) dot = <T>(dot + get<T>(q, i) * get<T>(k, i));
  let score = <T>(dot * scale);
  for (let r = 0; r < RELATIONS; r++) if ((relation >> r) & 1) score = <T>(score + get<T>(relationWeights, r));
  return score;
}

/**
 * context[i] = Σ_j p[i][j] v[j], p[i] = softmax over j of the scores.
 * @param q (queries, keyWidth)
 * @param k (rows, keyWidth)
 * @param v (rows, width)
 * @param relations (queries, rows) u8: bits, how row j is related to row i
 * @param relationWeights (RELATIONS)
 * @param p (queries, rows) out; kept for the way back
 * @param context (queries, width) out
 */
export function attention<T>(
  q: usize,
  k: usize,
  v: usize,
  queries: i32,
  rows: i32,
  keyWidth: i32,
  width: i32,
  relations: usize,
  relationWeights: usize,
  p: usize,
  context: usize,
): void {
  const scale = <T>(1.0 / sqrt<f64>(<f64>keyWidth));
  const keyBytes = <usize>keyWidth * sizeof<T>();
  const bytes = <usize>width * sizeof<T>();
  for (let i = 0; i < queries; i++) {
    const p_i = p + <usize>(i * rows) * sizeof<T>();
    for (let j = 0; j < rows; j++) {
      const score = scoreOf<T>(q + <usize>i * keyBytes, k + <usize>j * keyBytes, keyWidth, scale, <u32>load<u8>(relations + <usize>(i * rows + j)), relationWeights);
      put<T>(p_i, j, min<T>(max<T>(score, <T>-SCORE_LIMIT), <T>SCORE_LIMIT));
    }
    softmax<T>(p_i, rows, p_i);
    const out = context + <usize>i * bytes;
    memory.fill(out, 0, bytes);
    for (let j = 0; j < rows; j++) {
      const share = get<T>(p_i, j);
      for (let c = 0; c < width; c++) add<T>(out, c, <T>(share * get<T>(v + <usize>j * bytes, c)));
    }
  }
}

/**
 * Adds the gradients by q, k, v and the relations' weights. A score at its limit passes none on.
 * @param dContext (queries, width)
 * @param scratch (rows)
 */
export function attentionBackward<T>(
  q: usize,
  k: usize,
  v: usize,
  queries: i32,
  rows: i32,
  keyWidth: i32,
  width: i32,
  relations: usize,
  relationWeights: usize,
  p: usize,
  dContext: usize,
  dq: usize,
  dk: usize,
  dv: usize,
  dRelationWeights: usize,
  scratch: usize,
): void {
  const scale = <T>(1.0 / sqrt<f64>(<f64>keyWidth));
  const keyBytes = <usize>keyWidth * sizeof<T>();
  const bytes = <usize>width * sizeof<T>();
  for (let i = 0; i < queries; i++) {
    const p_i = p + <usize>(i * rows) * sizeof<T>();
    const d_i = dContext + <usize>i * bytes;
    for (let j = 0; j < rows; j++) {
      const v_j = v + <usize>j * bytes;
      const dv_j = dv + <usize>j * bytes;
      const share = get<T>(p_i, j);
      let dot: T = <T>0.0;
      for (let c = 0; c < width; c++) {
        dot = <T>(dot + get<T>(d_i, c) * get<T>(v_j, c));
        add<T>(dv_j, c, <T>(share * get<T>(d_i, c)));
      }
      put<T>(scratch, j, dot);
    }
    softmaxBackward<T>(p_i, rows, scratch, scratch);
    for (let j = 0; j < rows; j++) {
      const relation = <u32>load<u8>(relations + <usize>(i * rows + j));
      const score = scoreOf<T>(q + <usize>i * keyBytes, k + <usize>j * keyBytes, keyWidth, scale, relation, relationWeights);
      if (score <= <T>-SCORE_LIMIT || score >= <T>SCORE_LIMIT) continue;
      const slope = get<T>(scratch, j);
      for (let r = 0; r < RELATIONS; r++) if ((relation >> r) & 1) add<T>(dRelationWeights, r, slope);
      const scaled = <T>(slope * scale);
      for (let c = 0; c < keyWidth; c++) {
        add<T>(dq + <usize>i * keyBytes, c, <T>(scaled * get<T>(k + <usize>j * keyBytes, c)));
        add<T>(dk + <usize>j * keyBytes, c, <T>(scaled * get<T>(q + <usize>i * keyBytes, c)));
      }
    }
  }
}
