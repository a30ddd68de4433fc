// GGUF files that are broken on purpose: each is refused with words that say what to do, nothing traps, and nothing stays taken.
import { beforeAll, describe, expect, test } from "vitest";
import { formatGguf, type GgufContent, type GgufTensor, type MetadataValue, parseGguf } from "./gguf.js";
import { ModelHost } from "./host.js";
import { quantise } from "./quantise.js";
import { randomFrom, smallModel } from "./small-model.js";

let host: ModelHost;
let empty = 0;
beforeAll(async () => {
  host = await ModelHost.v8();
  await host.loadBytes(formatGguf(smallModel()), 32);
  await host.tokenize("the memory <|im_end|>", true); // its scratch stays
  await host.unload();
  empty = await host.reserved();
});

/** What the engine says about a file; "" where it opens. */
async function refusal(bytes: Uint8Array): Promise<string> {
  try {
    await host.loadBytes(bytes, 32);
    return "";
  } catch (error) {
    expect((error as Error).name).toBe("MindFailed");
    expect((error as Error).message).not.toContain("trapped");
    return (error as Error).message;
  } finally {
    await host.unload();
    expect(await host.reserved()).toBe(empty);
  }
}

function changed(change: (content: GgufContent) => void): Uint8Array {
  const content = smallModel();
  change(content);
  return formatGguf(content);
}
const set = (key: string, value: MetadataValue) => changed(({ metadata }) => metadata.set(key, value));
const number = (key: string, value: number) => set(key, { type: "u32", value });
const without = (key: string) => changed(({ metadata }) => metadata.delete(key));
const tensor = (name: string, change: (found: GgufTensor) => void) =>
  changed(({ tensors }) => {
    const found = tensors.find((candidate) => candidate.name === name);
    if (found) change(found);
  });

/** The file with a value patched in after the first occurrence of `after`. */
function patched(bytes: Uint8Array, after: string, offset: number, value: bigint, size: 4 | 8): Uint8Array {
  const copy = Uint8Array.from(bytes);
  const at = Buffer.from(copy.buffer).indexOf(after) + after.length + offset;
  const view = new DataView(copy.buffer);
  if (size === 4) view.setUint32(at, Number(value), true);
  else view.setBigUint64(at, value, true);
  return copy;
}

/** The file with a name changed to one of the same length. */
const renamed = (bytes: Uint8Array, from: string, to: string) => Uint8Array.from(Buffer.from(Buffer.from(bytes).toString("latin1").replace(from, to), "latin1"));

const good = formatGguf(smallModel());
const NAME = "blk.0.attn_q.weight";
const head = (magic: number, version: number, tensors: bigint, keys: bigint) => {
  const bytes = Uint8Array.from(good);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, magic, true);
  view.setUint32(4, version, true);
  view.setBigUint64(8, tensors, true);
  view.setBigUint64(16, keys, true);
  return bytes;
};

const CASES: [string, () => Uint8Array, RegExp][] = [
  ["nothing at all", () => new Uint8Array(1), /not a GGUF file/],
  ["another kind of file", () => new TextEncoder().encode("%PDF-1.4 and so on and so on"), /not a GGUF file: it does not begin with GGUF/],
  ["only the magic", () => good.slice(0, 8), /truncated/],
  ["version 2", () => head(0x46554747, 2, 3n, 3n), /GGUF version 2 is not supported; convert the model to version 3/],
  ["big-endian", () => head(0x46554747, 0x03000000, 3n, 3n), /big-endian/],
  ["absurd counts of tensors", () => head(0x46554747, 3, 2n ** 60n, 3n), /claims 1152921504606846976 tensors/],
  ["absurd counts of keys", () => head(0x46554747, 3, 20n, 2n ** 63n), /at most 4096 and 1024/],
  ["one key more than there are", () => head(0x46554747, 3, 20n, 40n), /truncated, or a length in it is wrong|unknown type|twice|name of/],
  ["half of the file", () => good.slice(0, good.length >> 1), /needs the file up to byte \d+; it has \d+: the file is truncated/],
  ["a string longer than the file", () => patched(good, "general.architecture", 4, 2n ** 40n, 8), /truncated, or a length in it is wrong: it ends inside key 1 of/],
  ["a string as long as all addresses", () => patched(good, "general.architecture", 4, 2n ** 64n - 1n, 8), /inside key 1 of/],
  ["more elements than bytes", () => patched(good, "tokenizer.ggml.token_type", 8, 2n ** 62n, 8), /inside key \d+ of/],
  ["a count whose bytes overflow", () => patched(good, "tokenizer.ggml.token_type", 8, 2n ** 62n + 4n, 8), /inside key/],
  ["an array of arrays", () => patched(good, "tokenizer.ggml.token_type", 4, 9n, 4), /arrays of arrays are not supported/],
  ["a value of no type", () => patched(good, "llama.block_count", 0, 77n, 4), /key llama.block_count has the unknown type 77/],
  [
    "a key twice",
    () => renamed(set("llama.block_counu", { type: "u32", value: 1 }), "llama.block_counu", "llama.block_count"),
    /key llama.block_count stands in the GGUF file twice/,
  ],
  ["a tensor twice", () => renamed(good, "blk.1.attn_q.weight", "blk.0.attn_q.weight"), /tensor blk.0.attn_q.weight stands in the GGUF file twice/],
  ["another architecture", () => set("general.architecture", { type: "string", value: "qwen2" }), /architecture qwen2 is not supported; use a model of the llama architecture/],
  ["no architecture", () => without("general.architecture"), /architecture \(none\)/],
  [
    "an alignment that is no power of two",
    () =>
      patched(
        changed(({ metadata }) => metadata.set("general.alignment", { type: "u32", value: 64 })),
        "general.alignment",
        4,
        48n,
        4,
      ),
    /general.alignment is 48/,
  ],
  ["Q4_K", () => patched(good, NAME, 20, 12n, 4), /tensor blk.0.attn_q.weight: Q4_K is not supported; use Q8_0, Q4_0, Q4_1, F16 or F32/],
  ["Q6_K", () => patched(good, "token_embd.weight", 20, 14n, 4), /token_embd.weight: Q6_K is not supported/],
  ["BF16", () => patched(good, NAME, 20, 30n, 4), /BF16 is not supported/],
  ["a type that nobody knows", () => patched(good, NAME, 20, 999n, 4), /type 999 is not supported/],
  ["an offset past the end", () => patched(good, NAME, 24, 1n << 30n, 8), /tensor blk.0.attn_q.weight needs the file up to byte/],
  ["an offset past all addresses", () => patched(good, NAME, 24, 2n ** 64n - 32n, 8), /lies past the end of the file/],
  ["an offset that is not aligned", () => patched(good, NAME, 24, 4n, 8), /is not aligned to 32 bytes/],
  ["an absurd shape", () => patched(good, NAME, 4, 2n ** 40n, 8), /has an impossible shape: 1099511627776 x 64/],
  ["a shape whose product overflows", () => patched(patched(good, NAME, 4, 2n ** 31n - 64n, 8), NAME, 12, 2n ** 31n - 1n, 8), /lies past the end of the file/],
  ["no values", () => patched(good, NAME, 12, 0n, 8), /impossible shape/],
  ["five dimensions", () => patched(good, NAME, 0, 5n, 4), /has 5 dimensions/],
  [
    "a matrix of the wrong shape",
    () =>
      tensor(NAME, (found) => {
        found.shape = [64, 32];
        found.data = quantise("F32", new Float32Array(64 * 32));
      }),
    /tensor blk.0.attn_q.weight: shape 64 x 32, expected 64 x 64/,
  ],
  [
    "a matrix that is missing",
    () =>
      changed((content) => {
        content.tensors = content.tensors.filter(({ name }) => name !== "blk.1.ffn_up.weight");
      }),
    /tensor blk.1.ffn_up.weight is missing/,
  ],
  [
    "a tensor that llama has not",
    () => changed(({ tensors }) => tensors.push({ name: "blk.0.attn_q.bias", shape: [64], type: "F32", data: new Uint8Array(256) })),
    /attn_q.bias is not one of the llama architecture's/,
  ],
  ["norms that are not F32", () => tensor("blk.0.attn_norm.weight", (found) => Object.assign(found, { type: "F16", data: new Uint8Array(128) })), /attn_norm.weight must be F32/],
  ["no layers", () => number("llama.block_count", 0), /llama.block_count is missing or 0/],
  ["ten million layers", () => number("llama.block_count", 10_000_000), /llama.block_count is 10000000, expected 1 to 256/],
  ["more layers than there are", () => number("llama.block_count", 3), /tensor blk.2.attn_norm.weight is missing/],
  ["fewer layers than there are", () => number("llama.block_count", 1), /is not one of the llama architecture's/],
  ["a negative size", () => set("llama.embedding_length", { type: "i32", value: -64 }), /key llama.embedding_length is negative/],
  ["a size that is a text", () => set("llama.embedding_length", { type: "string", value: "64" }), /key llama.embedding_length is no whole number/],
  ["heads that do not divide", () => number("llama.attention.head_count_kv", 3), /no multiple of head_count_kv/],
  ["an odd rotation", () => number("llama.rope.dimension_count", 7), /an even number of values rotated/],
  ["a rope base of NaN", () => set("llama.rope.freq_base", { type: "f32", value: Number.NaN }), /makes no sense/],
  ["yarn", () => set("llama.rope.scaling.type", { type: "string", value: "yarn" }), /rope scaling yarn is not supported; use none or linear/],
  ["experts", () => number("llama.expert_count", 8), /mixture of experts is not supported/],
  ["no vocabulary", () => without("tokenizer.ggml.tokens"), /has no vocabulary/],
  [
    "a vocabulary of another size than the embedding",
    () => set("tokenizer.ggml.tokens", { type: "array", of: "string", values: ["a"] }),
    /token_type must have one entry for each of the 1 tokens/,
  ],
  ["no merges", () => without("tokenizer.ggml.merges"), /has no tokenizer.ggml.merges/],
  ["a merge of what is no token", () => set("tokenizer.ggml.merges", { type: "array", of: "string", values: ["qq zz"] }), /merge 0 \(qq zz\) does not join two tokens to a third/],
  ["a merge without a space", () => set("tokenizer.ggml.merges", { type: "array", of: "string", values: ["qq"] }), /merge 0/],
  ["another tokenizer", () => set("tokenizer.ggml.model", { type: "string", value: "bert" }), /tokenizer bert is not supported; use gpt2 or llama/],
  ["another pre-tokenizer", () => set("tokenizer.ggml.pre", { type: "string", value: "qwen2" }), /pre-tokenizer qwen2 is not supported; use default, gpt-2, smollm or llama-bpe/],
  ["an end token that there is not", () => number("tokenizer.ggml.eos_token_id", 100_000), /eos_token_id is 100000, but there are only \d+ tokens/],
  ["a token of a megabyte", () => set("tokenizer.ggml.tokens", { type: "array", of: "string", values: ["x".repeat(1_000_000)] }), /token 0 has 1000000 bytes|must have one entry/],
];

describe("files that are broken", () => {
  test.each(CASES)("%s", async (_, make, wanted) => {
    expect(await refusal(make())).toMatch(wanted);
  });

  test("the file that they are made from opens", async () => {
    expect(await refusal(good)).toBe("");
  });

  test("names out of the file are shown as printable ASCII, and cut", async () => {
    const said = await refusal(changed(({ tensors }) => tensors.push({ name: `\u001b[31m${"é".repeat(80)}`, shape: [1], type: "F32", data: new Uint8Array(4) })));
    expect(said).toMatch(/^tensor \?\[31m\?{59}\.\.\. is not one of/);
  });

  test("cut at every place of its description, and at every 997th byte of its weights", async () => {
    const described = good.length - parseGguf(good).tensors.reduce((sum, { data }) => sum + data.length, 0);
    for (let bytes = 1; bytes < good.length; bytes += bytes < described ? 61 : 997) expect(await refusal(good.slice(0, bytes)), `${bytes} bytes`).not.toBe("");
  });

  test("2000 seeded changes of single bytes: refused, or a model that can be fed", async () => {
    const described = good.length - parseGguf(good).tensors.reduce((sum, { data }) => sum + data.length, 0);
    const random = randomFrom(2026);
    let opened = 0;
    for (let i = 0; i < 2000; i++) {
      const bytes = Uint8Array.from(good);
      for (let change = 0; change <= i % 3; change++) bytes[Math.floor(random() * described)] = Math.floor(random() * 256);
      if ((await refusal(bytes)) !== "") continue;
      opened++;
      if (opened % 10 !== 0) continue;
      await host.loadBytes(bytes, 32);
      await host.feed([5, 6, 7]);
      await host.tokenize("the memory <|im_end|>", true);
      await host.sample();
      await host.unload();
    }
    expect(opened).toBeGreaterThan(100); // changes inside names of tokens are not faults
  });

  test("weights of NaN and infinity: no token is drawn, nothing traps", async () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) {
      for (const type of ["F32", "Q8_0"] as const) {
        const content = smallModel({ type });
        for (const found of content.tensors)
          if (found.name.includes("ffn_down")) found.data = quantise(type, new Float32Array((found.shape[0] as number) * (found.shape[1] as number)).fill(value));
        await host.loadBytes(formatGguf(content), 32);
        await host.feed([5, 6, 7]);
        await host.choose({ temperature: 0.8 });
        expect(await host.sample()).toBe(-1);
        expect((await host.generate([5, 6], 4)).tokens).toEqual([]);
        await host.unload();
      }
    }
  });
});
