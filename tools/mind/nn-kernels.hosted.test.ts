// The compiled vector kernels of every instruction set that this processor has, bit for bit against the reference under V8: random and hard
// numbers (NaN, infinities, zeros, subnormals), odd sizes, spans that end where memory ends, and what must trap.
import { beforeAll, describe, expect, test } from "vitest";
import { buildNnHost } from "../build/nn.js";
import { NN_SETS, type NnCall, NnScript, nnSetsHere, TRAPPED } from "./nn-host.js";
import { buildNnReference, type NnCalls, nnOver } from "./nn-reference.js";

const PAGES = 64;
const BYTES = PAGES * 65536;
const [TRAP_OOB, TRAP_UNREACHABLE] = [1, 5];
const [F32, F16, Q4_0, Q4_1, Q8_0] = [0, 1, 2, 3, 8];
const BLOCK_BYTES: Record<number, number> = { [Q4_0]: 18, [Q4_1]: 20, [Q8_0]: 34 };

let host: string;
let memory: WebAssembly.Memory;
let nn: NnCalls;
let sets: (keyof typeof NN_SETS)[];

beforeAll(async () => {
  await buildNnReference();
  host = await buildNnHost();
  memory = new WebAssembly.Memory({ initial: PAGES });
  nn = nnOver(memory);
  sets = nnSetsHere(host);
});

class Random {
  private state: number;
  constructor(seed: number) {
    this.state = seed;
  }
  /** 0…n − 1. */
  below(n: number): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * n);
  }
  float(): number {
    return this.below(2 ** 31) / 2 ** 30 - 1;
  }
}

const HARD = [0, -0, 1, -1, 1e-40, -1e-45, 1e-38, 3e38, -3e38, 1e20, 88.5, -104];
const NO_NUMBERS = [Number.NaN, Infinity, -Infinity];

type Kind = "plain" | "hard" | "no numbers";
const KINDS: Kind[] = ["plain", "hard", "no numbers"];

function floatOf(random: Random, kind: Kind): number {
  if (kind !== "plain" && random.below(8) === 0) return HARD[random.below(HARD.length)] as number;
  if (kind === "no numbers" && random.below(200) === 0) return NO_NUMBERS[random.below(NO_NUMBERS.length)] as number;
  return random.float() * (kind === "plain" ? 1 : 10 ** (random.below(6) - 3));
}

/** Lays spans into the reference's memory; the last one ends where memory ends. */
class Places {
  private at = 64;
  private readonly random: Random;
  private readonly last: number;
  private count = 0;
  readonly inputs: [number, number][] = [];
  constructor(random: Random, spans: number) {
    this.random = random;
    this.last = random.below(spans + 1);
  }
  take(bytes: number, input = true): number {
    const at = this.count++ === this.last ? BYTES - bytes : this.at + this.random.below(4);
    if (at !== BYTES - bytes) this.at = at + bytes + 64;
    if (this.at > BYTES / 2) throw new Error("the case is too large");
    if (input) this.inputs.push([at, bytes]);
    return at;
  }
  floats(n: number, kind: Kind): number {
    const at = this.take(n * 4);
    const view = new DataView(memory.buffer);
    for (let i = 0; i < n; i++) view.setFloat32(at + i * 4, floatOf(this.random, kind), true);
    return at;
  }
  /** n weights of any type. */
  weights(type: number, n: number, kind: Kind): number {
    if (type === F32) return this.floats(n, kind);
    const view = new DataView(memory.buffer);
    const half = () =>
      kind === "no numbers" && this.random.below(50) === 0 ? 0x7c00 + this.random.below(2) : (this.random.below(2) << 15) | this.random.below(kind === "plain" ? 0x4000 : 0x7c00);
    const size = type === F16 ? 2 : (BLOCK_BYTES[type] as number);
    const units = type === F16 ? n : n / 32;
    const at = this.take(units * size);
    for (let b = 0; b < units; b++) {
      for (let i = 0; i < size; i++) view.setUint8(at + b * size + i, this.random.below(256));
      view.setUint16(at + b * size, half(), true);
      if (type === Q4_1) view.setUint16(at + b * size + 2, half(), true);
    }
    return at;
  }
  /** tokens quantised rows of n. */
  rows(tokens: number, n: number, kind: Kind): number {
    const at = this.take(tokens * (n + n / 4));
    const scratch = BYTES / 2 + 64;
    const view = new Float32Array(memory.buffer, scratch, n);
    for (let t = 0; t < tokens; t++) {
      for (let i = 0; i < n; i++) view[i] = floatOf(this.random, kind);
      nn.quantize(scratch, n, at + t * (n + n / 4));
    }
    return at;
  }
}

interface Case {
  call: NnCall;
  values: number[];
  inputs: [number, number][];
  /** What the call may write, and what is compared, with some bytes around it. */
  out: [number, number];
}

const AROUND = 48;
const floatBits = (x: number) => new Uint32Array(Float32Array.of(x).buffer)[0] as number;

/** Makes the cases, runs each in the reference and in every set, and compares. */
function hold(seeds: number, make: (random: Random, kind: Kind) => Case): void {
  const script = new NnScript();
  const expected: { what: string; bytes: Uint8Array }[] = [];
  script.size(BYTES);
  for (let seed = 0; seed < seeds; seed++) {
    const kind = KINDS[seed % KINDS.length] as Kind;
    const { call, values, inputs, out } = make(new Random(seed * 7919 + 1), kind);
    const all = new Uint8Array(memory.buffer);
    const from = Math.max(0, out[0] - AROUND);
    const end = Math.min(BYTES, out[0] + out[1] + AROUND);
    const before = all.slice(from, end);
    const written = inputs.map(([at, bytes]) => [at, all.slice(at, at + bytes)] as const);
    const arguments_ = call === "rmsnorm" ? values.map((v, i) => (i === 3 ? new Float32Array(Uint32Array.of(v).buffer)[0] : v)) : values;
    (nn[call] as (...of: unknown[]) => void)(...arguments_);
    for (const name of sets) {
      for (const [at, bytes] of written) script.write(at, bytes);
      script.write(from, before);
      script.call("select", NN_SETS[name]);
      script.call(call, ...values);
      script.read(from, end - from);
      expected.push({ what: `${call}(${values}) on ${name}, ${kind}, seed ${seed}`, bytes: all.slice(from, end) });
    }
  }
  const answers = script.run(host);
  for (const [i, { what, bytes }] of expected.entries()) {
    const [selected, result, got] = answers.slice(i * 3, i * 3 + 3) as [Buffer, Buffer, Buffer];
    expect([what, selected.readUInt32LE(), result.readUInt32LE()]).toEqual([what, 0, 0]);
    if (!got.equals(bytes)) expect([what, difference(bytes, got)]).toEqual([what, undefined]);
  }
}

/** The first difference that is not one NaN for another. Outputs lie at any offset, so every float that could differ is looked at where it lies. */
function difference(expected: Uint8Array, got: Uint8Array): string | undefined {
  const [a, b] = [new DataView(expected.buffer, expected.byteOffset), new DataView(got.buffer, got.byteOffset)];
  for (let i = 0; i < expected.length; i++) {
    if (expected[i] === got[i]) continue;
    const inNaN = [0, 1, 2, 3].some(
      (back) => i - back >= 0 && i - back + 4 <= expected.length && Number.isNaN(a.getFloat32(i - back, true)) && Number.isNaN(b.getFloat32(i - back, true)),
    );
    if (!inNaN) return `byte ${i}: ${a.getFloat32(Math.min(i & ~3, expected.length - 4), true)} and ${b.getFloat32(Math.min(i & ~3, expected.length - 4), true)}`;
  }
  return undefined;
}

describe("every instruction set gives the reference's bits", () => {
  test("there are sets to hold", () => {
    expect(sets).toContain("sse2");
  });

  test("quantize", () => {
    hold(120, (random, kind) => {
      const n = 32 * random.below(20);
      const places = new Places(random, 2);
      const x = places.floats(n, kind);
      const q = places.take(n + n / 4, false);
      return { call: "quantize", values: [x, n, q], inputs: places.inputs, out: [q, n + n / 4] };
    });
  });

  test("quantize: every magnitude", () => {
    hold(90, (random) => {
      const n = 32 * 8;
      const places = new Places(random, 2);
      const x = places.floats(n, "plain");
      const view = new DataView(memory.buffer);
      for (let i = 0; i < n; i++) view.setFloat32(x + i * 4, random.float() * 2 ** (random.below(270) - 145 + (i >> 5)), true);
      const q = places.take(n + n / 4, false);
      return { call: "quantize", values: [x, n, q], inputs: places.inputs, out: [q, n + n / 4] };
    });
  });

  test.each([F32, F16, Q4_0, Q4_1, Q8_0])("dequantize, type %i", (type) => {
    hold(60, (random, kind) => {
      const n = type === F32 || type === F16 ? random.below(100) : 32 * random.below(12);
      const places = new Places(random, 2);
      const w = places.weights(type as number, n, kind);
      const y = places.take(n * 4, false);
      return { call: "dequantize", values: [type as number, w, n, y], inputs: places.inputs, out: [y, n * 4] };
    });
  });

  test.each([Q4_0, Q4_1, Q8_0])("matmul, type %i", (type) => {
    hold(150, (random, kind) => {
      const rows = random.below(3) === 0 ? random.below(6) : random.below(70);
      const columns = 32 * random.below(random.below(5) === 0 ? 49 : 8);
      const tokens = [1, 1, 2, 3, 4, 5, 31, 32, 33, 67][random.below(10)] as number;
      const stride = rows + random.below(3);
      const places = new Places(random, 3);
      const w = places.weights(type as number, rows * columns, kind);
      const x = places.rows(tokens, columns, kind);
      const bytes = rows === 0 ? 0 : ((tokens - 1) * stride + rows) * 4;
      const y = places.take(bytes, false);
      return { call: "matmul", values: [type as number, w, rows, columns, x, tokens, y, stride], inputs: places.inputs, out: [y, bytes] };
    });
  });

  test.each([F32, F16])("matmul, type %i", (type) => {
    hold(150, (random, kind) => {
      const rows = random.below(40);
      const columns = random.below(random.below(5) === 0 ? 600 : 80);
      const tokens = [1, 1, 2, 3, 4, 5, 7, 16, 19][random.below(9)] as number;
      const stride = rows + random.below(3);
      const places = new Places(random, 3);
      const w = places.weights(type as number, rows * columns, kind);
      const x = places.floats(tokens * columns, kind);
      const bytes = rows === 0 ? 0 : ((tokens - 1) * stride + rows) * 4;
      const y = places.take(bytes, false);
      return { call: "matmul", values: [type as number, w, rows, columns, x, tokens, y, stride], inputs: places.inputs, out: [y, bytes] };
    });
  });

  test.each([false, true])("rmsnorm, in place %s", (inPlace) => {
    hold(120, (random, kind) => {
      const n = 1 + random.below(130);
      const places = new Places(random, 3);
      const x = places.floats(n, kind);
      const weight = places.floats(n, kind);
      const y = inPlace ? x : places.take(n * 4, false);
      return { call: "rmsnorm", values: [x, weight, n, floatBits(1e-5), y], inputs: places.inputs, out: [y, n * 4] };
    });
  });

  test.each([false, true])("swiglu, in place %s", (inPlace) => {
    hold(120, (random, kind) => {
      const n = random.below(130);
      const places = new Places(random, 3);
      const gate = places.floats(n, kind);
      const up = places.floats(n, kind);
      if (kind === "hard") new DataView(memory.buffer).setFloat32(gate, random.float() * 120, true);
      const y = inPlace ? up : places.take(n * 4, false);
      return { call: "swiglu", values: [gate, up, n, y], inputs: places.inputs, out: [y, n * 4] };
    });
  });

  test("attention", () => {
    hold(180, (random, kind) => {
      const kvHeads = 1 + random.below(3);
      const heads = kvHeads * (1 + random.below(4));
      const size = random.below(2) === 0 ? 64 : 1 + random.below(90);
      const positions = random.below(12) === 0 ? 500 + random.below(30) : 1 + random.below(random.below(4) === 0 ? 150 : 40);
      const stride = kvHeads * size + random.below(9);
      const places = new Places(random, 5);
      const q = places.floats(heads * size, kind);
      const cache = (positions - 1) * stride + kvHeads * size;
      const keys = places.floats(cache, kind);
      const values = places.floats(cache, kind);
      const scores = places.take(positions * 4, false);
      const y = places.take(heads * size * 4, false);
      return { call: "attention", values: [q, keys, values, stride, positions, heads, kvHeads, size, scores, y], inputs: places.inputs, out: [y, heads * size * 4] };
    });
  });

  test.each(["gemm_nn", "gemm_tn"] as const)("%s", (call) => {
    hold(150, (random, kind) => {
      const [m, k, n] = [random.below(30), random.below(random.below(6) === 0 ? 700 : 40), random.below(150)];
      const places = new Places(random, 3);
      const a = places.floats(m * k, kind);
      const b = places.floats(k * n, kind);
      const c = places.floats(m * n, kind);
      return { call, values: [a, b, m, k, n, c], inputs: places.inputs, out: [c, m * n * 4] };
    });
  });
});

describe("what must trap", () => {
  const END = BYTES;
  test.each<[string, number, NnCall, number[]]>([
    ["a length that is no multiple of 32", TRAP_UNREACHABLE, "quantize", [0, 33, 4096]],
    ["a negative length", TRAP_UNREACHABLE, "quantize", [0, -32, 4096]],
    ["activations past the end", TRAP_OOB, "quantize", [END - 124, 32, 0]],
    ["a quantised row past the end", TRAP_OOB, "quantize", [0, 32, END - 39]],
    ["an unknown type", TRAP_UNREACHABLE, "matmul", [7, 0, 1, 32, 4096, 1, 8192, 1]],
    ["columns that are no multiple of 32", TRAP_UNREACHABLE, "matmul", [Q8_0 as number, 0, 1, 33, 4096, 1, 8192, 1]],
    ["a stride below the rows", TRAP_UNREACHABLE, "matmul", [Q8_0 as number, 0, 2, 32, 4096, 1, 8192, 1]],
    ["weights past the end", TRAP_OOB, "matmul", [Q8_0 as number, END - 33, 1, 32, 4096, 1, 8192, 1]],
    ["weights without end", TRAP_OOB, "matmul", [F32 as number, 0, 0x7fffffff, 0x7fffffff, 4096, 1, 8192, 0x7fffffff]],
    ["tokens past the end", TRAP_OOB, "matmul", [Q4_1 as number, 0, 1, 32, END - 79, 2, 8192, 1]],
    ["results past the end", TRAP_OOB, "matmul", [Q8_0 as number, 0, 1, 32, 4096, 3, END - 16, 2]],
    ["results without end", TRAP_OOB, "matmul", [Q8_0 as number, 0, 1, 32, 4096, 2, 0, 0x7fffffff]],
    ["no numbers to norm", TRAP_UNREACHABLE, "rmsnorm", [0, 0, 0, 0, 0]],
    ["a norm past the end", TRAP_OOB, "rmsnorm", [0, END - 60, 16, 0, 0]],
    ["gates past the end", TRAP_OOB, "swiglu", [END - 60, 0, 16, 0]],
    ["heads that do not share evenly", TRAP_UNREACHABLE, "attention", [0, 4096, 8192, 64, 1, 3, 2, 16, 12288, 16384]],
    ["a stride below a position", TRAP_UNREACHABLE, "attention", [0, 4096, 8192, 31, 1, 2, 2, 16, 12288, 16384]],
    ["no position", TRAP_UNREACHABLE, "attention", [0, 4096, 8192, 64, 0, 2, 2, 16, 12288, 16384]],
    ["keys past the end", TRAP_OOB, "attention", [0, END - 252, 8192, 64, 1, 4, 4, 16, 12288, 16384]],
    ["scores past the end", TRAP_OOB, "attention", [0, 4096, 8192, 64, 2, 4, 4, 16, END - 4, 16384]],
    ["a matrix past the end", TRAP_OOB, "gemm_nn", [0, 0, 8, 8, 8, END - 252]],
    ["a matrix without end", TRAP_OOB, "gemm_tn", [0, 0, 0x7fffffff, 0x7fffffff, 1, 0]],
    ["a negative count", TRAP_UNREACHABLE, "gemm_nn", [0, 0, -1, 8, 8, 0]],
  ])("%s", (_, trap, call, values) => {
    const script = new NnScript();
    script.size(BYTES);
    script.call(call, ...values);
    script.call("isa");
    const [answer, isa] = script.run(host) as [Buffer, Buffer];
    expect(answer.readUInt32LE()).toBe(TRAPPED + trap);
    expect(isa.readUInt32LE()).toBe(Math.max(...sets.flatMap((name) => (name === "emulated" ? [] : [NN_SETS[name]]))));
    expect(() => (nn[call] as (...of: number[]) => void)(...values)).toThrow(WebAssembly.RuntimeError);
  });

  test("a set that is none", () => {
    const script = new NnScript();
    for (const isa of [0, 5, -1]) script.call("select", isa);
    expect(script.run(host).map((answer) => answer.readInt32LE())).toEqual([-8, -8, -8]);
  });
});
