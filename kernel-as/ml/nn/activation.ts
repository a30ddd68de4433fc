// RMSNorm and SwiGLU. Pure.
import { exp32 } from "../exponential";
import { dot } from "./dot";

/** y = (x × scale) × weight, scale = 1 ÷ sqrt(Σx² ÷ n + eps), Σ in the dot order. @param x, weight, y (n) f32, n > 0; y may be x */
export function rmsnorm(x: usize, weight: usize, n: i32, eps: f32, y: usize): void {
  if (n <= 0) unreachable();
  const scale: f32 = <f32>1.0 / sqrt<f32>(dot<f32>(x, x, n) / <f32>n + eps);
  for (let i: usize = 0; i < <usize>n; i++) store<f32>(y + (i << 2), load<f32>(x + (i << 2)) * scale * load<f32>(weight + (i << 2)));
}

/** y = gate ÷ (1 + e^−gate) × up. @param gate, up, y (n) f32; y may be gate or up */
export function swiglu(gate: usize, up: usize, n: i32, y: usize): void {
  if (n < 0) unreachable();
  for (let i: usize = 0; i < <usize>n; i++) {
    const g = load<f32>(gate + (i << 2));
    store<f32>(y + (i << 2), (g / (<f32>1.0 + exp32(-g))) * load<f32>(up + (i << 2)));
  }
}
