// A dense layer's forward pass on f32, in one fixed order of additions: the same bits in V8, compiled, and interpreted. The
// backward pass is the trainer's (tools/train), in TypeScript. Pure; raw loads and stores, spans are the caller's.

/**
 * out[o] = bias[o] + Σ in[i] × weights[o][i], added for i = 0, 1, …
 * @param weights (outputs, inputs) f32 row-major
 */
export function dense(input: usize, inputs: i32, weights: usize, bias: usize, outputs: i32, output: usize): void {
  let row = weights;
  for (let o = 0; o < outputs; o++) {
    let sum = load<f32>(bias + ((<usize>o) << 2));
    for (let i = 0; i < inputs; i++) sum += load<f32>(input + ((<usize>i) << 2)) * load<f32>(row + ((<usize>i) << 2));
    store<f32>(output + ((<usize>o) << 2), sum);
    row += (<usize>inputs) << 2;
  }
}

/** Softsign in place: x ÷ (1 + |x|). No exponential: that differs between engines. */
export function softsign(at: usize, count: i32): void {
  for (let i = 0; i < count; i++) {
    const x = load<f32>(at + ((<usize>i) << 2));
    store<f32>(at + ((<usize>i) << 2), x / (<f32>1.0 + abs<f32>(x)));
  }
}
