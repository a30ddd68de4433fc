// The recorder: a made-up /proc, and the machine that the test runs on.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { formatEpisode, parseEpisode } from "../episodes/index.js";
import { availablePages, readProcess, watched } from "./proc.js";
import { Recording } from "./recording.js";

const root = mkdtempSync(join(tmpdir(), "ganglion-proc-"));
afterAll(() => rmSync(root, { recursive: true }));

const process_ = (pid: number, parent: number, anonKib: number | undefined) => {
  mkdirSync(join(root, String(pid)), { recursive: true });
  const memory = anonKib === undefined ? "" : `VmRSS:\t ${anonKib + 800} kB\nRssAnon:\t ${anonKib} kB\nRssFile:\t 800 kB\nRssShmem:\t 0 kB\n`;
  writeFileSync(join(root, String(pid), "status"), `Name:\tx\nPid:\t${pid}\nPPid:\t${parent}\n${memory}`);
};

test("one process and all that it started; kernel threads are none", () => {
  writeFileSync(join(root, "meminfo"), "MemTotal: 1000000 kB\nMemAvailable:  400000 kB\n");
  process_(10, 1, 4000);
  process_(11, 10, 8000);
  process_(12, 11, 400);
  process_(13, 1, 4000);
  process_(2, 0, undefined);
  expect(availablePages(root)).toBe(100_000);
  expect(watched(root, 10).map((p) => [p.pid, p.pages])).toEqual([
    [10, 1000],
    [11, 2000],
    [12, 100],
  ]);
  expect(watched(root, undefined)).toHaveLength(4);
  expect(readProcess(root, 99)).toBeUndefined();
});

test("growth, shrinking and the end become operations of a valid episode", () => {
  const recording = new Recording();
  recording.sample(0, [{ pid: 5, parent: 1, pages: 1000 }], 50_000);
  recording.sample(100, [{ pid: 5, parent: 1, pages: 1010 }], 49_000);
  recording.sample(
    200,
    [
      { pid: 5, parent: 1, pages: 3000 },
      { pid: 6, parent: 5, pages: 20 },
    ],
    47_000,
  );
  recording.sample(300, [{ pid: 5, parent: 1, pages: 500 }], 50_000);
  const episode = recording.episode("test", 100);
  expect(episode).toEqual({
    id: "test",
    family: "recorded",
    totalPages: 51_000,
    beatMs: 100,
    processes: [
      {
        pid: 5,
        startMs: 0,
        ops: [
          { tMs: 0, op: "alloc", pages: 1000 },
          { tMs: 0, op: "touch", pages: 1000 },
          { tMs: 200, op: "alloc", pages: 2000 },
          { tMs: 200, op: "touch", pages: 2000 },
          { tMs: 300, op: "free", pages: 2500 },
        ],
      },
      {
        pid: 6,
        startMs: 200,
        ops: [
          { tMs: 200, op: "alloc", pages: 20 },
          { tMs: 200, op: "touch", pages: 20 },
          { tMs: 300, op: "exit", pages: 0 },
        ],
      },
    ],
  });
  expect(parseEpisode(formatEpisode(episode as NonNullable<typeof episode>))).toEqual(episode);
});

test.runIf(process.platform === "linux")("this very process, live", () => {
  const recording = new Recording();
  const held: Uint8Array[] = [];
  const sample = (tMs: number) => recording.sample(tMs, watched("/proc", process.pid), availablePages("/proc"));
  sample(0);
  held.push(new Uint8Array(64 << 20).fill(1));
  sample(100);
  expect(held[0]?.[5]).toBe(1);
  const own = recording.episode("live", 100)?.processes.find((p) => p.pid === process.pid);
  const grown = own?.ops.filter((op) => op.op === "touch").at(-1);
  expect(grown?.tMs).toBe(100);
  expect(grown?.pages).toBeGreaterThan(12_000);
});
