// Compiler flags of each kind of code in the image. FACTS behind them: docs/engines.md.
import { execFileSync } from "node:child_process";

let includes: string | undefined;

/** gcc's own freestanding headers (stdint.h, stddef.h, immintrin.h). */
export function compilerIncludes(): string {
  includes ??= execFileSync("gcc", ["-print-file-name=include"], { encoding: "utf8" }).trim();
  return includes;
}

const WARNINGS = ["-Wall", "-Wextra", "-Werror", "-Wshadow", "-Wstrict-prototypes", "-Wframe-larger-than=4096"];
// What wasm2c writes is not ours to tidy.
const GENERATED = ["-w"];

function freestanding(): string[] {
  return [
    "-std=gnu11",
    "-O2",
    "-g1",
    "-ffreestanding",
    "-nostdinc",
    "-isystem",
    compilerIncludes(),
    "-fno-stack-protector",
    "-fno-pic",
    "-fno-omit-frame-pointer",
    "-fno-asynchronous-unwind-tables",
    "-fno-strict-aliasing",
    "-ffp-contract=off",
    "-fno-math-errno",
    "-I.",
    "-Ihostshim-c",
    "-Ihostshim-c/wasm/rt",
    "-Ihostshim-c/wasm/rt/include",
    "-Ibuild/c",
  ];
}

const RING0 = ["-mcmodel=kernel", "-mno-red-zone"];
const INTEGERS_ONLY = ["-mgeneral-regs-only"];
// One baseline for every machine: the same instructions, the same bits.
const VECTOR = ["-msse2", "-mno-avx"];

/** Code of the shim and of kernel.wasm. */
export const shimFlags = () => [...freestanding(), ...RING0, ...INTEGERS_ONLY, ...WARNINGS];
export const kernelWasmFlags = () => [...freestanding(), ...RING0, ...INTEGERS_ONLY, ...GENERATED];
/** Policies compiled ahead of time, in ring 0, called only between vector_begin and vector_end. */
export const policyFlags = () => [...freestanding(), ...RING0, ...VECTOR, ...GENERATED];
/** wasm3 in ring 0. */
export const wasm3Flags = () => [...freestanding(), ...RING0, ...VECTOR, "-O3", "-w"];
/** Ring-3 programs. */
export const userFlags = () => [...freestanding(), ...VECTOR, ...WARNINGS];
/** wasm3 as a program's interpreter: an operation is a tail call, so a frame for each would cost. */
export const userWasm3Flags = () => [...freestanding(), ...VECTOR, "-O3", "-fomit-frame-pointer", "-w"];
export const userWasmFlags = () => [...freestanding(), ...VECTOR, ...GENERATED];

// The mind's vector kernels, one file an instruction set, ring 3 and hosted alike. No fused multiply-add anywhere: its bits differ.
const NN_AVX2 = ["-mavx2", "-mf16c", "-mno-fma"];
const NN_SETS = {
  sse2: VECTOR,
  avx2: NN_AVX2,
  emulated: NN_AVX2,
  avx512: ["-mavx512f", "-mavx512bw", "-mavx512dq", "-mavx512vl", "-mavx512vnni", "-mf16c", "-mno-fma", "-mprefer-vector-width=512"],
};
export const nnFlags = (set: keyof typeof NN_SETS) => [...freestanding(), ...NN_SETS[set], "-O3", ...WARNINGS, "-Wframe-larger-than=16384"];

// hosted: the same code as a Linux process. Only the code model differs.
export const hostedShimFlags = () => [...freestanding(), ...VECTOR, ...WARNINGS];
export const hostedPolicyFlags = () => [...freestanding(), ...VECTOR, ...GENERATED];
export const hostedWasm3Flags = () => [...freestanding(), ...VECTOR, "-O3", "-w"];
/** Its main program and platform, which use the C library. */
export const hostedFlags = () => ["-std=gnu11", "-O2", "-g1", "-fno-pic", "-fno-strict-aliasing", "-I.", "-Ihostshim-c", "-Ihostshim-c/wasm/rt", "-Ibuild/c", ...WARNINGS];
