// The vector kernels that the host supplies: import module `nn`, in V8 the reference of kernel-as/ml/nn, ahead of time hostshim-c/nn; the same bits in both.
// What each does, and how it sums: docs/decisions/0008-the-mind.md. Weights are GGUF tensors as they lie in the file, types by GGUF's numbers.

@external("nn", "isa")
export declare function isa(): i32;
@external("nn", "select")
export declare function select(isa: i32): i32;
@external("nn", "quantize")
export declare function quantize(x: usize, n: i32, q: usize): void;
@external("nn", "matmul")
export declare function matmul(type: i32, w: usize, rows: i32, columns: i32, x: usize, tokens: i32, y: usize, yStride: i32): void;
@external("nn", "dequantize")
export declare function dequantize(type: i32, w: usize, n: i32, y: usize): void;
@external("nn", "rmsnorm")
export declare function rmsnorm(x: usize, weight: usize, n: i32, eps: f32, y: usize): void;
@external("nn", "attention")
export declare function attention(q: usize, keys: usize, values: usize, stride: i32, positions: i32, heads: i32, kvHeads: i32, headSize: i32, scores: usize, y: usize): void;
@external("nn", "swiglu")
export declare function swiglu(gate: usize, up: usize, n: i32, y: usize): void;

/** Bytes of a quantised row of n activations: i8[n], f32 scale[n ÷ 32], i32 sum[n ÷ 32]. */
export function quantisedBytes(n: i32): usize {
  return <usize>n + (<usize>n >> 2);
}

/** Whether weights of this type are multiplied with quantised rows. */
export function wantsQuantised(type: u32): bool {
  return type > 1;
}
