// Fast replays (npm test builds what they run: the target sim): the kernel's own memory management, its own beats, and a shadow that sees what the champion sees.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { LAYOUT } from "../abi/index.js";
import { type Episode, parseEpisode } from "../episodes/index.js";
import { ROOT } from "../lib/index.js";
import { EXACT_COSTS } from "./costs.js";
import { Engine } from "./fast.js";
import { Policy } from "./policies.js";
import { type ReplayOptions, replay } from "./replay.js";

let engine: Engine;
let options: ReplayOptions;
beforeAll(() => {
  engine = new Engine(ROOT);
  options = { engine, champion: policy(), shadows: [policy()] };
});

const linear = join(ROOT, "build/policies/linear.wasm");
const policy = () => new Policy("linear", new Uint8Array(readFileSync(linear)));

type Ops = { tMs: number; op: string; pages?: number; order?: number }[];
const episode = (processes: { startMs?: number; ops: Ops }[], totalPages = 8192, compressPct = 0): Episode =>
  parseEpisode(JSON.stringify({ id: "e", family: "test", totalPages, beatMs: 100, compressPct, processes: processes.map((p, i) => ({ pid: i + 1, startMs: 0, ...p })) }));

/** `pages` in equal steps, one a beat. */
const growth = (pages: number, beats: number, fromMs = 1000): Ops =>
  Array.from({ length: beats }, (_, i) => [
    { tMs: fromMs + i * 100, op: "alloc", pages: pages / beats },
    { tMs: fromMs + i * 100, op: "touch", pages: pages / beats },
  ]).flat();

test("a leak ends in the OOM that its operations lead to, and is warned of", () => {
  const result = replay(episode([{ ops: growth(10_000, 200) }]), options);
  // 8192 pages less what the kernel and the first programs have; 50 pages a beat.
  expect(result.oomMs).toBeGreaterThan(1000 + 160 * 100);
  expect(result.oomMs).toBeLessThan(1000 + 164 * 100);
  expect(result.kills).toEqual([{ timeMs: result.oomMs, pid: 1 }]);
  const alarm = result.tracks[0]?.alarmsMs[0] as number;
  expect((result.oomMs as number) - alarm).toBeGreaterThan(5000);
  expect(result.beats.freePages.at(-1)).toBeLessThan(100);
  expect(result.beats.count).toBe(Math.floor((result.oomMs as number) / 100 + 0.01));
});

test("what is freed comes back, page by page", () => {
  const result = replay(
    episode([
      {
        ops: [...growth(4000, 20), { tMs: 5000, op: "free", pages: 3000 }, { tMs: 8000, op: "alloc", pages: 10 }],
      },
      {
        startMs: 2050,
        ops: [
          { tMs: 2500, op: "alloc", pages: 512 },
          { tMs: 2500, op: "touch", pages: 512 },
          { tMs: 7000, op: "exit" },
        ],
      },
    ]),
    options,
  );
  const free = (ms: number) => result.beats.freePages[Math.floor(ms / 100)] as number;
  expect(result.oomMs).toBeUndefined();
  expect(free(3500) - free(6500)).toBe(-3000);
  // The whole process: its pages, six of its own, its tables but for those that stay in the pool.
  expect(free(7900) - free(6500)).toBeGreaterThanOrEqual(518);
  expect(free(7900) - free(6500)).toBeLessThan(560);
  expect(result.beats.processes[10]).toBe(3);
  expect(result.beats.processes[30]).toBe(4);
  expect(result.pagesWritten).toBe(4512);
});

test("touch writes the pages again that were written longest ago, and takes no frame", () => {
  const ops: Ops = [
    { tMs: 1000, op: "alloc", pages: 100 },
    { tMs: 1000, op: "touch", pages: 100 },
    { tMs: 2000, op: "touch", pages: 950 },
    { tMs: 3000, op: "alloc", pages: 1 },
  ];
  const result = replay(episode([{ ops }]), options);
  expect(result.pagesWritten).toBe(1050);
  expect(result.beats.freePages.at(-1)).toBe(result.beats.freePages[15]);
});

test("with exact costs beats and quanta come in the middle of a page, and no work is lost or done twice", () => {
  const ops: Ops = [
    { tMs: 1050, op: "alloc", pages: 8000 },
    { tMs: 1050, op: "touch", pages: 8000 },
  ];
  const held: number[] = [];
  const late: number[] = [];
  const userPages = LAYOUT.MemorySample.bytes - LAYOUT.MemorySample.fields.userPages.offset;
  const onBeat = (input: Uint8Array, timeMs: number) => {
    held.push(new DataView(input.slice(-userPages).buffer).getUint32(0, true));
    late.push(((timeMs + 1) % 100) * 1e6);
  };
  const result = replay(episode([{ ops }, { ops }], 32_768), { ...options, costs: EXACT_COSTS, onBeat });
  expect(result.pagesWritten).toBe(16_000);
  // Beats 10 and 11 lie at 1099 and 1199 ms: from one to the other two processes take turns of 10 ms, and fill a page after each fault.
  const pageNs = EXACT_COSTS.faultNs + EXACT_COSTS.fillNs;
  expect(Math.abs((held[11] as number) - (held[10] as number) - 1e8 / pageNs)).toBeLessThan(2);
  expect(late[10]).toBeLessThanOrEqual(EXACT_COSTS.faultNs);
  expect(late[11]).toBeLessThanOrEqual(EXACT_COSTS.faultNs);
});

test("a block that cannot be had is a failed request and no OOM", () => {
  // Almost everything in single pages, then blocks of 4 MiB.
  const ops: Ops = [...growth(7600, 40), { tMs: 8000, op: "alloc", pages: 2048, order: 10 }, { tMs: 9000, op: "free", pages: 2048 }, { tMs: 9500, op: "alloc", pages: 1 }];
  const result = replay(episode([{ ops }]), options);
  expect(result.oomMs).toBeUndefined();
  expect(result.beats.failures.reduce((sum, n) => sum + n, 0)).toBe(2);
  expect(result.beats.freePages.at(-1)).toBe(result.beats.freePages[70]);
});

test("the shadow of the champion sees what the champion sees: its alarms are the kernel's", () => {
  const confidences: number[] = [];
  const seen = replay(episode([{ ops: growth(10_000, 200) }]), { ...options, keepConfidences: true, onBeat: (input) => confidences.push(input.length) });
  const warned = [...(seen.tracks[0]?.confidence ?? [])].filter((value) => value >= 0.8).length;
  expect(warned).toBe(seen.tracks[0]?.warnedBeats);
  expect(confidences.length).toBe(seen.beats.count);
  expect(seen.kernelWarningsMs).toEqual(seen.tracks[0]?.alarmsMs);
});

test("twice the same, whatever was replayed between", () => {
  const one = episode([{ ops: growth(10_000, 100) }, { startMs: 900, ops: growth(500, 10, 1234.5) }]);
  const first = replay(one, options);
  replay(episode([{ ops: growth(3000, 10) }]), options);
  expect(replay(one, options)).toEqual(first);
});

test("beyond the OOM: the victim's frames come back, others go on", () => {
  const result = replay(episode([{ ops: growth(9000, 90) }, { startMs: 500, ops: [...growth(900, 30, 2000), { tMs: 15_000, op: "exit" }] }]), { ...options, beyondOom: true });
  expect(result.kills.map((kill) => kill.pid)).toEqual([1]);
  expect(result.beats.freePages[120]).toBeGreaterThan(7000);
  expect(result.pagesLost).toBeGreaterThan(7000);
  expect(result.pagesWritten - result.pagesLost).toBe(900);
});
