// The linear memory policy on synthetic episodes: prints how good its warnings are, asserts only what must never break.
// The seeds here are not the ones that it was tuned on (1 …): 500 000 … .
import { beforeAll, describe, expect, it } from "vitest";
import { compileHarness } from "../sim/harness.js";
import { Rng } from "../sim/rng.js";
import { EPISODE_KINDS, type Episode, playAll, playEpisode, type Sample } from "./memory-episodes.js";
import { HORIZON_MS, MemoryPolicy, WINDOW_ROWS } from "./memory-policy.js";
import { type EpisodeScore, scoreEpisode, summarize } from "./memory-score.js";

const WARNING = 0.8;
const ELEVATED = 0.6;
let policy: MemoryPolicy;

beforeAll(() => {
  policy = MemoryPolicy.fromBytes(compileHarness("linear-plain", "kernel-as/policy/memory/linear.ts", ["--config", "asconfig.json", "--target", "policy"]));
}, 60_000);

function confidences(samples: readonly Sample[]): number[] {
  return samples.map((_, i) => policy.decide(samples.slice(Math.max(0, i + 1 - WINDOW_ROWS), i + 1)).confidence);
}

function score(episode: Episode): EpisodeScore {
  const beats = confidences(episode.samples).map((confidence, i) => ({ timeMs: (episode.samples[i] as Sample).timeMs, warned: confidence >= WARNING }));
  return scoreEpisode(beats, episode.outOfMemoryMs, HORIZON_MS);
}

const at = (i: number, free: number, managed = 120_000): Sample => ({
  timeMs: i * 100,
  freePages: Math.max(Math.round(free), 0),
  largestFreePages: Math.max(Math.round(free / 2), 0),
  failures: 0,
  managedPages: managed,
  processes: 2,
  committedPages: 0,
});

describe("linear", () => {
  it("answers finite numbers in range to whatever it is given", () => {
    const rng = new Rng(77);
    for (let round = 0; round < 3000; round++) {
      const wide = rng.logBetween(1, 4e9);
      const rows = Array.from({ length: Math.floor(rng.between(0, 101)) }, () => ({
        timeMs: rng.logBetween(1, 1e13),
        freePages: Math.floor(rng.between(0, wide)),
        largestFreePages: Math.floor(rng.between(0, 1)),
        failures: Math.floor(rng.logBetween(1, 4e9)),
        managedPages: Math.floor(rng.between(0, wide)),
        processes: 1,
        committedPages: 0,
      }));
      const d = policy.decide(rows);
      expect(d.status).toBe(0);
      for (const share of [d.confidence, d.exhaustion, d.scarcity, d.fragmentation, d.failures]) expect(share >= 0 && share <= 1, JSON.stringify(d)).toBe(true);
      expect(Number.isFinite(d.slopePagesPerSecond) && Number.isFinite(d.timeToExhaustionMs)).toBe(true);
      expect(d.timeToExhaustionMs === -1 || d.timeToExhaustionMs >= 0).toBe(true);
      expect(d.advice).toBeLessThanOrEqual(3);
    }
  });

  it("abstains on few samples", () => {
    for (let n = 0; n < 8; n++) expect(policy.decide(Array.from({ length: n }, (_, i) => at(i, 1000))).abstained).toBe(true);
    expect(policy.decide(Array.from({ length: 8 }, (_, i) => at(i, 1000))).abstained).toBe(false);
  });

  it.each([0.6, 0.7, 0.85])("is NORMAL again one second after a rise to a plateau of %d", (level) => {
    for (const seconds of [5, 20, 60]) {
      const rise = Array.from({ length: seconds * 10 }, (_, i) => at(i, 120_000 * (0.95 - ((level - 0.05) * i) / (seconds * 10))));
      const flat = Array.from({ length: 300 }, (_, i) => at(rise.length + i, 120_000 * (1 - level)));
      const all = confidences([...rise, ...flat]);
      expect(Math.max(...all.slice(rise.length + 10)), `after ${seconds} s`).toBeLessThan(ELEVATED);
    }
  });

  it("does not hold a half-full machine at risk, with noise or without", () => {
    const rng = new Rng(3);
    for (const noise of [0, 5, 100, 1000]) {
      const all = confidences(Array.from({ length: 600 }, (_, i) => at(i, 60_000 + noise * rng.between(-1, 1))));
      expect(Math.max(...all)).toBeLessThan(ELEVATED);
    }
  });

  it.each([0.2, 1, 4, 16, 64])("catches a steady leak of %d MiB/s on 512 MiB at least five seconds before", (rate) => {
    // From where 100 s are left, or all of it.
    const start = Math.min(115_000, rate * 256 * 100);
    const all = Array.from({ length: 100 }, (_, i) => at(i, start));
    for (let i = 1; start - rate * 25.6 * i > 0; i++) all.push(at(99 + i, start - rate * 25.6 * i));
    const warned = confidences(all).findIndex((c) => c >= WARNING);
    expect(warned).toBeGreaterThan(0);
    expect((all.length - warned) / 10).toBeGreaterThanOrEqual(5);
  });

  it("does not alarm on each rise of a sawtooth that the window shows to fall again", () => {
    // Collected at three quarters of the memory, each four seconds: 13 s from exhaustion at the top.
    const all = confidences(Array.from({ length: 900 }, (_, i) => at(i, 120_000 * (0.6 - 0.35 * ((i % 40) / 40)))));
    expect(all.slice(100).filter((c) => c >= WARNING)).toHaveLength(0);
  });

  it("prints its figure on held-out episodes", () => {
    const episodes = playAll(20, 500_000);
    const scores = episodes.map(score);
    const line = (name: string, of: EpisodeScore[]) => {
      const s = summarize(of);
      return `${name.padEnd(9)} episodes ${s.episodes}, OOM ${s.outOfMemory}, recall ≥ 5 s ${s.recall.toFixed(2)}, false-positive episodes ${s.falseEpisodes}, median lead ${((s.medianLeadMs ?? 0) / 1000).toFixed(1)} s`;
    };
    for (const kind of EPISODE_KINDS)
      console.log(
        line(
          kind,
          scores.filter((_, i) => (episodes[i] as Episode).kind === kind),
        ),
      );
    console.log(line("all", scores));
    const leaks = scores.filter((s, i) => s.ranOut && (episodes[i] as Episode).kind === "leak");
    expect(leaks.every((s) => (s.leadMs ?? 0) >= 5000)).toBe(true);
    expect(playEpisode("leak", true, 9).samples).toEqual(playEpisode("leak", true, 9).samples);
  });
});
