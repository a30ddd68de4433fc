// A trained model as a GGUF v3 file of architecture `llama`: matrices as Q8_0 or F32, norms as F32, the vocabulary in its metadata. Pairs of rope are
// neighbours here and there, so no row changes place. Not a reader.
import type { Vocabulary } from "./bpe-vocabulary.js";
import type { ModelShape } from "./ops-process.js";

/** GGUF's numbers of tensor types. */
export const TENSOR = { f32: 0, q8_0: 8 } as const;
const VALUE = { u32: 4, i32: 5, f32: 6, bool: 7, string: 8, array: 9 } as const;
const ALIGNMENT = 32;
const BLOCK = 32;
/** Of tokens: text, or a mark that is none. */
const KIND = { normal: 1, control: 3 } as const;

/** A value of the metadata. */
export type MetaValue = { u32: number } | { f32: number } | { bool: boolean } | { string: string } | { strings: readonly string[] } | { i32s: readonly number[] };

const u32 = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};
const u64 = (value: number) => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
};
const string = (value: string) => {
  const bytes = Buffer.from(value, "utf8");
  return Buffer.concat([u64(bytes.length), bytes]);
};

function metaBytes(value: MetaValue): Buffer {
  if ("u32" in value) return Buffer.concat([u32(VALUE.u32), u32(value.u32)]);
  if ("f32" in value) return Buffer.concat([u32(VALUE.f32), Buffer.from(new Float32Array([value.f32]).buffer)]);
  if ("bool" in value) return Buffer.concat([u32(VALUE.bool), Buffer.of(value.bool ? 1 : 0)]);
  if ("string" in value) return Buffer.concat([u32(VALUE.string), string(value.string)]);
  if ("strings" in value) return Buffer.concat([u32(VALUE.array), u32(VALUE.string), u64(value.strings.length), ...value.strings.map(string)]);
  return Buffer.concat([u32(VALUE.array), u32(VALUE.i32), u64(value.i32s.length), Buffer.from(new Int32Array(value.i32s).buffer)]);
}

const f32Of = new Float32Array(1);
const bitsOf = new Uint32Array(f32Of.buffer);

/** Bits of the nearest half-precision number, ties to even. */
export function halfBits(value: number): number {
  f32Of[0] = value;
  const bits = bitsOf[0] as number;
  const sign = (bits >>> 16) & 0x8000;
  const exponent = ((bits >>> 23) & 0xff) - 112;
  const mantissa = bits & 0x7fffff;
  if (exponent >= 31) return sign | 0x7c00 | (exponent === 143 && mantissa ? 0x200 : 0);
  // Below the normal range the hidden bit is shifted down with the rest.
  const shift = exponent > 0 ? 13 : 14 - exponent;
  if (shift > 24) return sign;
  const whole = exponent > 0 ? mantissa : mantissa | 0x800000;
  const kept = Math.floor(whole / 2 ** shift);
  const rest = whole - kept * 2 ** shift;
  const half = 2 ** (shift - 1);
  const up = rest > half || (rest === half && (kept & 1) === 1) ? 1 : 0;
  return sign | ((exponent > 0 ? exponent << 10 : 0) + kept + up);
}

/** f32 → Q8_0: per 32 weights a half-precision scale and a signed byte each. The count is a multiple of 32. */
export function quantizeQ8(values: Float32Array): Buffer {
  const out = Buffer.alloc((values.length / BLOCK) * (2 + BLOCK));
  for (let block = 0, at = 0; block < values.length; block += BLOCK, at += 2 + BLOCK) {
    let most = 0;
    for (let i = 0; i < BLOCK; i++) most = Math.max(most, Math.abs(values[block + i] as number));
    const scale = Math.fround(most / 127);
    out.writeUInt16LE(halfBits(scale), at);
    for (let i = 0; i < BLOCK; i++) {
      const value = scale > 0 ? (values[block + i] as number) / scale : 0;
      out.writeInt8(Math.max(-127, Math.min(127, Math.sign(value) * Math.round(Math.abs(value)))), at + 2 + i);
    }
  }
  return out;
}

interface Tensor {
  name: string;
  columns: number;
  rows: number;
  values: Float32Array;
}

/** The tensors of a model out of its parameters, in their order (kernel-as/ml/lm/shape.ts). */
export function tensorsOf(shape: ModelShape, parameters: Float32Array): Tensor[] {
  const { vocabulary, width, hidden } = shape;
  const kv = (width / shape.heads) * shape.kvHeads;
  let at = 0;
  const take = (name: string, columns: number, rows: number): Tensor => {
    const values = parameters.subarray(at, at + columns * rows);
    at += columns * rows;
    return { name: `${name}.weight`, columns, rows, values };
  };
  const tensors = [take("token_embd", width, vocabulary)];
  for (let l = 0; l < shape.layers; l++) {
    const layer = `blk.${l}`;
    tensors.push(take(`${layer}.attn_norm`, width, 1), take(`${layer}.attn_q`, width, width), take(`${layer}.attn_k`, width, kv), take(`${layer}.attn_v`, width, kv));
    tensors.push(take(`${layer}.attn_output`, width, width), take(`${layer}.ffn_norm`, width, 1), take(`${layer}.ffn_gate`, width, hidden), take(`${layer}.ffn_up`, width, hidden));
    tensors.push(take(`${layer}.ffn_down`, hidden, width));
  }
  tensors.push(take("output_norm", width, 1));
  if (at !== parameters.length) throw new RangeError(`a model of this shape has ${at} parameters, not ${parameters.length}`);
  return tensors;
}

/** The metadata that says what the model is; `extra` comes after it. */
export function metaOf(shape: ModelShape, vocabulary: Vocabulary, name: string, type: keyof typeof TENSOR, extra: Readonly<Record<string, MetaValue>> = {}): Record<string, MetaValue> {
  const tokens = Array.from({ length: vocabulary.size }, (_, token) => token);
  return {
    "general.architecture": { string: "llama" },
    "general.name": { string: name },
    "general.file_type": { u32: type === "q8_0" ? 7 : 0 },
    "general.quantization_version": { u32: 2 },
    "llama.vocab_size": { u32: shape.vocabulary },
    "llama.context_length": { u32: shape.context },
    "llama.embedding_length": { u32: shape.width },
    "llama.block_count": { u32: shape.layers },
    "llama.feed_forward_length": { u32: shape.hidden },
    "llama.attention.head_count": { u32: shape.heads },
    "llama.attention.head_count_kv": { u32: shape.kvHeads },
    "llama.attention.layer_norm_rms_epsilon": { f32: shape.epsilon },
    "llama.rope.dimension_count": { u32: shape.width / shape.heads },
    "llama.rope.freq_base": { f32: shape.ropeBase },
    "tokenizer.ggml.model": { string: "gpt2" },
    "tokenizer.ggml.pre": { string: "llama-bpe" },
    "tokenizer.ggml.tokens": { strings: tokens.map((token) => vocabulary.textOf(token)) },
    "tokenizer.ggml.token_type": { i32s: tokens.map((token) => (token === vocabulary.bos || token === vocabulary.eos ? KIND.control : KIND.normal)) },
    "tokenizer.ggml.merges": { strings: vocabulary.merges.map(([left, right]) => `${vocabulary.textOf(left)} ${vocabulary.textOf(right)}`) },
    "tokenizer.ggml.bos_token_id": { u32: vocabulary.bos },
    "tokenizer.ggml.eos_token_id": { u32: vocabulary.eos },
    "tokenizer.ggml.add_bos_token": { bool: true },
    "tokenizer.ggml.add_space_prefix": { bool: false },
    ...extra,
  };
}

/** The whole file. */
export function writeGguf(meta: Readonly<Record<string, MetaValue>>, tensors: readonly Tensor[], type: keyof typeof TENSOR): Buffer {
  const data: Buffer[] = [];
  const infos: Buffer[] = [];
  let offset = 0;
  for (const { name, columns, rows, values } of tensors) {
    const plain = type === "f32" || rows === 1;
    const bytes = plain ? Buffer.from(values.slice().buffer) : quantizeQ8(values);
    const sizes = rows === 1 ? [columns] : [columns, rows];
    infos.push(Buffer.concat([string(name), u32(sizes.length), ...sizes.map(u64), u32(plain ? TENSOR.f32 : TENSOR.q8_0), u64(offset)]));
    const padded = Math.ceil(bytes.length / ALIGNMENT) * ALIGNMENT;
    data.push(bytes, Buffer.alloc(padded - bytes.length));
    offset += padded;
  }
  const keys = Object.entries(meta);
  const head = Buffer.concat([
    Buffer.from("GGUF"),
    u32(3),
    u64(tensors.length),
    u64(keys.length),
    ...keys.flatMap(([key, value]) => [string(key), metaBytes(value)]),
    ...infos,
  ]);
  return Buffer.concat([head, Buffer.alloc((ALIGNMENT - (head.length % ALIGNMENT)) % ALIGNMENT), ...data]);
}
