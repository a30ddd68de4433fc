import { describe, expect, test } from "vitest";
import { effectOf, type Ran } from "./effects.js";
import type { Look } from "./observe.js";
import { OBSERVE_LINES } from "./observe.js";
import { setUps } from "./setups.js";

const row = (pid: number, parent: number, more: object = {}) => ({
  pid,
  parent,
  state: "Ready",
  protected: false,
  residentPages: 10,
  compressedPages: 0,
  growthPagesPerSecond: 0,
  throttled: false,
  startedNs: 0,
  oomScoreAdjust: 0,
  reservePages: 0,
  nice: 0,
  command: "x",
  ...more,
});
const look = (rows: object[], more: { nice?: number; policy?: string; largest?: number } = {}): Look =>
  [
    { managedPages: 1000, freePages: 500, filePages: 0, largestFreePages: more.largest ?? 64, fragmentationPpm: 600_000, compressedPages: 0, poolPages: 0, offeredPages: 0 },
    { processes: rows },
    { tasks: [{ pid: 5, nice: more.nice ?? 0, state: "Ready", readySinceNs: 0, userNs: 0, systemNs: 0 }] },
    { confidencePpm: 0, risk: "NORMAL", recentFailures: 0, timeToExhaustionMs: -1, thresholdPpm: 700_000, automatic: false, abstained: false },
    { someAverage10Ppm: 0, fullAverage10Ppm: 0 },
    { counters: [] },
    { policy: more.policy ?? "rr" },
    { uptimeNs: 1e9, idleNs: 0, switches: 0 },
  ] as unknown as Look;
const before = look([row(1, 0), row(3, 1), row(4, 3), row(5, 1)]);
const ran = (more: Partial<Ran> = {}): Ran => ({ status: 0, output: "", ended: false, extra: "", before, after: before, ...more });

describe("what a command did", () => {
  test.each([
    ["kill 4", ran({ after: look([row(1, 0), row(5, 1)]) }), true],
    ["kill 4", ran(), false],
    ["kill 4", ran({ after: look([row(1, 0), row(3, 1)]) }), false],
    ["kill 4", ran({ status: 1, output: "no such process" }), false],
    ["renice 7 5", ran({ after: look([row(5, 1)], { nice: 7 }) }), true],
    ["renice 7 5", ran(), false],
    ["memctl protect 5", ran({ after: look([row(5, 1, { protected: true })]) }), true],
    ["memctl protect 5", ran(), false],
    ["memctl protect --reserve 4M 5", ran({ after: look([row(5, 1, { reservePages: 1024 })]) }), true],
    ["memctl protect --oom-score -300 5", ran({ after: look([row(5, 1, { oomScoreAdjust: -300 })]) }), true],
    ["memctl compact", ran({ after: look([], { largest: 512 }) }), true],
    ["memctl compact", ran(), false],
    ["schedctl policy mlfq", ran({ after: look([], { policy: "mlfq" }) }), true],
    ["schedctl policy mlfq", ran(), false],
    ["crashctl tune 70%", ran(), true],
    ["crashctl tune 0.8", ran(), false],
    ["crashctl auto off", ran(), true],
    ["memctl limits cold-scans 3", ran({ extra: '{"name":"cold-scans","value":3}\n' }), true],
    ["memctl limits cold-scans 3", ran({ extra: '{"name":"cold-scans","value":2}\n' }), false],
    ["poweroff", ran({ ended: true, after: undefined }), true],
    ["memctl reclaim 4M", ran({ ended: true, after: undefined }), false],
    ["run nothing", ran({ status: 127 }), false],
  ] as const)("%s (%#)", (command, what, ok) => expect(effectOf(command, what).ok).toBe(ok));
});

describe("set-ups", () => {
  test("at least a hundred, the same each time, and short enough for the kernel command line", () => {
    const all = setUps(1000);
    expect(all.length).toBeGreaterThanOrEqual(100);
    expect(setUps(1000)).toEqual(all);
    expect(new Set(all.map((s) => s.id)).size).toBe(all.length);
    for (const s of all) expect(encodeURIComponent([...s.lines, ...OBSERVE_LINES].join("\n")).length, s.id).toBeLessThan(1950);
  });
});
