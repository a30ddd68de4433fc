// The vector kernels of the mind (import module "nn"): linked into the program that imports them (hostshim-c/nn), so not part of what the
// kernel compares at start. Offsets in linear memory; hostshim-c/user/nn checks each span, and traps.
import { arg as a, type CallFamily } from "./types.js";

const TYPE = "F32 0, F16 1, Q4_0 2, Q4_1 3, Q8_0 8 (GGUF's numbers)";

export const NN_CALLS: CallFamily[] = [
  {
    family: "set",
    doc: "Which instruction set works. All give the same bits.",
    calls: [
      {
        name: "isa",
        doc: "The instruction set in use.",
        args: [],
        returns: "status",
        returnsDoc: "0 reference, 1 SSE2, 2 AVX2, 3 AVX-512 with VNNI, 4 AVX2 as an emulator likes it",
        faults: {},
      },
      {
        name: "select",
        doc: "Use another instruction set.",
        args: [a("i32 isa", "1…4; under V8 0 only")],
        returns: "status",
        returnsDoc: "Ok",
        faults: { Unsupported: "the processor, or its operating system, has it not" },
      },
    ],
  },
  {
    family: "weights",
    doc: "Weights are GGUF tensors as they lie in the file, row-major. A quantised row of n activations is i8[n], f32 scale[n ÷ 32], i32 sum[n ÷ 32]: n + n ÷ 4 bytes.",
    calls: [
      {
        name: "quantize",
        doc: "f32 activations → a quantised row. Per block of 32: a = greatest |x|; scale = f32(f16(a ÷ 127)); value = nearest even(x × (127 ÷ a)); sum = Σ values. A block with a NaN or an infinity becomes zeros with scale NaN; one so small that 127 ÷ a is infinite becomes zeros.",
        args: [a("ptr x", "f32[n]"), a("i32 n", "a multiple of 32"), a("ptr q", "out")],
        returns: "none",
        returnsDoc: "",
        faults: {},
      },
      {
        name: "dequantize",
        doc: "Weights → f32.",
        args: [a("i32 type", TYPE), a("ptr w", "n weights"), a("i32 n", "for a Q type a multiple of 32"), a("ptr y", "out: f32[n]")],
        returns: "none",
        returnsDoc: "",
        faults: {},
      },
      {
        name: "matmul",
        doc: "y[t × yStride + r] = w[r] · x[t]. Q types: block after block, acc += f32(Σ w × x) × (scale_w × scale_x), and for Q4_1 acc += min_w × (scale_x × f32(sum)). F32 and F16: the dot order (docs/mind-kernels.md).",
        args: [
          a("i32 type", TYPE),
          a("ptr w", "(rows, columns)"),
          a("i32 rows", ""),
          a("i32 columns", "for a Q type a multiple of 32"),
          a("ptr x", "(tokens, columns) f32 for F32 and F16; tokens quantised rows for Q types"),
          a("i32 tokens", ""),
          a("ptr y", "out: (tokens, yStride) f32"),
          a("i32 yStride", "floats from token to token, ≥ rows"),
        ],
        returns: "none",
        returnsDoc: "",
        faults: {},
      },
    ],
  },
  {
    family: "layer",
    doc: "What stands between two products of a layer.",
    calls: [
      {
        name: "rmsnorm",
        doc: "y = (x × scale) × weight, scale = 1 ÷ sqrt(Σx² ÷ n + eps), Σ in the dot order.",
        args: [a("ptr x", "f32[n]"), a("ptr weight", "f32[n]"), a("i32 n", "> 0"), a("f32 eps", ""), a("ptr y", "out: f32[n]; may be x")],
        returns: "none",
        returnsDoc: "",
        faults: {},
      },
      {
        name: "swiglu",
        doc: "y = gate ÷ (1 + exp32(−gate)) × up.",
        args: [a("ptr gate", "f32[n]"), a("ptr up", "f32[n]"), a("i32 n", ""), a("ptr y", "out: f32[n]; may be gate or up")],
        returns: "none",
        returnsDoc: "",
        faults: {},
      },
      {
        name: "attention",
        doc: "One token over the cache. Per head: score = (q · key) × (1 ÷ sqrt(headSize)); p = exp32(score − greatest); y = (Σ p × value in the order of positions) × (1 ÷ Σ p).",
        args: [
          a("ptr q", "(heads, headSize) f32"),
          a("ptr keys", "(positions, stride) f32"),
          a("ptr values", "(positions, stride) f32"),
          a("i32 stride", "floats from position to position, ≥ kvHeads × headSize"),
          a("i32 positions", "> 0"),
          a("i32 heads", "> 0, a multiple of kvHeads"),
          a("i32 kvHeads", "> 0"),
          a("i32 headSize", "> 0"),
          a("ptr scores", "scratch: f32[positions]"),
          a("ptr y", "out: (heads, headSize) f32"),
        ],
        returns: "none",
        returnsDoc: "",
        faults: {},
      },
    ],
  },
  {
    family: "training",
    doc: "f32 products. Each element adds to what it holds, in the order of k.",
    calls: [
      {
        name: "gemm_nn",
        doc: "c += a · b.",
        args: [a("ptr a", "(m, k) f32"), a("ptr b", "(k, n) f32"), a("i32 m", ""), a("i32 k", ""), a("i32 n", ""), a("ptr c", "in and out: (m, n) f32")],
        returns: "none",
        returnsDoc: "",
        faults: {},
      },
      {
        name: "gemm_tn",
        doc: "c += aᵀ · b.",
        args: [a("ptr a", "(k, m) f32"), a("ptr b", "(k, n) f32"), a("i32 m", ""), a("i32 k", ""), a("i32 n", ""), a("ptr c", "in and out: (m, n) f32")],
        returns: "none",
        returnsDoc: "",
        faults: {},
      },
    ],
  },
];
