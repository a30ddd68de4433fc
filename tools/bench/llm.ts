// npm run bench -- llm: the mind's engine against llama.cpp on the same files, one thread each, in turns, by the processor's time; beside what one core reads from
// memory, and the speed that this bounds decoding to. Hosted only: QEMU's figures never share a column with these.
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { readGguf, writeGguf } from "../mind/gguf.js";
import { ModelHost } from "../mind/host.js";
import { addModel, MODELS } from "../mind/models.js";
import { requantise } from "../mind/requantise.js";
import { Llama } from "../reference/llama.js";
import { median } from "./median.js";

const ROUNDS = 5;
const CONTEXT = 512;
const PROMPT = 256;
const CHANGED = 16;
const DECODED = 64;
const READ_BYTES = 512 << 20;
const SETS = ["reference", "SSE2", "AVX2", "AVX-512 with VNNI"];

/** Of one model; rates in tokens a second, ratios ours ÷ llama.cpp's of the same round. */
export interface LlmRow {
  model: string;
  /** Bytes of weights that one decoded token reads. */
  weightBytes: number;
  decode: Pair;
  prefill: Pair;
  /** From the question to the first token, where 16 tokens changed behind a cached prefix. */
  firstMs: Pair;
  /** What memory allows to decode, and decoding as a part of it, each round by its own bandwidth. */
  bound: number;
  ofBound: number;
}

interface Pair {
  ours: number;
  llama: number | undefined;
  /** How much better ours is: rates ours ÷ theirs, times theirs ÷ ours. */
  ratio: number | undefined;
}

export interface LlmBench {
  kernels: string;
  bandwidth: number;
  rounds: number;
  rows: LlmRow[];
}

async function models(): Promise<[string, string][]> {
  const published = await addModel("smollm2");
  const q8 = join(MODELS, "reference", "smollm2-q8_0.gguf");
  mkdirSync(join(MODELS, "reference"), { recursive: true });
  if (!existsSync(q8)) writeGguf(q8, requantise(readGguf(published), "Q8_0"));
  return [
    ["SmolLM2-135M Q4_1", published],
    ["SmolLM2-135M Q8_0", q8],
  ];
}

// Everything but the norms is a matrix that each token meets once: the embedding as the output, too.
function weightBytes(path: string): number {
  return readGguf(path).tensors.reduce((sum, { data, shape }) => sum + (shape.length > 1 ? data.length : 0), 0);
}

interface Round {
  decode: number;
  prefill: number;
  firstMs: number;
}

// The same tokens for both; what they are does not matter for speed.
const prompt = Array.from({ length: PROMPT }, (_, i) => 100 + ((i * 7919) % 40_000));
const changed = Array.from({ length: CHANGED }, (_, i) => 50 + ((i * 6007) % 40_000));
const kept = PROMPT - CHANGED;

async function ours(host: ModelHost): Promise<Round> {
  await host.rewind(0);
  await host.feed(prompt);
  const prefill = PROMPT / (host.lastNs / 1e9);
  const { ns } = await host.generate([...prompt], DECODED + 1, {}, true); // the prompt's last token is fed again before it; the last one drawn is not fed
  const decode = DECODED / (ns / 1e9);
  await host.rewind(kept);
  await host.feed(changed);
  const fed = host.lastNs;
  await host.sample();
  return { prefill, decode, firstMs: (fed + host.lastNs) / 1e6 };
}

async function theirs(llama: Llama): Promise<Round> {
  const whole = await llama.run(prompt, DECODED);
  await llama.run(prompt, 0);
  const again = await llama.run(changed, 0, kept);
  return { prefill: PROMPT / (whole.prefillNs / 1e9), decode: DECODED / (whole.decodeNs / 1e9), firstMs: again.prefillNs / 1e6 };
}

function pair(mine: number[], other: number[], better: (mine: number, other: number) => number): Pair {
  if (other.length === 0) return { ours: median(mine), llama: undefined, ratio: undefined };
  return { ours: median(mine), llama: median(other), ratio: median(mine.map((value, i) => better(value, other[i] as number))) };
}

/** Measures. Where llama.cpp is not installed its columns stay empty. */
export async function runLlmBench({ onProgress, llama: compare }: { onProgress: (text: string) => void; llama: boolean }): Promise<LlmBench> {
  const rows: LlmRow[] = [];
  const host = await ModelHost.hosted();
  try {
    const bandwidths: number[] = [];
    const kernels = SETS[await host.isa()] as string;
    for (const [model, path] of await models()) {
      await host.load(path, CONTEXT);
      const llama = compare ? await Llama.open(path, CONTEXT, "usual") : undefined;
      try {
        const mine: Round[] = [];
        const other: Round[] = [];
        const read: number[] = [];
        for (let round = -1; round < ROUNDS; round++) {
          onProgress(`${model}: round ${round + 1} of ${ROUNDS}`);
          const bandwidth = await host.bandwidth(READ_BYTES);
          const [a, b] = [await ours(host), llama && (await theirs(llama))];
          if (round < 0) continue; // both warm up
          mine.push(a);
          read.push(bandwidth);
          if (b) other.push(b);
        }
        const rate = (x: number, y: number) => x / y;
        const time = (x: number, y: number) => y / x;
        const bytes = weightBytes(path);
        bandwidths.push(...read);
        rows.push({
          model,
          weightBytes: bytes,
          decode: pair(
            mine.map(({ decode }) => decode),
            other.map(({ decode }) => decode),
            rate,
          ),
          prefill: pair(
            mine.map(({ prefill }) => prefill),
            other.map(({ prefill }) => prefill),
            rate,
          ),
          firstMs: pair(
            mine.map(({ firstMs }) => firstMs),
            other.map(({ firstMs }) => firstMs),
            time,
          ),
          bound: median(read) / bytes,
          ofBound: median(mine.map(({ decode }, i) => (decode * bytes) / (read[i] as number))),
        });
      } finally {
        await llama?.close();
      }
    }
    return { kernels, bandwidth: median(bandwidths), rounds: ROUNDS, rows };
  } finally {
    await host.close();
  }
}

const shown = (value: number | undefined, digits = 1) => (value === undefined ? "-" : value.toFixed(digits));

/** The table for a person. */
export function formatLlmBench({ kernels, bandwidth, rounds, rows }: LlmBench): string {
  const columns = ["hosted, one thread", "ours", "llama.cpp", "ratio"];
  const lines: string[][] = [columns];
  for (const row of rows) {
    const put = (what: string, { ours: a, llama, ratio }: Pair) => lines.push([`${row.model} ${what}`, shown(a), shown(llama), shown(ratio, 2)]);
    put("decode tok/s", row.decode);
    put("prefill tok/s", row.prefill);
    put(`first token ms`, row.firstMs);
    lines.push([`${row.model} decode bound tok/s`, shown(row.bound), "", ""], [`${row.model} decode of the bound`, `${(row.ofBound * 100).toFixed(0)} %`, "", ""]);
  }
  const widths = columns.map((_, i) => Math.max(...lines.map((line) => (line[i] as string).length)));
  const table = lines.map((line) =>
    line
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] as number) : cell.padStart(widths[i] as number)))
      .join("  ")
      .trimEnd(),
  );
  return [
    ...table,
    "",
    `kernels ${kernels}; one core reads ${(bandwidth / 1e9).toFixed(1)} GB/s (${READ_BYTES >> 20} MiB, the fastest pass of a round); medians of ${rounds} rounds in turns, processor's time`,
    `prefill ${PROMPT} tokens, decode ${DECODED} after them; first token: ${CHANGED} of them changed behind ${PROMPT - CHANGED} cached ones`,
    ...(rows.some(({ decode }) => decode.llama === undefined) ? ["llama.cpp is not installed: npm install --include=optional, on x86-64 Linux"] : []),
  ].join("\n");
}
