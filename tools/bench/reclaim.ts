// npm run bench -- reclaim: the page codec as the image has it (asc → wasm2c → gcc, guard windows) as a Linux process, and the same
// wasm under V8, on pages of several kinds; then what compressing and restoring a page costs in the booted kernel under TCG, out of
// its own histograms. Prints, never judges speed; bytes that do not come back fail.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { compileObject, objectPath } from "../build/cc.js";
import { command } from "../build/command.js";
import { runGraph, type Step } from "../build/graph.js";
import { compileWasm, wasmToC } from "../build/wasm.js";
import { exec, ROOT, ToolError } from "../lib/index.js";
import { Machine } from "../machine/index.js";
import { median } from "./median.js";

const PAGE = 4096;
const PAGES = 512;
const ROUNDS = 21;
const MODULE = "bench_lz4";
const SOURCE = "tools/bench/codec/main.c";
const BINARY = "build/hosted/bench-codec";

export interface CodecRow {
  pages: string;
  /** Share of the pages that do not shrink to three quarters. */
  refusedPct: number;
  /** Bytes of the others, packed ÷ plain. */
  packedPct: number;
  /** Median of the rounds, processor time a page; refused pages count in compressing, not in decompressing. */
  compressNs: number;
  decompressNs: number;
  v8CompressNs: number;
  v8DecompressNs: number;
}

export interface ReclaimBench {
  rounds: number;
  codec: CodecRow[];
  /** Booted, TCG, 64 MiB, a plateau of 62 MiB, a tenth more than it manages. */
  booted: { name: string; count: number; meanNs: number; p50Ns: number; p99Ns: number }[];
}

interface CodecModule {
  memory: WebAssembly.Memory;
  scratch(bytes: number): number;
  compressPages(from: number, pages: number, to: number, sizes: number): number;
  decompressPages(from: number, pages: number, to: number, sizes: number): number;
}

/** PAGES pages out of bytes, from the start again where they end. */
function pagesOf(bytes: Uint8Array): Uint8Array {
  const pages = new Uint8Array(PAGES * PAGE);
  for (let at = 0; at < pages.length; at += bytes.length) pages.set(bytes.subarray(0, Math.min(bytes.length, pages.length - at)), at);
  return pages;
}

function corpora(): [string, Uint8Array][] {
  const docs = join(ROOT, "docs");
  const text = Buffer.concat(
    readdirSync(docs)
      .filter((name) => name.endsWith(".md"))
      .sort()
      .map((name) => readFileSync(join(docs, name))),
  );
  const words = new BigUint64Array((PAGES * PAGE) / 8);
  for (let i = 0; i < words.length; i++) words[i] = i % 3 === 0 ? 0n : 0x7f00_0000_1000n + BigInt(Math.imul(i, 2_654_435_761) >>> 12) * 16n;
  const noise = new Uint32Array((PAGES * PAGE) / 4);
  for (let i = 0, state = 1; i < noise.length; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    noise[i] = state;
  }
  const sparse = new Uint8Array(PAGES * PAGE);
  for (let i = 0; i < sparse.length; i += 512) sparse[i] = i >> 9;
  return [
    ["documents", pagesOf(text)],
    ["kernel.wasm", pagesOf(readFileSync(join(ROOT, "build/wasm/kernel.wasm")))],
    ["pointers", new Uint8Array(words.buffer)],
    ["nearly zeros", sparse],
    ["noise", new Uint8Array(noise.buffer)],
  ];
}

// Flags as the image's (tools/build/flags.ts) where they decide speed; the C library is the host's.
const FLAGS = ["-std=gnu11", "-O2", "-fno-pic", "-fno-stack-protector", "-fno-omit-frame-pointer", "-fno-strict-aliasing", "-fno-asynchronous-unwind-tables"];
const INCLUDES = ["-mgeneral-regs-only", "-I.", "-Ihostshim-c", "-Ihostshim-c/wasm/rt", "-Ibuild/c"];

function steps(): Step[] {
  const generated = `build/c/${MODULE}.c`;
  const header = [`build/c/${MODULE}.h`, "tools/bench/wasm_process.h"];
  const sources = [generated, SOURCE];
  const warnings = ["-Wall", "-Wextra", "-Werror", "-Wshadow", "-Wstrict-prototypes"];
  const objects = sources.map((source) => compileObject("bench", source, [...FLAGS, ...INCLUDES, ...(source === generated ? ["-w"] : warnings)], header));
  const inputs = sources.map((source) => objectPath("bench", source));
  const link: Step = {
    name: "link bench-codec",
    inputs,
    outputs: [BINARY],
    key: "",
    run: async () => {
      await command("gcc", ["-no-pie", "-o", BINARY, ...inputs]);
    },
  };
  return [compileWasm(MODULE, "kernel-as/lib/lz4.harness.ts", "bench"), wasmToC(MODULE, `build/wasm/${MODULE}.wasm`), ...objects, link];
}

function underV8(module: WebAssembly.Module, pages: Uint8Array): { compressNs: number; decompressNs: number; bytes: number } {
  const codec = new WebAssembly.Instance(module, {}).exports as unknown as CodecModule;
  const [plain, packed, back, sizes] = [PAGES * PAGE, PAGES * PAGE, PAGES * PAGE, PAGES * 4].map((bytes) => codec.scratch(bytes)) as [number, number, number, number];
  new Uint8Array(codec.memory.buffer).set(pages, plain);
  const compress: number[] = [];
  const decompress: number[] = [];
  let bytes = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    bytes = codec.compressPages(plain, PAGES, packed, sizes) >>> 0;
    const between = performance.now();
    codec.decompressPages(packed, PAGES, back, sizes);
    compress.push((between - start) * 1e6);
    decompress.push((performance.now() - between) * 1e6);
  }
  return { compressNs: median(compress), decompressNs: median(decompress), bytes };
}

async function codecRow(module: WebAssembly.Module, name: string, pages: Uint8Array): Promise<CodecRow> {
  const file = join(ROOT, "build/hosted/bench-codec.pages");
  writeFileSync(file, pages);
  const { status, stdout, output } = await exec(join(ROOT, BINARY), [file, String(PAGES), String(ROUNDS)], { cwd: ROOT, allowFailure: true });
  if (status !== 0) throw new ToolError(`bench-codec ended with status ${status} on ${name}: ${output.trim() || "a page did not come back"}`);
  const aot = z.object({ pages: z.number(), whole: z.number(), bytes: z.number(), compressNs: z.number(), decompressNs: z.number() }).parse(JSON.parse(stdout));
  const v8 = underV8(module, pages);
  if (v8.bytes !== aot.bytes) throw new ToolError(`the codec wrote ${aot.bytes} bytes as a process and ${v8.bytes} under V8`);
  const shrunk = Math.max(aot.whole, 1);
  return {
    pages: name,
    refusedPct: (100 * (PAGES - aot.whole)) / PAGES,
    packedPct: (100 * aot.bytes) / (shrunk * PAGE),
    compressNs: aot.compressNs / PAGES,
    decompressNs: aot.decompressNs / shrunk,
    v8CompressNs: v8.compressNs / PAGES,
    v8DecompressNs: v8.decompressNs / shrunk,
  };
}

const histograms = z.looseObject({ histograms: z.array(z.looseObject({ name: z.string(), count: z.number(), sum: z.number(), buckets: z.array(z.number()) })) });
const SHOWN = ["page_compress_ns", "page_restore_ns", "page_fault_ns", "ladder_run_ns", "age_step_ns"];

async function booted(): Promise<ReclaimBench["booted"]> {
  await using machine = await Machine.boot({ accel: "tcg", mem: "64M", seed: 1 });
  await machine.run("stress plateau --size 62M --rate 16M --seconds 12");
  const { histograms: rows } = await machine.ask("stats --json", histograms);
  return rows
    .filter((row) => SHOWN.includes(row.name))
    .map(({ name, count, sum, buckets }) => ({ name, count, meanNs: count === 0 ? 0 : sum / count, p50Ns: quantile(buckets, count, 0.5), p99Ns: quantile(buckets, count, 0.99) }));
}

/** Upper bound of the bucket (bucket i: below 2^i) that holds the quantile. */
function quantile(buckets: number[], count: number, share: number): number {
  let seen = 0;
  const bucket = buckets.findIndex((values) => {
    seen += values;
    return seen >= count * share;
  });
  return count === 0 || bucket <= 0 ? 0 : 2 ** bucket - 1;
}

export async function runReclaimBench(options: { onProgress?: (text: string) => void } = {}): Promise<ReclaimBench> {
  await runGraph(steps(), { jobs: 1, ...(options.onProgress ? { onProgress: options.onProgress } : {}) });
  const module = new WebAssembly.Module(readFileSync(join(ROOT, `build/wasm/${MODULE}.wasm`)));
  const codec: CodecRow[] = [];
  for (const [name, pages] of corpora()) {
    options.onProgress?.(`the codec on ${name}`);
    codec.push(await codecRow(module, name, pages));
  }
  options.onProgress?.("the booted kernel: a plateau above its memory");
  return { rounds: ROUNDS, codec, booted: await booted() };
}

/** The figures as lines for a person. */
export function formatReclaimBench(result: ReclaimBench): string {
  const line = (cells: string[]) =>
    `${(cells[0] as string).padEnd(20)}${cells
      .slice(1)
      .map((cell) => cell.padStart(12))
      .join("")}`;
  const lines = [`pages of 4 KiB, ns a page, medians of ${result.rounds} rounds`, line(["", "refused", "packed to", "compress", "restore", "V8", "V8"])];
  for (const row of result.codec) {
    const none = row.refusedPct === 100;
    lines.push(
      line([
        row.pages,
        `${row.refusedPct.toFixed(0)} %`,
        none ? "-" : `${row.packedPct.toFixed(0)} %`,
        row.compressNs.toFixed(0),
        none ? "-" : row.decompressNs.toFixed(0),
        row.v8CompressNs.toFixed(0),
        none ? "-" : row.v8DecompressNs.toFixed(0),
      ]),
    );
  }
  lines.push("", "booted under TCG, 64 MiB, a plateau of 62 MiB, a tenth more than it manages; ns", line(["", "count", "mean", "p50 at most", "p99 at most"]));
  for (const row of result.booted) lines.push(line([row.name, String(row.count), row.meanNs.toFixed(0), String(row.p50Ns), String(row.p99Ns)]));
  return lines.join("\n");
}
