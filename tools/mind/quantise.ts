// Weights between f32 and GGUF's types, block by block: the formulas of the formats, so that other readers of the file get the same weights. All arithmetic is
// rounded to f32 after each step.
import { ToolError } from "../lib/index.js";
import { HALVES, toHalf } from "./half.js";

/** A tensor type that the mind reads. */
export type WeightType = "F32" | "F16" | "Q4_0" | "Q4_1" | "Q8_0";

interface Form {
  /** GGUF's number. */
  number: number;
  /** Values in a block, and its bytes. */
  block: number;
  bytes: number;
  /** general.file_type of a model that is mostly of this type. */
  fileType: number;
}

export const WEIGHT_TYPES: Record<WeightType, Form> = {
  F32: { number: 0, block: 1, bytes: 4, fileType: 0 },
  F16: { number: 1, block: 1, bytes: 2, fileType: 1 },
  Q4_0: { number: 2, block: 32, bytes: 18, fileType: 2 },
  Q4_1: { number: 3, block: 32, bytes: 20, fileType: 3 },
  Q8_0: { number: 8, block: 32, bytes: 34, fileType: 7 },
};

/** A type, a shape or a file that cannot be worked with. */
export class GgufError extends ToolError {
  override readonly name = "GgufError";
  override readonly code = "GANGLION_GGUF";
}

/** The type of this name in any case. @throws GgufError */
export function weightType(name: string): WeightType {
  const upper = name.toUpperCase();
  if (upper in WEIGHT_TYPES) return upper as WeightType;
  throw new GgufError(`${name} is not a weight type`, { expected: Object.keys(WEIGHT_TYPES).join(", ") });
}

/** Bytes of `count` values. @throws GgufError where they are no whole blocks */
export function weightBytes(type: WeightType, count: number): number {
  const { block, bytes } = WEIGHT_TYPES[type];
  if (count % block !== 0) throw new GgufError(`${count} values are no whole blocks of ${block}`, { expected: `rows of a multiple of ${block} for ${type}` });
  return (count / block) * bytes;
}

/** Weights of a type as f32. `data` need not be aligned. */
export function dequantise(type: WeightType, data: Uint8Array, count: number): Float32Array {
  if (data.length !== weightBytes(type, count)) throw new GgufError(`${data.length} bytes for ${count} values of ${type}`, { expected: `${weightBytes(type, count)} bytes` });
  const out = new Float32Array(count);
  if (type === "F32") {
    new Uint8Array(out.buffer).set(data);
    return out;
  }
  if (type === "F16") {
    for (let i = 0; i < count; i++) out[i] = HALVES[(data[2 * i] as number) | ((data[2 * i + 1] as number) << 8)] as number;
    return out;
  }
  const { bytes } = WEIGHT_TYPES[type];
  for (let at = 0, to = 0; to < count; at += bytes, to += 32) {
    const scale = HALVES[(data[at] as number) | ((data[at + 1] as number) << 8)] as number;
    if (type === "Q8_0") {
      for (let i = 0; i < 32; i++) out[to + i] = scale * (((data[at + 2 + i] as number) << 24) >> 24);
      continue;
    }
    const least = type === "Q4_1" ? (HALVES[(data[at + 2] as number) | ((data[at + 3] as number) << 8)] as number) : 0;
    const nibbles = at + (type === "Q4_1" ? 4 : 2);
    const offset = type === "Q4_1" ? 0 : 8;
    for (let i = 0; i < 16; i++) {
      const byte = data[nibbles + i] as number;
      out[to + i] = Math.fround(scale * ((byte & 15) - offset)) + least;
      out[to + 16 + i] = Math.fround(scale * ((byte >> 4) - offset)) + least;
    }
  }
  return out;
}

/** f32 as weights of a type. */
export function quantise(type: WeightType, values: Float32Array): Uint8Array {
  const out = new Uint8Array(weightBytes(type, values.length));
  if (type === "F32") {
    out.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    return out;
  }
  if (type === "F16") {
    for (let i = 0; i < values.length; i++) putHalf(out, 2 * i, values[i] as number);
    return out;
  }
  const block = type === "Q8_0" ? blockQ8 : type === "Q4_0" ? blockQ40 : blockQ41;
  for (let from = 0, at = 0; from < values.length; from += 32, at += WEIGHT_TYPES[type].bytes) block(values, from, out, at);
  return out;
}

function putHalf(out: Uint8Array, at: number, value: number): number {
  const half = toHalf(value);
  out[at] = half & 255;
  out[at + 1] = half >> 8;
  return half;
}

// scale = greatest |x| ÷ 127; round half away from zero.
function blockQ8(values: Float32Array, from: number, out: Uint8Array, at: number): void {
  let greatest = 0;
  for (let i = 0; i < 32; i++) greatest = Math.max(greatest, Math.abs(values[from + i] as number));
  const scale = Math.fround(greatest / 127);
  const factor = scale === 0 ? 0 : Math.fround(1 / scale);
  putHalf(out, at, scale);
  for (let i = 0; i < 32; i++) {
    const scaled = Math.fround((values[from + i] as number) * factor);
    out[at + 2 + i] = scaled < 0 ? -Math.floor(0.5 - scaled) : Math.floor(scaled + 0.5);
  }
}

// The value with the greatest magnitude becomes −8.
function blockQ40(values: Float32Array, from: number, out: Uint8Array, at: number): void {
  let extreme = 0;
  for (let i = 0; i < 32; i++) if (Math.abs(values[from + i] as number) > Math.abs(extreme)) extreme = values[from + i] as number;
  const scale = Math.fround(extreme / -8);
  const factor = scale === 0 ? 0 : Math.fround(1 / scale);
  putHalf(out, at, scale);
  const nibble = (i: number) => Math.min(15, Math.trunc(Math.fround(Math.fround((values[from + i] as number) * factor) + 8.5)));
  for (let i = 0; i < 16; i++) out[at + 2 + i] = nibble(i) | (nibble(i + 16) << 4);
}

// The least value becomes 0, the greatest 15.
function blockQ41(values: Float32Array, from: number, out: Uint8Array, at: number): void {
  let least = Number.POSITIVE_INFINITY;
  let greatest = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < 32; i++) {
    least = Math.min(least, values[from + i] as number);
    greatest = Math.max(greatest, values[from + i] as number);
  }
  const scale = Math.fround(Math.fround(greatest - least) / 15);
  const factor = scale === 0 ? 0 : Math.fround(1 / scale);
  putHalf(out, at, scale);
  putHalf(out, at + 2, least);
  const nibble = (i: number) => Math.min(15, Math.trunc(Math.fround(Math.fround(Math.fround((values[from + i] as number) - least) * factor) + 0.5)));
  for (let i = 0; i < 16; i++) out[at + 4 + i] = nibble(i) | (nibble(i + 16) << 4);
}
