// The reference of the vector kernels against plain definitions: sums with Math.fround in the order that the contract states, halves by
// search among all halves. Also how V8 users bind it.
import { beforeAll, describe, expect, test } from "vitest";
import { buildNnReference, type NnCalls, nnLater, nnOver } from "./nn-reference.js";

const f32 = Math.fround;
const PAGES = 64;
let memory: WebAssembly.Memory;
let nn: NnCalls;

beforeAll(async () => {
  await buildNnReference();
  memory = new WebAssembly.Memory({ initial: PAGES });
  nn = nnOver(memory);
});

/** Value of each of the 2¹⁶ halves. */
const HALVES = Float64Array.from({ length: 0x10000 }, (_, bits) => {
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  const magnitude = exponent === 31 ? (fraction ? Number.NaN : Infinity) : exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25);
  return bits & 0x8000 ? -magnitude : magnitude;
});

/** The nearest half's value, ties to the even one, for a ≥ 0. */
function nearestHalf(a: number): number {
  let low = 0;
  let high = 0x7c00;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((HALVES[middle] as number) <= a) low = middle;
    else high = middle;
  }
  const below = HALVES[low] as number;
  const above = high === 0x7c00 ? 65536 : (HALVES[high] as number); // where the next one would be
  const up = a - below > above - a || (a - below === above - a && low % 2 === 1);
  return HALVES[up ? high : low] as number;
}

function roundEven(x: number): number {
  const floor = Math.floor(x);
  if (x - floor !== 0.5) return Math.round(x);
  return floor % 2 === 0 ? floor : floor + 1;
}

let state = 1;
/** −1…1, the same in every run. */
function random(): number {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return f32(state / 2 ** 31 - 1);
}

function dotOrder(products: number[]): number {
  let sums = new Array<number>(16).fill(0);
  for (const [i, product] of products.entries()) sums[i % 16] = f32((sums[i % 16] as number) + product);
  for (let half = 8; half >= 1; half /= 2) sums = Array.from({ length: half }, (_, i) => f32((sums[i] as number) + (sums[i + half] as number)));
  return sums[0] as number;
}

const X = 0;
const Q = 0x20000;
const W = 0x40000;
const Y = 0x100000;
const floats = (at: number, n: number) => new Float32Array(memory.buffer, at, n);
const bytes = (at: number, n: number) => new Uint8Array(memory.buffer, at, n);

describe("quantize", () => {
  test("every block as defined", () => {
    const n = 32 * 40;
    const x = floats(X, n).map((_, i) => f32(random() * 10 ** (Math.floor(i / 32) - 20)));
    floats(X, n).set(x);
    nn.quantize(X, n, Q);
    const scales = floats(Q + n, n / 32);
    const sums = new Int32Array(memory.buffer, Q + n + n / 8, n / 32);
    const values = new Int8Array(memory.buffer, Q, n);
    for (let b = 0; b < n / 32; b++) {
      const block = [...x.subarray(b * 32, b * 32 + 32)];
      const a = Math.max(...block.map(Math.abs));
      const factor = f32(127 / a);
      expect([...values.subarray(b * 32, b * 32 + 32)]).toEqual(block.map((v) => roundEven(f32(v * factor)) + 0));
      expect(scales[b]).toBe(f32(nearestHalf(f32(a / 127))));
      expect(sums[b]).toBe(values.subarray(b * 32, b * 32 + 32).reduce((s, v) => s + v, 0));
    }
  });

  test.each([Number.NaN, Infinity, -Infinity])("a block with %s is seen", (bad) => {
    const x = floats(X, 64).fill(1);
    x[3] = bad;
    nn.quantize(X, 64, Q);
    const scales = floats(Q + 64, 2);
    expect(scales[0]).toBeNaN();
    expect(scales[1]).toBeGreaterThan(0);
    expect([...new Int8Array(memory.buffer, Q, 32)]).toEqual(new Array(32).fill(0));
    expect([...new Int32Array(memory.buffer, Q + 72, 2)]).toEqual([0, 127 * 32]);
  });

  test.each([0, 1e-40, -3e-45])("a block of %s becomes zeros", (small) => {
    floats(X, 32).fill(small);
    nn.quantize(X, 32, Q);
    expect([...bytes(Q, 40)]).toEqual(new Array(40).fill(0));
  });

  test("a length that is no multiple of 32 traps", () => {
    expect(() => nn.quantize(X, 31, Q)).toThrow(WebAssembly.RuntimeError);
    expect(() => nn.quantize(X, -32, Q)).toThrow(WebAssembly.RuntimeError);
  });
});

describe("weights", () => {
  test("every half", () => {
    new Uint16Array(memory.buffer, W, 0x10000).forEach((_, i, all) => {
      all[i] = i;
    });
    nn.dequantize(1, W, 0x10000, Y);
    expect(Float64Array.from(floats(Y, 0x10000))).toEqual(HALVES);
  });

  const BLOCK_BYTES: Record<number, number> = { 2: 18, 3: 20, 8: 34 };

  /** Scale, least and the 32 integers of a block at `at`. */
  function block(type: number, at: number): { scale: number; least: number; q: number[] } {
    const view = new DataView(memory.buffer);
    const scale = HALVES[view.getUint16(at, true)] as number;
    if (type === 8) return { scale, least: 0, q: Array.from({ length: 32 }, (_, i) => view.getInt8(at + 2 + i)) };
    const nibbles = at + (type === 3 ? 4 : 2);
    const q = Array.from({ length: 32 }, (_, i) => (view.getUint8(nibbles + (i % 16)) >> (i < 16 ? 0 : 4)) & 15);
    return { scale, least: type === 3 ? (HALVES[view.getUint16(at + 2, true)] as number) : 0, q: type === 2 ? q.map((v) => v - 8) : q };
  }

  function fillBlocks(type: number, blocks: number): void {
    const view = new DataView(memory.buffer);
    const size = BLOCK_BYTES[type] as number;
    for (let b = 0; b < blocks; b++) {
      for (let i = 0; i < size; i++) view.setUint8(W + b * size + i, Math.floor((random() + 1) * 128) & 255);
      view.setUint16(W + b * size, 0x2000 + Math.floor((random() + 1) * 0x800), true);
      if (type === 3) view.setUint16(W + b * size + 2, 0xa000 + Math.floor((random() + 1) * 0x800), true);
    }
  }

  test.each([2, 3, 8])("type %i: rows, block after block", (type) => {
    const [rows, columns, tokens, stride] = [5, 96, 3, 7];
    const blocks = columns / 32;
    const size = BLOCK_BYTES[type] as number;
    fillBlocks(type, rows * blocks);
    floats(X, columns * tokens).forEach((_, i, all) => {
      all[i] = random();
    });
    const rowBytes = columns + columns / 4;
    for (let t = 0; t < tokens; t++) nn.quantize(X + t * columns * 4, columns, Q + t * rowBytes);
    floats(Y, stride * tokens).fill(-1);
    nn.matmul(type, W, rows, columns, Q, tokens, Y, stride);
    for (let t = 0; t < tokens; t++) {
      const values = new Int8Array(memory.buffer, Q + t * rowBytes, columns);
      const view = new DataView(memory.buffer, Q + t * rowBytes + columns);
      for (let r = 0; r < stride; r++) {
        let acc = 0;
        for (let b = 0; b < blocks && r < rows; b++) {
          const { scale, least, q } = block(type, W + (r * blocks + b) * size);
          const scaleX = view.getFloat32(b * 4, true);
          const i = q.reduce((sum, v, k) => sum + v * (values[b * 32 + k] as number), 0);
          acc = f32(acc + f32(i * f32(scale * scaleX)));
          if (type === 3) acc = f32(acc + f32(least * f32(scaleX * view.getInt32(blocks * 4 + b * 4, true))));
        }
        expect(floats(Y, stride * tokens)[t * stride + r]).toBe(r < rows ? acc : -1);
      }
    }
    nn.dequantize(type, W, columns, Y);
    const weights = Array.from({ length: blocks }, (_, b) => block(type, W + b * size)).flatMap(({ scale, least, q }) => q.map((v) => f32(f32(scale * v) + least)));
    expect([...floats(Y, columns)]).toEqual(weights);
  });

  test.each([0, 1])("type %i: the dot order, every tail", (type) => {
    for (let columns = 0; columns < 50; columns++) {
      const w = Array.from({ length: columns * 2 }, () => (type === 0 ? random() : (HALVES[0x3000 + Math.floor((random() + 1) * 0x400)] as number)));
      if (type === 0) floats(W, w.length).set(w);
      else new Uint16Array(memory.buffer, W, w.length).set(w.map((v) => HALVES.indexOf(v)));
      floats(X, columns).forEach((_, i, all) => {
        all[i] = random();
      });
      nn.matmul(type, W, 2, columns, X, 1, Y, 2);
      for (let r = 0; r < 2; r++) expect(floats(Y, 2)[r]).toBe(dotOrder([...floats(X, columns)].map((x, i) => f32(x * (w[r * columns + i] as number)))));
    }
  });

  test("a type and counts that make no sense trap", () => {
    expect(() => nn.matmul(7, W, 1, 32, Q, 1, Y, 1)).toThrow(WebAssembly.RuntimeError);
    expect(() => nn.matmul(8, W, 1, 33, Q, 1, Y, 1)).toThrow(WebAssembly.RuntimeError);
    expect(() => nn.matmul(8, W, 2, 32, Q, 2, Y, 1)).toThrow(WebAssembly.RuntimeError);
    expect(() => nn.dequantize(12, W, 32, Y)).toThrow(WebAssembly.RuntimeError);
  });
});

describe("layer", () => {
  test("rmsnorm, in place too", () => {
    const n = 57;
    const x = Array.from({ length: n }, random);
    const weight = Array.from({ length: n }, random);
    floats(X, n).set(x);
    floats(W, n).set(weight);
    nn.rmsnorm(X, W, n, 1e-5, X);
    const scale = f32(1 / f32(Math.sqrt(f32(f32(dotOrder(x.map((v) => f32(v * v))) / n) + f32(1e-5)))));
    expect([...floats(X, n)]).toEqual(x.map((v, i) => f32(f32(v * scale) * (weight[i] as number))));
  });

  test("swiglu", () => {
    const gate = [-100, -20, -1, -0.1, 0, 0.1, 1, 20, 100];
    floats(X, gate.length).set(gate);
    floats(W, gate.length).fill(2);
    nn.swiglu(X, W, gate.length, Y);
    for (const [i, g] of gate.entries()) expect(floats(Y, gate.length)[i] as number).toBeCloseTo((2 * g) / (1 + Math.exp(-g)), 4);
  });

  test("attention, heads that share keys", () => {
    const [heads, kvHeads, size, positions, stride] = [6, 2, 20, 37, 43];
    const [KEYS, VALUES, SCORES] = [W, W + 0x10000, W + 0x20000];
    for (const [at, n] of [
      [X, heads * size],
      [KEYS, positions * stride],
      [VALUES, positions * stride],
    ] as const)
      floats(at, n).forEach((_, i, all) => {
        all[i] = random() * 3;
      });
    nn.attention(X, KEYS, VALUES, stride, positions, heads, kvHeads, size, SCORES, Y);
    for (let h = 0; h < heads; h++) {
      const shared = Math.floor(h / (heads / kvHeads)) * size;
      const row = (at: number, p: number) => floats(at + (p * stride + shared) * 4, size);
      const scores = Array.from({ length: positions }, (_, p) => row(KEYS, p).reduce((s, k, i) => s + k * (floats(X, heads * size)[h * size + i] as number), 0) / Math.sqrt(size));
      const top = Math.max(...scores);
      const p = scores.map((s) => Math.exp(s - top));
      const total = p.reduce((s, v) => s + v, 0);
      for (let i = 0; i < size; i++) {
        const expected = p.reduce((s, v, at) => s + v * (row(VALUES, at)[i] as number), 0) / total;
        expect(Math.abs((floats(Y, heads * size)[h * size + i] as number) - expected)).toBeLessThan(2e-5);
      }
    }
    expect(() => nn.attention(X, KEYS, VALUES, stride, positions, 6, 4, size, SCORES, Y)).toThrow(WebAssembly.RuntimeError);
  });
});

describe("training", () => {
  test.each(["gemm_nn", "gemm_tn"] as const)("%s adds in the order of k", (name) => {
    const [m, k, n] = [3, 11, 9];
    for (const [at, count] of [
      [X, m * k],
      [W, k * n],
      [Y, m * n],
    ] as const)
      floats(at, count).forEach((_, i, all) => {
        all[i] = random();
      });
    const [a, b, c] = [[...floats(X, m * k)], [...floats(W, k * n)], [...floats(Y, m * n)]];
    nn[name](X, W, m, k, n, Y);
    for (let i = 0; i < m; i++)
      for (let j = 0; j < n; j++) {
        let sum = c[i * n + j] as number;
        for (let p = 0; p < k; p++) sum = f32(sum + f32((a[name === "gemm_nn" ? i * k + p : p * m + i] as number) * (b[p * n + j] as number)));
        expect(floats(Y, m * n)[i * n + j]).toBe(sum);
      }
  });
});

describe("who imports it", () => {
  test("says which set works", () => {
    expect([nn.isa(), nn.select(0), nn.select(2)]).toEqual([0, 0, -8]);
  });

  test("binds to a memory that comes later", () => {
    const { imports, bind } = nnLater();
    expect(() => imports.isa()).toThrow("before nnLater().bind");
    bind(memory);
    floats(X, 32).fill(0.5);
    imports.quantize(X, 32, Q);
    expect(bytes(Q, 1)[0]).toBe(127);
    expect(Object.keys(imports).sort()).toEqual(["attention", "dequantize", "gemm_nn", "gemm_tn", "isa", "matmul", "quantize", "rmsnorm", "select", "swiglu"]);
  });
});
