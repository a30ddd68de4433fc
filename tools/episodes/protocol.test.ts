// The protocol's pure parts: verdicts, demand, the two ceilings on demands whose answer is plain; and the families: seeded, in range, disjoint.
import { describe, expect, it } from "vitest";
import { familyNames, SETS, type SetName, seededEpisode } from "./families/index.js";
import {
  committedAt,
  demandOf,
  Episode,
  episodeEndMs,
  FIRST_SEED,
  foreseeable,
  formatEpisode,
  indistinguishableFromMs,
  judgeAlarm,
  type Operation,
  STRICT_SEEN_MS,
} from "./index.js";

const TOTAL = 10_000;

/** One process whose touched pages are `pages(second)`, a step a beat; it reserves as it grows, or `promised` at the start. */
function grown(seconds: number, pages: (second: number) => number, promised?: number): Episode {
  const ops: Operation[] = [];
  let touched = 0;
  if (promised !== undefined) ops.push({ tMs: 0, op: "alloc", pages: promised });
  for (let beat = 0; beat <= seconds * 10; beat++) {
    const want = Math.round(pages(beat / 10));
    if (want > touched) {
      if (promised === undefined) ops.push({ tMs: beat * 100, op: "alloc", pages: want - touched });
      ops.push({ tMs: beat * 100, op: "touch", pages: want - touched });
    } else if (want < touched) ops.push({ tMs: beat * 100, op: "free", pages: touched - want });
    touched = want;
  }
  return Episode.parse({ id: "e", family: "f", totalPages: TOTAL, beatMs: 100, processes: [{ pid: 1, startMs: 0, ops }] });
}

const outAtMs = (episode: Episode) => demandOf(episode).touched.findIndex((pages) => pages >= TOTAL) * 100;

describe("judgeAlarm", () => {
  it.each([
    [30_000, 60_000, false, "hit"],
    [55_000, 60_000, false, "hit"],
    [55_100, 60_000, false, "late"],
    [0, 60_000, false, "hit"],
    [0, 60_100, false, "early"],
    [0, 60_100, true, "hit"],
    [undefined, 60_000, true, "missed"],
    [undefined, undefined, false, "quiet"],
    [5, undefined, true, "false"],
  ] as const)("alarm %s, OOM %s, committed %s: %s", (alarm, oom, committed, verdict) => {
    expect(judgeAlarm(alarm, oom, committed)).toBe(verdict);
  });
});

describe("ceilings", () => {
  it("a steady ramp is foreseeable, a cliff is not, nor is a plateau before a cliff", () => {
    const ramp = grown(100, (s) => s * 130);
    expect(foreseeable(demandOf(ramp), outAtMs(ramp))).toBe(true);
    const cliff = grown(60, (s) => (s < 30 ? 2000 : 2000 + (s - 30) * 4000));
    expect(foreseeable(demandOf(cliff), outAtMs(cliff))).toBe(false);
    const second = grown(100, (s) => (s < 30 ? s * 250 : s < 60 ? 7500 : 7500 + (s - 60) * 2000));
    expect(foreseeable(demandOf(second), outAtMs(second))).toBe(false);
  });

  it("growth that began more than ten seconds before is seen; less before it is by the stricter ceiling only", () => {
    for (const [seconds, seen, strictly] of [
      [10.5, true, true],
      [9.5, false, true],
      [5.5, false, false],
    ] as const) {
      // It held still for longer than the lines look back, and what the lines see does not reach: a step down before the rise.
      const episode = grown(90, (s) => (s < 45 ? 6000 : s < 50 ? 1000 : Math.min(1000 + ((s - 50) * 9000) / seconds, 10_500)));
      expect(foreseeable(demandOf(episode), outAtMs(episode))).toBe(seen);
      expect(foreseeable(demandOf(episode), outAtMs(episode), STRICT_SEEN_MS)).toBe(strictly);
    }
  });

  it("a ramp of a minute is foreseeable half a minute ahead, one of twelve seconds is not; a stop twice as short cannot be told twice as far ahead", () => {
    const at = (episode: Episode, aheadMs: number) => foreseeable(demandOf(episode), outAtMs(episode), undefined, aheadMs);
    const long = grown(80, (s) => s * 160);
    expect([5_000, 10_000, 30_000].map((ms) => at(long, ms))).toEqual([true, true, true]);
    const short = grown(90, (s) => (s < 60 ? 1000 : Math.min(1000 + (s - 60) * 750, 11_000)));
    expect([5_000, 10_000].map((ms) => at(short, ms))).toEqual([true, false]);
    const stops = demandOf(grown(80, (s) => Math.min(s * 200, 8500)));
    expect(indistinguishableFromMs(stops, TOTAL)).toBeUndefined();
    expect(indistinguishableFromMs(stops, TOTAL, 10_000)).toBeGreaterThan(30_000);
  });

  it("teeth whose lows sink are seen by their lines", () => {
    const teeth = grown(80, (s) => s * 120 + (s % 3) * 400);
    expect(foreseeable(demandOf(teeth), outAtMs(teeth))).toBe(true);
  });

  it("a ramp that stops just short cannot be told, one that stops early or promised less than there is can", () => {
    const stop = (level: number, promised?: number) => demandOf(grown(80, (s) => Math.min(s * 200, level), promised));
    expect(indistinguishableFromMs(stop(9500), TOTAL)).toBeGreaterThan(40_000);
    expect(indistinguishableFromMs(stop(8000), TOTAL)).toBeUndefined();
    expect(indistinguishableFromMs(stop(9500, 9600), TOTAL)).toBeUndefined();
    expect(indistinguishableFromMs(stop(9500, 12_000), TOTAL)).toBeGreaterThan(40_000);
    const slows = demandOf(grown(200, (s) => 9700 * (1 - Math.exp(-s / 20))));
    expect(indistinguishableFromMs(slows, TOTAL)).toBeUndefined();
  });

  it("committed is what is reserved, not what is touched", () => {
    const episode = grown(60, (s) => s * 50, 12_000);
    expect(committedAt(episode, demandOf(episode), 1000)).toBe(true);
    const small = grown(60, (s) => s * 50, 9000);
    expect(committedAt(small, demandOf(small), 1000)).toBe(false);
  });
});

describe("families", () => {
  it("belong to one set each", () => {
    const names = (Object.keys(SETS) as SetName[]).flatMap(familyNames);
    expect(new Set(names).size).toBe(names.length);
  });

  it.each(Object.keys(SETS) as SetName[])("%s: the same seed gives the same bytes; parameters stay in the protocol's ranges", (set) => {
    for (let i = 0; i < 2 * 4 * familyNames(set).length; i++) {
      const episode = seededEpisode(set, FIRST_SEED[set] + i);
      expect(formatEpisode(seededEpisode(set, FIRST_SEED[set] + i))).toBe(formatEpisode(episode));
      const { level, megabytesPerSecond, holdSeconds, noise } = episode.parameters as Record<string, number>;
      expect(level).toBeGreaterThanOrEqual(0.6);
      expect(level).toBeLessThanOrEqual(1.3);
      expect(megabytesPerSecond).toBeGreaterThanOrEqual(0.2);
      expect(megabytesPerSecond).toBeLessThanOrEqual(64);
      expect(holdSeconds).toBeGreaterThanOrEqual(1);
      expect(holdSeconds).toBeLessThanOrEqual(120);
      expect(noise).toBeLessThanOrEqual(0.3);
      // What is never reached is never asked for: the peak of a plain or hard one stays below the machine.
      const { touched } = demandOf(episode);
      if (episode.parameters?.["intent"] !== "over") expect(Math.max(...touched)).toBeLessThanOrEqual(episode.totalPages * 0.975);
      expect(episodeEndMs(episode)).toBeLessThan(2_400_000);
    }
  });

  it("drawn: kinds of any shape, in one process and in many", () => {
    const episodes = Array.from({ length: 60 }, (_, i) => seededEpisode("drawn", FIRST_SEED.drawn + i));
    const shares = (holds: (episode: Episode) => boolean) => episodes.filter(holds).length / episodes.length;
    // A background of one to three processes is in each.
    expect(shares(({ processes }) => processes.length <= 4)).toBeGreaterThan(0.1);
    expect(shares(({ processes }) => processes.length >= 8)).toBeGreaterThan(0.1);
    const processes = episodes.flatMap((episode) => episode.processes);
    const comeBack = processes.filter(({ ops }) => ops.some(({ op }) => op === "free")).length / processes.length;
    expect(comeBack).toBeGreaterThan(0.2);
    expect(comeBack).toBeLessThan(0.8);
    // The tallest point is where the plan wants it, whatever the shape.
    for (const episode of episodes) {
      const { level } = episode.parameters as Record<string, number>;
      const reached = Math.max(...demandOf(episode).touched) / episode.totalPages;
      expect(reached).toBeLessThanOrEqual((level as number) + 0.01);
      expect(reached).toBeGreaterThan(0.75 * (level as number));
    }
  });
});
