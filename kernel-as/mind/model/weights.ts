// A llama model as its file describes it: sizes from the metadata, weights as tensors where they lie. Every size and shape is checked here, so that forward.ts
// need not. Nothing is copied.
import { copy, literalCopy } from "../../lib/bytes";
import { TextWriter } from "../../lib/fmt";
import { faulty, say, sayBytes, sayNumber } from "../fault";
import { Gguf, sayName, Tensor } from "../gguf/file";
import { VALUE_STRING } from "../gguf/types";
import { give, take } from "../memory";

const F32: u32 = 0;
const LAYERS_MOST: u64 = 256;
const WIDTH_MOST: u64 = 16384;
const HIDDEN_MOST: u64 = 65536;
const HEADS_MOST: u64 = 256;
const HEAD_SIZE_MOST: u64 = 512;
const CONTEXT_MOST: u64 = 1 << 20;
/** Tensors of a layer, by place in the table. */
export const ATTENTION_NORM: i32 = 0;
export const QUERY: i32 = 1;
export const KEY: i32 = 2;
export const VALUE: i32 = 3;
export const ATTENTION_OUTPUT: i32 = 4;
export const FEED_NORM: i32 = 5;
export const GATE: i32 = 6;
export const UP: i32 = 7;
export const DOWN: i32 = 8;
const PER_LAYER: i32 = 9;

const nameBuffer: usize = memory.data(64);
const name = changetype<TextWriter>(memory.data(16, 4));

function partName(part: i32): string {
  if (part === ATTENTION_NORM) return "attn_norm";
  if (part === QUERY) return "attn_q";
  if (part === KEY) return "attn_k";
  if (part === VALUE) return "attn_v";
  if (part === ATTENTION_OUTPUT) return "attn_output";
  if (part === FEED_NORM) return "ffn_norm";
  if (part === GATE) return "ffn_gate";
  return part === UP ? "ffn_up" : "ffn_down";
}

@unmanaged
export class Weights {
  /** Layers, width of the stream between them, width inside the feed-forward part. */
  layers: i32;
  width: i32;
  hidden: i32;
  heads: i32;
  kvHeads: i32;
  headSize: i32;
  /** Tokens that the model was trained for. */
  contextLength: i32;
  vocabulary: i32;
  /** Of a head's values, those that are rotated. */
  ropeSize: i32;
  ropeBase: f64;
  /** Positions are divided by this: 1 unless the file scales them. */
  ropeScale: f64;
  epsilon: f32;
  embedding: Tensor;
  outputNorm: Tensor;
  output: Tensor;
  /** f32[ropeSize ÷ 2] by which each frequency is divided; null: by 1. */
  ropeFactors: Tensor | null;
  /** Tensor[layers × 9]: addresses. */
  private parts: usize;

  /** Reads a file whose vocabulary has so many tokens. False: `fault` says why; close() what there is. */
  open(gguf: Gguf, vocabulary: i32): bool {
    memory.fill(changetype<usize>(this), 0, offsetof<Weights>());
    this.vocabulary = vocabulary;
    return this.readSizes(gguf) && this.readTensors(gguf);
  }

  close(): void {
    give(this.parts);
    this.parts = 0;
  }

  /** A tensor of a layer. */
  part(layer: i32, which: i32): Tensor {
    return changetype<Tensor>(load<usize>(this.parts + <usize>((layer * PER_LAYER + which) * 4)));
  }

  /** Values of all key heads of a token, and of all its value heads. */
  get kvWidth(): i32 {
    return this.kvHeads * this.headSize;
  }
  /** Values of all heads of a token. */
  get headsWidth(): i32 {
    return this.heads * this.headSize;
  }

  private size(gguf: Gguf, key: string, fallback: u64, most: u64): i32 {
    const value = gguf.unsigned(key, fallback);
    if (faulty()) return 0;
    if (value >= 1 && value <= most) return <i32>value;
    say(key);
    if (value === 0) say(" is missing or 0");
    else {
      say(" is ");
      sayNumber(value);
    }
    say(", expected 1 to ");
    sayNumber(most);
    return 0;
  }

  private readSizes(gguf: Gguf): bool {
    this.layers = this.size(gguf, "llama.block_count", 0, LAYERS_MOST);
    if (!faulty()) this.width = this.size(gguf, "llama.embedding_length", 0, WIDTH_MOST);
    if (!faulty()) this.hidden = this.size(gguf, "llama.feed_forward_length", 0, HIDDEN_MOST);
    if (!faulty()) this.heads = this.size(gguf, "llama.attention.head_count", 0, HEADS_MOST);
    if (!faulty()) this.kvHeads = this.size(gguf, "llama.attention.head_count_kv", <u64>this.heads, HEADS_MOST);
    if (!faulty()) this.contextLength = this.size(gguf, "llama.context_length", 0, CONTEXT_MOST);
    if (!faulty()) this.headSize = this.size(gguf, "llama.attention.key_length", <u64>(this.width / this.heads), HEAD_SIZE_MOST);
    if (!faulty()) this.ropeSize = this.size(gguf, "llama.rope.dimension_count", <u64>this.headSize, HEAD_SIZE_MOST);
    if (faulty()) return false;
    if (this.heads % this.kvHeads !== 0) {
      say("llama.attention.head_count is no multiple of head_count_kv");
      return false;
    }
    if (gguf.unsigned("llama.attention.value_length", <u64>this.headSize) !== <u64>this.headSize || this.ropeSize > this.headSize || this.ropeSize % 2 !== 0) {
      say("the sizes of a head do not fit: keys and values must be as long as each other, and an even number of values rotated");
      return false;
    }
    if (gguf.unsigned("llama.expert_count", 0) !== 0) {
      say("a mixture of experts is not supported; use a dense llama model");
      return false;
    }
    this.ropeBase = gguf.number("llama.rope.freq_base", 10000.0);
    this.epsilon = <f32>gguf.number("llama.attention.layer_norm_rms_epsilon", 1e-5);
    this.ropeScale = 1.0;
    if (gguf.is("llama.rope.scaling.type", "linear")) this.ropeScale = gguf.number("llama.rope.scaling.factor", 1.0);
    else if (gguf.find("llama.rope.scaling.type") && !gguf.is("llama.rope.scaling.type", "none")) {
      const key = gguf.find("llama.rope.scaling.type");
      say("rope scaling ");
      if (key && key.type === VALUE_STRING) sayBytes(key.at, key.count);
      say(" is not supported; use none or linear");
      return false;
    }
    if (!(this.ropeBase > 1.0 && this.ropeBase < 1e12) || !(this.epsilon > 0.0 && this.epsilon < 1.0) || !(this.ropeScale > 0.0 && this.ropeScale < 1e6)) {
      say("the rope base, its scale or the epsilon of the norms in the metadata makes no sense");
      return false;
    }
    return !faulty();
  }

  private readTensors(gguf: Gguf): bool {
    this.parts = take(<usize>(this.layers * PER_LAYER * 4));
    if (this.parts === 0) {
      say("no memory for the table of weights");
      return false;
    }
    name.init(nameBuffer, 64);
    let known = 2;
    const embedding = this.plain(gguf, "token_embd.weight", this.width, this.vocabulary, false);
    if (!embedding) return false;
    const norm = this.plain(gguf, "output_norm.weight", this.width, 1, true);
    if (!norm) return false;
    this.embedding = embedding;
    this.outputNorm = norm;
    this.output = embedding;
    if (this.has(gguf, "output.weight")) {
      const output = this.plain(gguf, "output.weight", this.width, this.vocabulary, false);
      if (!output) return false;
      this.output = output;
      known++;
    }
    if (this.has(gguf, "rope_freqs.weight")) {
      this.ropeFactors = this.plain(gguf, "rope_freqs.weight", this.ropeSize / 2, 1, true);
      if (!this.ropeFactors) return false;
      known++;
    }
    for (let layer = 0; layer < this.layers; layer++) {
      for (let part = 0; part < PER_LAYER; part++) if (!this.readPart(gguf, layer, part)) return false;
      known += PER_LAYER;
    }
    return known === gguf.tensorCount || this.nameStranger(gguf);
  }

  private readPart(gguf: Gguf, layer: i32, part: i32): bool {
    let columns = this.width;
    let rows = 1;
    if (part === QUERY) rows = this.headsWidth;
    else if (part === KEY || part === VALUE) rows = this.kvWidth;
    else if (part === ATTENTION_OUTPUT) {
      columns = this.headsWidth;
      rows = this.width;
    } else if (part === GATE || part === UP) rows = this.hidden;
    else if (part === DOWN) {
      columns = this.hidden;
      rows = this.width;
    }
    name.clear();
    name.text("blk.");
    name.unsigned(<u64>layer);
    name.text(".");
    name.text(partName(part));
    name.text(".weight");
    const tensor = this.shaped(gguf, columns, rows, part === ATTENTION_NORM || part === FEED_NORM);
    if (!tensor) return false;
    store<usize>(this.parts + <usize>((layer * PER_LAYER + part) * 4), changetype<usize>(tensor));
    return true;
  }

  private has(gguf: Gguf, text: string): bool {
    return gguf.findTensor(nameBuffer, literalCopy(nameBuffer, text)) !== null;
  }

  private plain(gguf: Gguf, text: string, columns: i32, rows: i32, floats: bool): Tensor | null {
    name.clear();
    name.text(text);
    return this.shaped(gguf, columns, rows, floats);
  }

  // The tensor of the name in `name`, of this shape; with `floats` of type F32.
  private shaped(gguf: Gguf, columns: i32, rows: i32, floats: bool): Tensor | null {
    const tensor = gguf.findTensor(nameBuffer, name.length);
    if (tensor && tensor.columns === <u32>columns && tensor.rows === <u32>rows && (!floats || tensor.type === F32)) return tensor;
    sayName("tensor ", nameBuffer, name.length);
    if (!tensor) {
      say(" is missing");
      return null;
    }
    if (tensor.columns === <u32>columns && tensor.rows === <u32>rows) {
      say(" must be F32");
      return null;
    }
    say(": shape ");
    sayNumber(tensor.columns);
    say(" x ");
    sayNumber(tensor.rows);
    say(", expected ");
    sayNumber(columns);
    say(" x ");
    sayNumber(rows);
    return null;
  }

  // A tensor that this architecture does not have would be left out of the sums: better refused.
  private nameStranger(gguf: Gguf): bool {
    for (let i = 0; i < gguf.tensorCount; i++) {
      const tensor = gguf.tensor(i);
      if (this.uses(tensor)) continue;
      sayName("tensor ", tensor.nameAt, tensor.nameBytes);
      say(" is not one of the llama architecture's");
      return false;
    }
    return true;
  }

  private uses(tensor: Tensor): bool {
    if (tensor === this.embedding || tensor === this.outputNorm || tensor === this.output || tensor === this.ropeFactors) return true;
    for (let i = 0; i < this.layers * PER_LAYER; i++) if (load<usize>(this.parts + <usize>(i * 4)) === changetype<usize>(tensor)) return true;
    return false;
  }

  /** Copies the sizes as 9 i32: layers, width, hidden, heads, kvHeads, headSize, contextLength, vocabulary, ropeSize. */
  writeSizes(to: usize): void {
    copy(to, changetype<usize>(this), 36);
  }
}
