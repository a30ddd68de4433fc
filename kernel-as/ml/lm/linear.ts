// y = x · wᵀ over many rows at once, forward and backward. Pure but for the products; f32 and f64.
import { addProduct, addProductT, product } from "./products";

/**
 * y (tokens, outputs) = x (tokens, inputs) · wᵀ.
 * @param wT (inputs, outputs): w transposed
 * @param y overwritten
 */
export function linear<T>(x: usize, tokens: i32, wT: usize, outputs: i32, inputs: i32, y: usize): void {
  product<T>(x, wT, tokens, inputs, outputs, y);
}

/**
 * Adds the gradients: dx += dy · w, dw += dyᵀ · x.
 * @param w (outputs, inputs)
 * @param dy (tokens, outputs)
 * @param dx (tokens, inputs)
 * @param dw (outputs, inputs)
 */
export function linearBackward<T>(x: usize, tokens: i32, w: usize, outputs: i32, inputs: i32, dy: usize, dx: usize, dw: usize): void {
  addProduct<T>(dy, w, tokens, outputs, inputs, dx);
  addProductT<T>(dy, x, outputs, tokens, inputs, dw);
}

/** y += x: a residual connection; its gradient passes through unchanged. */
export function residual<T>(y: usize, x: usize, count: i32): void {
  const end = <usize>count * sizeof<T>();
  for (let at: usize = 0; at < end; at += sizeof<T>()) store<T>(y + at, <T>(load<T>(y + at) + load<T>(x + at)));
}
