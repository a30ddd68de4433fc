// Mixes that schedulers are judged on: fixed programs, their laws lognormal, normal, exponential and bounded Pareto, which no mix of
// training uses. Nothing may be tuned on them (docs/evidence/sched-protocol.md). Durations in milliseconds, rates in arrivals a unit.
import { around, boundedPareto, exponential, lognormal, mixture } from "./laws.js";
import type { Mix } from "./mixes.js";
import { batch, fork, interactive, lookup, type Program, periodic, plain, shortAndLong, sized } from "./programs.js";

/** A factor around 1. */
const factor = (deviation: number) => around(1, deviation);

/** A person at a desk: editors that wait for keys, tools, tabs that have what they need or do not, a player, an indexer. */
const desktop = (): Program[] => [
  interactive("editor", 3, [3, 9], lognormal(0.4, 0.5), lognormal(18, 0.6)),
  plain("tool", 3, lognormal(2.5, 0.5)),
  plain("tab", 1.5, mixture([0.7, around(4, 0.15)], [0.3, around(60, 0.2)])),
  periodic("player", 2, around(3, 0.08)),
  batch("indexer", 0.25, lognormal(180, 0.6), 40, lognormal(6, 0.4)),
];

/** A build: compilers that a make starts together, an assembler, tests of a configure script, links whose footprint tells their size. */
const buildfarm = (): Program[] => [
  fork("compile", 1, [4, 10], lognormal(30, 0.8), factor(0.15)),
  plain("assemble", 3, around(6, 0.25)),
  plain("probe", 5, exponential(1.5)),
  sized(plain("link", 0.4, lognormal(140, 0.7)), 12, 0.2),
];

/** Batches of 39 short jobs and a long one, as SchedCP has them; of one kind the long one is another program, of the other it is not. */
const batches = (): Program[] => [
  shortAndLong("compress", 0.5, lognormal(8, 0.35), 39, around(160, 0.1), "transcode"),
  sized(shortAndLong("ctest", 0.5, around(4, 0.3), 39, around(120, 0.15), "ctest"), 20, 0.15),
  plain("shell", 8, lognormal(2, 0.4)),
];

/** A server with a cache, queries of five kinds, compaction at its times. */
const cacheserver = (): Program[] => [
  lookup("get", 8, around(0.8, 0.2), 0.15, lognormal(5, 0.3), around(14, 0.3)),
  ...[2, 5, 12, 30, 80].map((ms, i) => plain(`query${i}`, 1.2 / (i + 1), lognormal(ms, 0.4))),
  periodic("compaction", 0.12, around(250, 0.1)),
];

/** Scans of one program whose footprint tells how long they take, shards of one question, dashboards, a report at its times. */
const analytics = (): Program[] => [
  sized(plain("scan", 2, lognormal(25, 1.2)), 40, 0.25),
  fork("shard", 0.5, [6, 12], lognormal(14, 1), factor(0.12)),
  interactive("dashboard", 3, [2, 6], lognormal(0.8, 0.5), lognormal(25, 0.5)),
  periodic("report", 0.2, around(90, 0.1)),
];

/** One program whose jobs say nothing: a tail of exponent 1.1 from 1 ms to 2 s. */
const pareto = (): Program[] => [plain("pareto", 1, boundedPareto(1.1, 1, 2000))];

/** Eight programs that all follow one exponential law. */
const exponentialMix = (): Program[] => Array.from({ length: 8 }, (_, i) => plain(`memoryless${i}`, 1, exponential(20)));

/** Before and after the shift: two images change places, one stays, one goes, two come. */
const before = (): Program[] => [
  plain("red", 3, lognormal(3, 0.4)),
  plain("blue", 0.4, lognormal(110, 0.4)),
  plain("green", 1, lognormal(14, 0.5)),
  interactive("yellow", 2, [2, 6], lognormal(0.6, 0.5), lognormal(15, 0.5)),
];
const after = (): Program[] => [
  plain("red", 0.4, lognormal(110, 0.4)),
  plain("blue", 3, lognormal(3, 0.4)),
  plain("green", 1, lognormal(14, 0.5)),
  plain("white", 1, mixture([0.75, around(5, 0.2)], [0.25, around(70, 0.2)])),
  sized(plain("black", 0.7, lognormal(30, 1)), 30, 0.2),
];

export const TEST_MIXES: readonly Mix[] = [
  { name: "desktop", set: "test", kind: "structured", parts: [{ stream: "all", programs: desktop }] },
  { name: "buildfarm", set: "test", kind: "structured", parts: [{ stream: "all", programs: buildfarm }] },
  { name: "batches", set: "test", kind: "structured", parts: [{ stream: "all", programs: batches }] },
  { name: "cacheserver", set: "test", kind: "structured", parts: [{ stream: "all", programs: cacheserver }] },
  { name: "analytics", set: "test", kind: "structured", parts: [{ stream: "all", programs: analytics }] },
  { name: "pareto", set: "test", kind: "structureless", parts: [{ stream: "all", programs: pareto }] },
  { name: "exponential", set: "test", kind: "structureless", parts: [{ stream: "all", programs: exponentialMix }] },
  {
    name: "shift",
    set: "test",
    kind: "shift",
    parts: [
      { stream: "before", programs: before },
      { stream: "after", programs: after },
    ],
  },
  // The same second half, job for job, after a first half of its own kind: what `shift` is held against once it has settled.
  {
    name: "settled",
    set: "test",
    kind: "shift",
    family: "shift",
    parts: [
      { stream: "settling", programs: after },
      { stream: "after", programs: after },
    ],
  },
];
