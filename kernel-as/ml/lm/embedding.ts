// Rows of a table picked by tokens, forward and backward. Pure; f32 and f64.
import { residual } from "./linear";

/**
 * y[t] = table[tokens[t]].
 * @param table (vocabulary, width)
 * @param tokens (count) i32, each below vocabulary
 */
export function embedding<T>(table: usize, tokens: usize, count: i32, width: i32, y: usize): void {
  const bytes = <usize>width * sizeof<T>();
  for (let t = 0; t < count; t++) memory.copy(y + <usize>t * bytes, table + <usize>load<i32>(tokens + ((<usize>t) << 2)) * bytes, bytes);
}

/** Adds the gradient: dTable[tokens[t]] += dy[t], in the order of t. */
export function embeddingBackward<T>(tokens: usize, count: i32, width: i32, dy: usize, dTable: usize): void {
  const bytes = <usize>width * sizeof<T>();
  for (let t = 0; t < count; t++) residual<T>(dTable + <usize>load<i32>(tokens + ((<usize>t) << 2)) * bytes, dy + <usize>t * bytes, width);
}
