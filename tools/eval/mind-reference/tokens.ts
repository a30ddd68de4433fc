// The mind's tokenizers beside llama.cpp's: seeded lines, and models of no weights whose vocabulary is the published one's in five forms.
import { writeFileSync } from "node:fs";
import type { GgufContent } from "../../mind/gguf.js";
import { ModelHost } from "../../mind/host.js";
import { smallModel } from "../../mind/small-model.js";
import { DIGESTS, digestModel, tokenDigest } from "../../mind/token-digest.js";
import { Llama } from "../../reference/llama.js";
import type { TokenRow } from "./figures.js";

/** A model of next to no weights with the source's tokenizer and this pre-tokenizer. */
export function bare(source: GgufContent, pre: string): GgufContent {
  const width = 32;
  const vocabulary = source.metadata.get("tokenizer.ggml.tokens");
  const count = vocabulary?.type === "array" ? vocabulary.values.length : 0;
  const small = smallModel({ layers: 1, width, heads: 2, kvHeads: 1, hidden: 32 });
  const metadata = new Map(small.metadata);
  for (const [key, value] of source.metadata) if (key.startsWith("tokenizer.")) metadata.set(key, value);
  metadata.set("tokenizer.ggml.pre", { type: "string", value: pre });
  metadata.set("llama.vocab_size", { type: "u32", value: count });
  const tensors = small.tensors.map((tensor) => (tensor.name === "token_embd.weight" ? { ...tensor, shape: [width, count], data: new Uint8Array(width * count * 4) } : tensor));
  return { metadata, tensors };
}

/** SmolLM2's tokens as SentencePiece pieces: spaces as ▁, the scores falling with the number, the bytes as <0xNN>. */
export function asPieces(source: GgufContent): GgufContent {
  const content = bare(source, "default");
  const own = source.metadata.get("tokenizer.ggml.tokens");
  const kinds = source.metadata.get("tokenizer.ggml.token_type");
  const normal = (id: number) => kinds?.type !== "array" || kinds.values[id] === 1;
  const letters = new Map(Array.from({ length: 256 }, (_, byte) => [byte, byte] as const).map(([byte]) => [byteLetter(byte), byte]));
  const pieces = ["<unk>", "<s>", "</s>", ...Array.from({ length: 256 }, (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`)];
  const types = [2, 3, 3, ...new Array<number>(256).fill(6)];
  const known = new Set(pieces);
  for (const [id, token] of (own?.type === "array" ? (own.values as string[]) : []).entries()) {
    if (!normal(id)) continue;
    const bytes = [...token].map((letter) => letters.get(letter) ?? -1);
    if (bytes.includes(-1)) continue;
    const text = Buffer.from(bytes).toString("utf8").replaceAll(" ", "▁");
    // llama.cpp reads token texts as C strings: one with a NUL would be another one there.
    if (text.includes("\ufffd") || text.includes("\0") || text === "" || known.has(text)) continue;
    known.add(text);
    pieces.push(text);
    types.push(1);
  }
  content.metadata.set("tokenizer.ggml.model", { type: "string", value: "llama" });
  content.metadata.delete("tokenizer.ggml.merges");
  content.metadata.delete("tokenizer.ggml.pre");
  content.metadata.set("tokenizer.ggml.tokens", { type: "array", of: "string", values: pieces });
  content.metadata.set("tokenizer.ggml.token_type", { type: "array", of: "i32", values: types });
  content.metadata.set("tokenizer.ggml.scores", { type: "array", of: "f32", values: pieces.map((_, i) => (types[i] === 1 ? -i : 0)) });
  content.metadata.set("tokenizer.ggml.add_space_prefix", { type: "bool", value: true });
  for (const [key, id] of [
    ["unknown", 0],
    ["bos", 1],
    ["eos", 2],
  ] as const) {
    content.metadata.set(`tokenizer.ggml.${key}_token_id`, { type: "u32", value: id });
  }
  content.metadata.delete("tokenizer.ggml.padding_token_id");
  content.metadata.set("llama.vocab_size", { type: "u32", value: pieces.length });
  const tensors = content.tensors.map((tensor) =>
    tensor.name === "token_embd.weight" ? { ...tensor, shape: [32, pieces.length], data: new Uint8Array(128 * pieces.length) } : tensor,
  );
  return { metadata: content.metadata, tensors };
}

function byteLetter(byte: number): string {
  const printable = (b: number) => (b >= 0x21 && b <= 0x7e) || (b >= 0xa1 && b <= 0xac) || b >= 0xae;
  if (printable(byte)) return String.fromCodePoint(byte);
  return String.fromCodePoint(0x100 + Array.from({ length: byte }, (_, b) => b).filter((b) => !printable(b)).length);
}

/** Lines through both tokenizers of one model file. */
export async function compareTokens(tokenizer: string, path: string, lines: Uint8Array[], onProgress: (text: string) => void): Promise<TokenRow> {
  const ours = await ModelHost.hosted();
  let theirs: Llama | undefined;
  try {
    await ours.load(path, 64);
    theirs = await Llama.open(path, 64, "exact");
    const row: TokenRow = { tokenizer, lines: lines.length, broken: 0, tokens: 0, different: 0, first: undefined };
    for (const [i, line] of lines.entries()) {
      if (i % 500 === 0) onProgress(`${tokenizer}: line ${i} of ${lines.length}`);
      const special = i % 3 === 0;
      const [mine, wanted] = [await ours.tokenize(line, special), await theirs.tokenize(line, special)];
      row.tokens += wanted.length;
      if (!Buffer.from(Buffer.from(line).toString("utf8")).equals(Buffer.from(line))) row.broken++;
      if (mine.length === wanted.length && mine.every((token, at) => token === wanted[at])) continue;
      row.different++;
      row.first ??= `${Buffer.from(line).toString("hex")} ours ${mine.join(",")} llama.cpp ${wanted.join(",")}`;
    }
    return row;
  } finally {
    await ours.close();
    await theirs?.close();
  }
}

/** The hashes that npm test holds the tokenizers against: names of those that llama.cpp does not give. */
export async function staleDigests(path: string, onProgress: (text: string) => void): Promise<string[]> {
  const stale: string[] = [];
  for (const [name, options, wanted] of DIGESTS) {
    onProgress(`${name}: small vocabulary`);
    writeFileSync(path, digestModel(options));
    const llama = await Llama.open(path, 16, "exact");
    try {
      if ((await tokenDigest((line, special) => llama.tokenize(line, special))) !== wanted) stale.push(name);
    } finally {
      await llama.close();
    }
  }
  return stale;
}
