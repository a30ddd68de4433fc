// A trained model as a GGUF file of architecture `llama`: matrices as Q8_0 or F32, norms as F32, the vocabulary in its metadata. Pairs of rope are
// neighbours here and there, so no row changes place. The form of the file is tools/mind/gguf.ts.
import type { GgufContent, GgufTensor, MetadataValue, ScalarType } from "../mind/gguf.js";
import { quantise } from "../mind/quantise.js";
import type { Vocabulary } from "./bpe-vocabulary.js";
import type { ModelShape } from "./ops-process.js";

/** Of tokens: text, or a mark that is none. */
const KIND = { normal: 1, control: 3 } as const;
/** GGUF's number of a file that is mostly of a type. */
const FILE_TYPE = { F32: 0, Q8_0: 7 } as const;
export type OpsType = keyof typeof FILE_TYPE;

/** The tensors of a model out of its parameters, in their order (kernel-as/ml/lm/shape.ts). */
export function tensorsOf(shape: ModelShape, parameters: Float32Array, type: OpsType): GgufTensor[] {
  const { vocabulary, width, hidden } = shape;
  const kv = (width / shape.heads) * shape.kvHeads;
  const tensors: GgufTensor[] = [];
  let at = 0;
  const take = (name: string, columns: number, rows: number) => {
    const values = parameters.subarray(at, at + columns * rows);
    at += columns * rows;
    const kept = rows === 1 ? "F32" : type;
    tensors.push({ name: `${name}.weight`, shape: rows === 1 ? [columns] : [columns, rows], type: kept, data: quantise(kept, values) });
  };
  take("token_embd", width, vocabulary);
  for (let l = 0; l < shape.layers; l++) {
    take(`blk.${l}.attn_norm`, width, 1);
    take(`blk.${l}.attn_q`, width, width);
    take(`blk.${l}.attn_k`, width, kv);
    take(`blk.${l}.attn_v`, width, kv);
    take(`blk.${l}.attn_output`, width, width);
    take(`blk.${l}.ffn_norm`, width, 1);
    take(`blk.${l}.ffn_gate`, width, hidden);
    take(`blk.${l}.ffn_up`, width, hidden);
    take(`blk.${l}.ffn_down`, hidden, width);
  }
  take("output_norm", width, 1);
  if (at !== parameters.length) throw new RangeError(`a model of this shape has ${at} parameters, not ${parameters.length}`);
  return tensors;
}

/** The metadata that says what the model is, and its vocabulary. */
export function metadataOf(shape: ModelShape, vocabulary: Vocabulary, name: string, type: OpsType): Map<string, MetadataValue> {
  const metadata = new Map<string, MetadataValue>();
  const put = (kind: ScalarType, values: Record<string, string | number | boolean>) => {
    for (const [key, value] of Object.entries(values)) metadata.set(key, { type: kind, value });
  };
  const list = (key: string, of: ScalarType, values: (string | number)[]) => metadata.set(key, { type: "array", of, values });
  const tokens = Array.from({ length: vocabulary.size }, (_, token) => token);
  put("string", { "general.architecture": "llama", "general.name": name });
  put("u32", {
    "general.file_type": FILE_TYPE[type],
    "general.quantization_version": 2,
    "llama.vocab_size": shape.vocabulary,
    "llama.context_length": shape.context,
    "llama.embedding_length": shape.width,
    "llama.block_count": shape.layers,
    "llama.feed_forward_length": shape.hidden,
    "llama.attention.head_count": shape.heads,
    "llama.attention.head_count_kv": shape.kvHeads,
    "llama.rope.dimension_count": shape.width / shape.heads,
  });
  put("f32", { "llama.attention.layer_norm_rms_epsilon": shape.epsilon, "llama.rope.freq_base": shape.ropeBase });
  put("string", { "tokenizer.ggml.model": "gpt2", "tokenizer.ggml.pre": "llama-bpe" });
  list(
    "tokenizer.ggml.tokens",
    "string",
    tokens.map((token) => vocabulary.textOf(token)),
  );
  list(
    "tokenizer.ggml.token_type",
    "i32",
    tokens.map((token) => (token === vocabulary.bos || token === vocabulary.eos ? KIND.control : KIND.normal)),
  );
  list(
    "tokenizer.ggml.merges",
    "string",
    vocabulary.merges.map(([left, right]) => `${vocabulary.textOf(left)} ${vocabulary.textOf(right)}`),
  );
  put("u32", { "tokenizer.ggml.bos_token_id": vocabulary.bos, "tokenizer.ggml.eos_token_id": vocabulary.eos });
  put("bool", { "tokenizer.ggml.add_bos_token": true, "tokenizer.ggml.add_space_prefix": false });
  return metadata;
}

/** The model as a file has it. */
export function opsContent(shape: ModelShape, vocabulary: Vocabulary, parameters: Float32Array, type: OpsType): GgufContent {
  return { metadata: metadataOf(shape, vocabulary, "ops", type), tensors: tensorsOf(shape, parameters, type) };
}
