// Small random models as GGUF files, for tests: right in form, of no meaning. Seeded: the same options give the same bytes.
import type { GgufContent, GgufTensor, MetadataValue, ScalarType } from "./gguf.js";
import { quantise, type WeightType } from "./quantise.js";

export interface SmallOptions {
  seed?: number;
  layers?: number;
  width?: number;
  hidden?: number;
  heads?: number;
  kvHeads?: number;
  context?: number;
  /** Type of the matrices. */
  type?: WeightType;
  /** Whether the output has weights of its own. */
  untied?: boolean;
  ropeBase?: number;
  /** Factors by which the frequencies are divided (rope_freqs.weight). */
  ropeFactors?: boolean;
  /** llama.rope.scaling, linear. */
  ropeScale?: number;
  tokenizer?: "gpt2" | "llama";
  /** tokenizer.ggml.pre of a gpt2 tokenizer. */
  pre?: string;
}

/** Random numbers in 0 … 1 (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const TYPE = { normal: 1, unknown: 2, control: 3, user: 4, byte: 6 } as const;

interface Words {
  tokens: string[];
  types: number[];
  merges: string[];
  scores: number[];
}

/** The character that a gpt2 vocabulary writes for a byte. */
export function letterOf(byte: number): string {
  const printable = (b: number) => (b >= 0x21 && b <= 0x7e) || (b >= 0xa1 && b <= 0xac) || b >= 0xae;
  if (printable(byte)) return String.fromCodePoint(byte);
  let before = 0;
  for (let b = 0; b < byte; b++) if (!printable(b)) before++;
  return String.fromCodePoint(0x100 + before);
}

const SPECIALS = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"];
const SEEDS = ["the", " the", "and", "memory", "process", " kill", "tion", "ing", "12", "  ", "\n\n", "é", "日本", "'s", "llo"];

function byteWords(): Words {
  const tokens = [...SPECIALS, ...Array.from({ length: 256 }, (_, byte) => letterOf(byte))];
  const known = new Set(tokens);
  const merges: string[] = [];
  for (const seed of SEEDS) {
    const letters = [...new TextEncoder().encode(seed)].map(letterOf);
    for (let end = 2; end <= letters.length; end++) {
      const [left, right] = [letters.slice(0, end - 1).join(""), letters[end - 1] as string];
      if (known.has(left + right)) continue;
      known.add(left + right);
      tokens.push(left + right);
      merges.push(`${left} ${right}`);
    }
  }
  return { tokens, types: tokens.map((_, i) => (i < SPECIALS.length ? TYPE.control : TYPE.normal)), merges, scores: [] };
}

function pieceWords(random: () => number): Words {
  const tokens = ["<unk>", "<s>", "</s>"];
  const types: number[] = [TYPE.unknown, TYPE.control, TYPE.control];
  for (let byte = 0; byte < 256; byte++) {
    tokens.push(`<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`);
    types.push(TYPE.byte);
  }
  const known = new Set<string>();
  const add = (text: string) => {
    if (known.has(text)) return;
    known.add(text);
    tokens.push(text);
    types.push(TYPE.normal);
  };
  for (const letter of "▁abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,!?'-éüñ日本語кириця") add(letter);
  for (const seed of SEEDS) {
    const letters = [...seed.replaceAll(" ", "▁")].filter((letter) => letter !== "\n");
    for (let from = 0; from < letters.length; from++) for (let to = from + 2; to <= letters.length; to++) add(letters.slice(from, to).join(""));
  }
  tokens.push("<|im_start|>", "<|im_end|>");
  types.push(TYPE.control, TYPE.control);
  return { tokens, types, merges: [], scores: tokens.map((_, i) => (types[i] === TYPE.normal ? -Math.round(random() * 400) / 10 : 0)) };
}

const array = (of: ScalarType, values: (string | number)[]): MetadataValue => ({ type: "array", of, values });

/** Its content; `formatGguf` makes the file. */
export function smallModel(options: SmallOptions = {}): GgufContent {
  const { seed = 1, layers = 2, width = 64, hidden = 96, heads = 4, kvHeads = 2, context = 256, type = "F32", untied = false, ropeBase = 10_000, tokenizer = "gpt2" } = options;
  const random = randomFrom(seed);
  const words = tokenizer === "gpt2" ? byteWords() : pieceWords(random);
  const headSize = width / heads;
  const metadata = new Map<string, MetadataValue>();
  const set = (key: string, kind: ScalarType, value: string | number | boolean) => metadata.set(key, { type: kind, value });
  set("general.architecture", "string", "llama");
  set("general.name", "string", "small and random");
  set("llama.block_count", "u32", layers);
  set("llama.context_length", "u32", context);
  set("llama.embedding_length", "u32", width);
  set("llama.feed_forward_length", "u32", hidden);
  set("llama.attention.head_count", "u32", heads);
  set("llama.attention.head_count_kv", "u32", kvHeads);
  set("llama.attention.layer_norm_rms_epsilon", "f32", 1e-5);
  set("llama.rope.freq_base", "f32", ropeBase);
  set("llama.rope.dimension_count", "u32", headSize);
  set("llama.vocab_size", "u32", words.tokens.length);
  if (options.ropeScale !== undefined) {
    set("llama.rope.scaling.type", "string", "linear");
    set("llama.rope.scaling.factor", "f32", options.ropeScale);
  }
  set("tokenizer.ggml.model", "string", tokenizer);
  if (tokenizer === "gpt2") set("tokenizer.ggml.pre", "string", options.pre ?? "smollm");
  metadata.set("tokenizer.ggml.tokens", array("string", words.tokens));
  metadata.set("tokenizer.ggml.token_type", array("i32", words.types));
  if (tokenizer === "gpt2") metadata.set("tokenizer.ggml.merges", array("string", words.merges));
  else metadata.set("tokenizer.ggml.scores", array("f32", words.scores));
  set("tokenizer.ggml.bos_token_id", "u32", 1);
  set("tokenizer.ggml.eos_token_id", "u32", 2);
  set("tokenizer.chat_template", "string", "{% for m in messages %}<|im_start|>{{ m }}<|im_end|>{% endfor %}");

  const tensors: GgufTensor[] = [];
  const normal = () => Math.sqrt(-2 * Math.log(random() + 1e-9)) * Math.cos(2 * Math.PI * random());
  const matrix = (name: string, columns: number, rows: number) => {
    const values = Float32Array.from({ length: columns * rows }, () => (normal() * 1.4) / Math.sqrt(columns));
    tensors.push({ name, shape: [columns, rows], type, data: quantise(type, values) });
  };
  const vector = (name: string, values: Float32Array) => tensors.push({ name, shape: [values.length], type: "F32", data: quantise("F32", values) });
  const norm = (name: string) =>
    vector(
      name,
      Float32Array.from({ length: width }, () => 0.6 + 0.8 * random()),
    );
  matrix("token_embd.weight", width, words.tokens.length);
  for (let layer = 0; layer < layers; layer++) {
    norm(`blk.${layer}.attn_norm.weight`);
    matrix(`blk.${layer}.attn_q.weight`, width, heads * headSize);
    matrix(`blk.${layer}.attn_k.weight`, width, kvHeads * headSize);
    matrix(`blk.${layer}.attn_v.weight`, width, kvHeads * headSize);
    matrix(`blk.${layer}.attn_output.weight`, heads * headSize, width);
    norm(`blk.${layer}.ffn_norm.weight`);
    matrix(`blk.${layer}.ffn_gate.weight`, width, hidden);
    matrix(`blk.${layer}.ffn_up.weight`, width, hidden);
    matrix(`blk.${layer}.ffn_down.weight`, hidden, width);
  }
  norm("output_norm.weight");
  if (untied) matrix("output.weight", width, words.tokens.length);
  if (options.ropeFactors) {
    vector(
      "rope_freqs.weight",
      Float32Array.from({ length: headSize / 2 }, (_, i) => 1 + i / 2),
    );
  }
  return { metadata, tensors };
}
