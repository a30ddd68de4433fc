// Rotary positions (Su et al. 2021), forward and backward, in place. Neighbours form a pair (2i, 2i + 1), as in GGUF files of architecture
// `llama`. Pure; f32 and f64.

/**
 * cos and sin of position × base^(−2i ÷ size).
 * @param table out, (positions, size): cos, sin for each pair in turn
 */
export function ropeTable<T>(table: usize, positions: i32, size: i32, base: f64): void {
  for (let p = 0; p < positions; p++) {
    for (let i = 0; i < size; i += 2) {
      const angle = <f64>p * base ** (-(<f64>i) / <f64>size);
      const at = table + <usize>(p * size + i) * sizeof<T>();
      store<T>(at, <T>Math.cos(angle));
      store<T>(at, <T>Math.sin(angle), sizeof<T>());
    }
  }
}

/**
 * Turns `heads` vectors of `size` by the angle of a position.
 * @param x (heads, size), in place
 * @param turn the position's row of the table
 */
export function rope<T>(x: usize, heads: i32, size: i32, turn: usize): void {
  turnBy<T>(x, heads, size, turn, <T>1.0);
}

/** The gradient is turned back: a rotation's transpose is the rotation the other way. */
export function ropeBackward<T>(dx: usize, heads: i32, size: i32, turn: usize): void {
  turnBy<T>(dx, heads, size, turn, <T>-1.0);
}

function turnBy<T>(x: usize, heads: i32, size: i32, turn: usize, sign: T): void {
  const bytes = <usize>size * sizeof<T>();
  const end = x + <usize>heads * bytes;
  for (let head = x; head < end; head += bytes) {
    for (let at: usize = 0; at < bytes; at += 2 * sizeof<T>()) {
      const c = load<T>(turn + at);
      const s = <T>(sign * load<T>(turn + at, sizeof<T>()));
      const a = load<T>(head + at);
      const b = load<T>(head + at, sizeof<T>());
      store<T>(head + at, <T>(a * c - b * s));
      store<T>(head + at, <T>(a * s + b * c), sizeof<T>());
    }
  }
}
