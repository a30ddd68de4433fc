// kernel-as/lib/lz4.ts against an independent codec (npm lz4js): what ours writes, the other one reads, and the other way round.
// Real bytes: this repository's documents and compiled modules; and seeded ones.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { compressBlock, decompressBlock } from "lz4js";
import { beforeAll, expect, test } from "vitest";
import { ROOT } from "../lib/index.js";
import { compileHarness } from "../sim/harness.js";

interface Harness {
  memory: WebAssembly.Memory;
  scratch(bytes: number): number;
  compress(from: number, count: number, to: number, capacity: number): number;
  decompress(from: number, count: number, to: number, capacity: number): number;
}

const MOST = 65_535;
let codec: Harness;
let plainAt = 0;
let packedAt = 0;
let backAt = 0;

beforeAll(() => {
  const module = new WebAssembly.Module(compileHarness("lz4", "kernel-as/lib/lz4.harness.ts"));
  codec = new WebAssembly.Instance(module).exports as unknown as Harness;
  plainAt = codec.scratch(MOST);
  packedAt = codec.scratch(2 * MOST);
  backAt = codec.scratch(MOST);
});

const span = (at: number, bytes: number): Uint8Array => new Uint8Array(codec.memory.buffer, at, bytes);

function ours(plain: Uint8Array): Uint8Array {
  span(plainAt, plain.length).set(plain);
  const bytes = codec.compress(plainAt, plain.length, packedAt, 2 * MOST);
  expect(bytes).toBeGreaterThan(0);
  return span(packedAt, bytes).slice();
}

/** Both directions for one input. Returns what ours took. */
function agree(plain: Uint8Array): number {
  const packed = ours(plain);
  const read = new Uint8Array(plain.length);
  expect(decompressBlock(packed, read, 0, packed.length, 0)).toBe(plain.length);
  expect(Buffer.compare(read, plain)).toBe(0);
  const theirs = new Uint8Array(2 * MOST);
  const bytes = compressBlock(plain, theirs, 0, plain.length, new Uint32Array(1 << 16));
  if (bytes > 0) {
    span(packedAt, bytes).set(theirs.subarray(0, bytes));
    expect(codec.decompress(packedAt, bytes, backAt, MOST)).toBe(plain.length);
    expect(Buffer.compare(span(backAt, plain.length), plain)).toBe(0);
  }
  return packed.length;
}

function pagesOf(file: string): Uint8Array[] {
  const bytes = readFileSync(file);
  const pages: Uint8Array[] = [];
  for (let at = 0; at + 4096 <= bytes.length; at += 4096) pages.push(new Uint8Array(bytes.subarray(at, at + 4096)));
  return pages;
}

test("pages of documents and of compiled modules", () => {
  const documents = readdirSync(join(ROOT, "docs")).filter((name) => name.endsWith(".md"));
  const texts = documents.flatMap((name) => pagesOf(join(ROOT, "docs", name)));
  const modules = ["kernel", "shell", "stress"].flatMap((name) => pagesOf(join(ROOT, `build/wasm/${name}.wasm`)));
  expect(texts.length).toBeGreaterThan(20);
  expect(modules.length).toBeGreaterThan(50);
  const share = (pages: Uint8Array[]) => pages.reduce((sum, page) => sum + agree(page), 0) / (pages.length * 4096);
  // Prose of 4 KiB at a time: a page is a short window.
  expect(share(texts)).toBeLessThan(0.75);
  share(modules);
});

test("every short length, and long inputs", () => {
  for (let bytes = 0; bytes < 80; bytes++) {
    agree(new Uint8Array(bytes));
    agree(Uint8Array.from({ length: bytes }, (_, i) => i % 5));
    agree(Uint8Array.from({ length: bytes }, (_, i) => (i * i * 31) & 255));
  }
  agree(new Uint8Array(MOST));
  agree(Uint8Array.from({ length: MOST }, (_, i) => (i % 300 < 200 ? i >> 8 : (i * 2_654_435_761) >>> 24)));
});

test("seeded mixtures of runs, words and noise", () => {
  let state = 0x1234_5678;
  const below = (n: number) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % n;
  };
  for (let round = 0; round < 1500; round++) {
    const plain = new Uint8Array(1 + below(6000));
    for (let at = 0; at < plain.length; ) {
      const kind = below(3);
      const end = Math.min(at + 1 + below(60), plain.length);
      const byte = below(256);
      for (let i = 0; at < end; at++, i++) plain[at] = kind === 0 ? byte : kind === 1 ? (byte & 15) * 7 + i : below(256);
    }
    agree(plain);
  }
});
