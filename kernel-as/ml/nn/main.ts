// The import module `nn` as AssemblyScript: the reference that hostshim-c/nn is held against bit for bit, and what V8 runs. Compiled as a
// module that imports its memory (asconfig.json, target nn-reference), so it has no data: locals only. The calls: docs/abi.md.

export { rmsnorm, swiglu } from "./activation";
export { attention } from "./attention";
export { gemm_nn, gemm_tn } from "./gemm";
export { matmul } from "./matmul";
export { dequantize, quantize } from "./quantise";

const STATUS_UNSUPPORTED: i32 = -8;

/** 0: the reference. */
export function isa(): i32 {
  return 0;
}

/** The reference can only use itself. */
export function select(isa: i32): i32 {
  return isa == 0 ? 0 : STATUS_UNSUPPORTED;
}
