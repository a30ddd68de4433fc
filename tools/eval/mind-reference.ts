// npm run eval -- mind-reference: the mind's engine against llama.cpp on SmolLM2: tokens of seeded text, and logits of the repository's own pages in every weight type.
// Fails where a bound is broken. Writes docs/evidence/mind-reference.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { z } from "zod";
import { ExitCode, type ExitStatus, type Progress, ROOT, UsageError } from "../lib/index.js";
import { type GgufContent, readGguf, writeGguf } from "../mind/gguf.js";
import { ModelHost } from "../mind/host.js";
import { findModel, MODELS } from "../mind/models.js";
import type { WeightType } from "../mind/quantise.js";
import { requantise } from "../mind/requantise.js";
import { smallModel } from "../mind/small-model.js";
import { someTexts } from "../mind/texts.js";
import { DIGESTS, digestModel, tokenDigest } from "../mind/token-digest.js";
import { Llama } from "../reference/llama.js";
import { commitText } from "./common/report-files.js";

export const MIND_REFERENCE_USAGE = `npm run eval -- mind-reference [--part tokens|logits] [--lines 10000] [--seed 1] [--report DIR] [--json]
  the mind's engine against llama.cpp (npm's node-llama-cpp): tokens of seeded lines in five tokenizers, logits of SmolLM2 in five weight types. --part does one of them, and keeps
  the other one's figures of the report.`;

/** Pages whose beginnings are the prompts, and tokens of each. */
const PAGES = ["README.md", "docs/memory.md", "docs/shell.md", "docs/scheduling.md", "docs/reclaim.md"];
const PAGE_TOKENS = 128;
const TYPES: WeightType[] = ["F32", "F16", "Q8_0", "Q4_0", "Q4_1"];
const MOST_OFF_F32 = 0.02;
const LEAST_AGREEMENT = 0.99;
/** Of the positions: what sampling 640 of them may differ by. */
const OWN_SLACK = 0.03;

/** `first`: the first line that differs, in hex, with both lists of tokens. */
const tokenRow = z.object({ tokenizer: z.string(), lines: z.number(), broken: z.number(), tokens: z.number(), different: z.number(), first: z.string().optional() });
/**
 * `most`, `mean`: greatest and mean |Δ| of a logit. `ownSame`, `ownMean`: positions where llama.cpp with its SSE4.2 kernels has the first token that its best kernels have,
 * and the mean |Δ| of the two.
 */
const logitRow = z.object({
  type: z.enum(["F32", "F16", "Q8_0", "Q4_0", "Q4_1"]),
  positions: z.number(),
  same: z.number(),
  most: z.number(),
  mean: z.number(),
  ownSame: z.number(),
  ownMean: z.number(),
});
/** `commits`: of which commit each part is. */
const figures = z.object({ seed: z.number(), commits: z.object({ tokens: z.string(), logits: z.string() }), tokens: z.array(tokenRow), logits: z.array(logitRow) });
type TokenRow = z.infer<typeof tokenRow>;
type LogitRow = z.infer<typeof logitRow>;
type Figures = z.infer<typeof figures>;

function bare(source: GgufContent, pre: string): GgufContent {
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

// SmolLM2's tokens as SentencePiece pieces: spaces as ▁, the scores falling with the number, the bytes as <0xNN>.
function asPieces(source: GgufContent): GgufContent {
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

async function compareTokens(tokenizer: string, path: string, lines: Uint8Array[], onProgress: (text: string) => void): Promise<TokenRow> {
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

// The hashes that npm test holds the tokenizers against: names of those that llama.cpp does not give.
async function staleDigests(path: string, onProgress: (text: string) => void): Promise<string[]> {
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

function greatest(logits: Float32Array): number {
  let best = 0;
  for (let i = 1; i < logits.length; i++) if ((logits[i] as number) > (logits[best] as number)) best = i;
  return best;
}

function difference(a: Float32Array, b: Float32Array): { most: number; mean: number } {
  let [most, sum] = [0, 0];
  for (let i = 0; i < a.length; i++) {
    const by = Math.abs((a[i] as number) - (b[i] as number));
    sum += by;
    most = Math.max(most, Number.isNaN(by) ? Number.POSITIVE_INFINITY : by);
  }
  return { most, mean: sum / a.length };
}

async function compareLogits(type: WeightType, path: string, onProgress: (text: string) => void): Promise<LogitRow> {
  const ours = await ModelHost.hosted();
  let theirs: Llama | undefined;
  let other: Llama | undefined;
  try {
    await ours.load(path, PAGE_TOKENS);
    theirs = await Llama.open(path, PAGE_TOKENS, "exact");
    other = await Llama.open(path, PAGE_TOKENS, "exact", "sse42");
    const row: LogitRow = { type, positions: 0, same: 0, most: 0, mean: 0, ownSame: 0, ownMean: 0 };
    let [sum, ownSum] = [0, 0];
    for (const page of PAGES) {
      onProgress(`${type}: ${page}`);
      const tokens = (await ours.tokenize(readFileSync(join(ROOT, page)).subarray(0, 4096))).slice(0, PAGE_TOKENS);
      const [mine, wanted, again] = [await ours.logitsEach(tokens), await theirs.logitsEach(tokens), await other.logitsEach(tokens)];
      wanted.forEach((logits, i) => {
        const [found, own] = [mine[i] as Float32Array, again[i] as Float32Array];
        const off = difference(found, logits);
        const ownOff = difference(own, logits);
        sum += off.mean;
        ownSum += ownOff.mean;
        row.most = Math.max(row.most, off.most);
        row.positions++;
        if (greatest(found) === greatest(logits)) row.same++;
        if (greatest(own) === greatest(logits)) row.ownSame++;
      });
    }
    row.mean = sum / row.positions;
    row.ownMean = ownSum / row.positions;
    return row;
  } finally {
    await ours.close();
    await theirs?.close();
    await other?.close();
  }
}

const percent = (count: number, { positions }: LogitRow) => `${((count / positions) * 100).toFixed(2)} %`;

function report({ tokens, logits, seed, commits }: Figures): string {
  return `# The engine against llama.cpp

\`npm run eval -- mind-reference\`, seed ${seed}, on ${cpus()[0]?.model.trim() ?? "?"}. llama.cpp is the library of npm's node-llama-cpp 3.22.1 (its release v0.5.0), one thread, cache in f32, no
flash attention. The model is SmolLM2-135M-Instruct as published (Q4_1, embedding Q8_0), the other types are made from it by \`npm run models -- requantise\`.

## Tokens
Seeded lines (tools/mind/texts.ts): letters of twenty scripts, numbers, signs, emoji, odd spaces, code; one line in eight with broken UTF-8; in one of three special tokens are parsed. The first four
are SmolLM2's vocabulary with each pre-tokenizer, the last one its texts as SentencePiece pieces. Commit ${commits.tokens}.

| tokenizer | lines | of them broken UTF-8 | tokens | lines that differ |
|---|---|---|---|---|
${tokens.map((row) => `| ${row.tokenizer} | ${row.lines} | ${row.broken} | ${row.tokens} | ${row.different} |`).join("\n")}

## Logits
The first ${PAGE_TOKENS} tokens of ${PAGES.length} of this repository's pages, each position's 49152 logits. The last two columns are llama.cpp against itself: its best kernels for this processor and
its SSE4.2 kernels. Commit ${commits.logits}.

| weights | positions | same first token | greatest difference | mean difference | llama.cpp and itself: same first token | mean difference |
|---|---|---|---|---|---|---|
${logits.map((row) => `| ${row.type} | ${row.positions} | ${percent(row.same, row)} | ${row.most.toPrecision(3)} | ${row.mean.toPrecision(3)} | ${percent(row.ownSame, row)} | ${row.ownMean.toPrecision(3)} |`).join("\n")}

Bounds: F32 at most ${MOST_OFF_F32}; F32 and F16 at least ${LEAST_AGREEMENT * 100} % the same first token; Q types at most ${OWN_SLACK * 100} points fewer than llama.cpp and itself; no line that differs. For F16 llama.cpp
rounds activations to f16, which the mind does not.

For Q types both round activations to int8 before each product. Where two sums differ in their last bit, one activation in thousands falls to the other side, and through thirty layers everything
after it is rounded differently: two correct programs, and llama.cpp on two processors, agree in about 95 of 100 positions of such text. 99 % is out of reach for whoever does not add in the very
order of one of llama.cpp's kernels. That the arithmetic is right is shown by F32, by the test against a plain f64 forward that rounds alike, and by the mean difference, which is llama.cpp's own.
`;
}

function isClose({ type, same, ownSame, positions }: LogitRow): boolean {
  return same >= (type === "F32" || type === "F16" ? positions * LEAST_AGREEMENT : ownSame - positions * OWN_SLACK);
}

/** Runs it. Failed where a bound is broken. */
export async function main(args: string[], progress: Progress): Promise<ExitStatus> {
  let values: { lines: string; seed: string; report: string; json: boolean; part: string };
  try {
    ({ values } = parseArgs({
      args,
      options: {
        lines: { type: "string", default: "10000" },
        seed: { type: "string", default: "1" },
        report: { type: "string", default: join(ROOT, "docs", "evidence", "mind-reference") },
        json: { type: "boolean", default: false },
        part: { type: "string", default: "" },
      },
    }));
  } catch (cause) {
    throw new UsageError((cause as Error).message, { hint: MIND_REFERENCE_USAGE, cause });
  }
  const [lines, seed] = [Number(values.lines), Number(values.seed)];
  if (!Number.isInteger(lines) || lines < 1 || !Number.isInteger(seed)) throw new UsageError("--lines and --seed are whole numbers", { hint: MIND_REFERENCE_USAGE });
  if (!["", "tokens", "logits"].includes(values.part)) throw new UsageError(`--part ${values.part} is none`, { hint: MIND_REFERENCE_USAGE });
  const kept = join(values.report, "figures.json");
  const before: Figures =
    values.part && existsSync(kept) ? figures.parse(JSON.parse(readFileSync(kept, "utf8"))) : { seed, commits: { tokens: "", logits: "" }, tokens: [], logits: [] };
  const folder = join(MODELS, "reference");
  mkdirSync(folder, { recursive: true });
  const published = findModel("smollm2");
  const source = readGguf(published);
  const tell = (text: string) => progress.step(text);
  progress.phase("llama.cpp");

  const tokens: TokenRow[] = values.part === "logits" ? before.tokens : [];
  const texts = someTexts(lines, seed);
  for (const pre of values.part === "logits" ? [] : ["smollm", "gpt-2", "llama-bpe", "default", "SentencePiece"]) {
    const path = join(folder, `tokenizer-${pre}.gguf`);
    writeGguf(path, pre === "SentencePiece" ? asPieces(source) : bare(source, pre));
    tokens.push(await compareTokens(pre, path, texts, tell));
  }
  const stale = values.part === "logits" ? [] : await staleDigests(join(folder, "small.gguf"), tell);
  const logits: LogitRow[] = values.part === "tokens" ? before.logits : [];
  for (const type of values.part === "tokens" ? [] : TYPES) {
    const path = type === "Q4_1" ? published : join(folder, `smollm2-${type.toLowerCase()}.gguf`);
    tell(`${type}: weights`);
    if (!existsSync(path)) writeGguf(path, requantise(source, type));
    logits.push(await compareLogits(type, path, tell));
  }
  progress.done();

  const commit = await commitText();
  const commits = { tokens: values.part === "logits" ? before.commits.tokens : commit, logits: values.part === "tokens" ? before.commits.logits : commit };
  const all: Figures = { seed, commits, tokens, logits };
  const text = report(all);
  mkdirSync(values.report, { recursive: true });
  writeFileSync(join(values.report, "README.md"), text);
  writeFileSync(kept, `${JSON.stringify(all, undefined, 1)}\n`);
  console.log(values.json ? JSON.stringify({ tokens, logits }) : text);
  for (const { tokenizer, first } of tokens) if (first) console.log(`${tokenizer} differs first at ${first}`);
  const f32 = logits.find(({ type }) => type === "F32");
  for (const name of stale) console.log(`${name}: the hash in tools/mind/token-digest.ts is not what llama.cpp makes`);
  const good = stale.length === 0 && tokens.every(({ different }) => different === 0) && logits.every(isClose) && (f32?.most ?? 1) <= MOST_OFF_F32;
  return good ? ExitCode.Ok : ExitCode.Failed;
}
