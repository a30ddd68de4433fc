// Twenty-four hours of a healthy machine on the virtual clock: a server that collects its garbage, a cache that is trimmed, batch jobs
// that come and go, bursts of forks. Memory never runs out: every alarm in it is false. Seeded. How many alarms an hour is the figure.
import { type Episode, type EpisodeProcess, Episode as EpisodeSchema, type Operation } from "../../episodes/index.js";
import type { Engine } from "../../sim/fast.js";
import type { Policy } from "../../sim/policies.js";
import { replay } from "../../sim/replay.js";
import { Rng } from "../../sim/rng.js";
import type { Block } from "../common/document.js";

const HOUR_MS = 3_600_000;
export const HEALTHY_HOURS = 24;
export const HEALTHY_SEED = 3_000_001;
const JOB_EVERY_MS = 216_000;
const BURST_EVERY_MS = 1_309_000;
const TOTAL_PAGES = 65_536;
const PAGES_PER_MIB = 256;
const BEAT_MS = 100;

/** A process's operations in order, with what it holds. */
class Load {
  readonly ops: Operation[] = [];
  held = 0;

  /** Grow to `pages` at a rate; returns when that is done. */
  grow(fromMs: number, pages: number, mibPerSecond: number, stepMs = BEAT_MS): number {
    const perStep = Math.max(1, Math.round((mibPerSecond * PAGES_PER_MIB * stepMs) / 1000));
    let tMs = Math.round(fromMs);
    while (this.held < pages) {
      const n = Math.min(perStep, pages - this.held);
      this.ops.push({ tMs, op: "alloc", pages: n }, { tMs, op: "touch", pages: n });
      this.held += n;
      tMs += stepMs;
    }
    return tMs;
  }

  shrink(tMs: number, pages: number): void {
    if (pages >= this.held) return;
    this.ops.push({ tMs: Math.round(tMs), op: "free", pages: this.held - pages });
    this.held = pages;
  }
}

/** The load of `hours` hours. The most that it holds at once is below 85 % of the machine. */
export function healthyEpisode(seed: number, hours = HEALTHY_HOURS): Episode {
  const rng = new Rng(seed);
  const endMs = hours * HOUR_MS;
  const share = (value: number) => Math.round(TOTAL_PAGES * value);
  const processes: EpisodeProcess[] = [];
  const add = (startMs: number, ops: Operation[]) => processes.push({ pid: processes.length + 1, startMs: Math.round(startMs), ops });

  const server = new Load();
  let t = server.grow(2000, share(0.12), 8);
  while (t < endMs) {
    const top = share(rng.between(0.2, 0.26));
    const periodMs = rng.between(15_000, 90_000);
    t = server.grow(t, top, ((top - server.held) / PAGES_PER_MIB / periodMs) * 1000, 500);
    server.shrink(t, share(rng.between(0.11, 0.13)));
    t += rng.between(200, 3000);
  }
  add(1000, server.ops);

  const cache = new Load();
  t = 5000;
  while (t < endMs) {
    t = cache.grow(t, share(rng.between(0.14, 0.18)), rng.logBetween(0.05, 0.5), 2000);
    cache.shrink(t, share(0.06));
    t += rng.between(5000, 60_000);
  }
  add(1500, cache.ops);

  // One batch job at a time, and one burst of forks at a time. An episode has a thousand processes at the most.
  const each = JOB_EVERY_MS;
  for (let at = 60_000; at < endMs - each && processes.length < 420; at += each) {
    const job = new Load();
    const startMs = at + rng.between(0, each * 0.3);
    const done = job.grow(startMs, share(rng.between(0.08, 0.24)), rng.logBetween(1, 24));
    job.ops.push({ tMs: Math.round(Math.min(done + rng.logBetween(2000, 60_000), at + each * 0.9)), op: "exit", pages: 0 });
    add(startMs, job.ops);
  }
  for (let at = 200_000; at < endMs - 60_000 && processes.length < 960; at += BURST_EVERY_MS) {
    for (let child = 0; child < 8; child++) {
      const load = new Load();
      const startMs = at + child * rng.between(10, 80);
      const done = load.grow(startMs, share(rng.between(0.003, 0.009)), rng.between(4, 20));
      load.ops.push({ tMs: done + Math.round(rng.between(300, 6000)), op: "exit", pages: 0 });
      add(startMs, load.ops);
    }
  }
  for (const { ops } of processes) while ((ops.at(-1)?.tMs ?? 0) > endMs) ops.pop();
  return EpisodeSchema.parse({
    id: `healthy-${seed}`,
    family: "healthy",
    totalPages: TOTAL_PAGES,
    beatMs: BEAT_MS,
    compressPct: 40,
    processes: processes.filter((p) => p.ops.length > 0),
  });
}

export interface HealthyResult {
  hours: number;
  seed: number;
  /** it did not: an OOM would make the run void */
  ranOut: boolean;
  leastFreeShare: number;
  policies: { name: string; alarms: number; perHour: number }[];
}

export function runHealthy(engine: Engine, policies: Policy[], hours = HEALTHY_HOURS, seed = HEALTHY_SEED): HealthyResult {
  const episode = healthyEpisode(seed, hours);
  const result = replay(episode, { engine, champion: policies[0] as Policy, shadows: policies });
  return {
    hours,
    seed,
    ranOut: result.oomMs !== undefined,
    leastFreeShare: result.beats.freePages.reduce((least, free) => Math.min(least, free), TOTAL_PAGES) / TOTAL_PAGES,
    policies: result.tracks.map((track) => ({ name: track.name, alarms: track.separateAlarmsMs.length, perHour: track.separateAlarmsMs.length / hours })),
  };
}

export const HEALTHY_HEAD = ["policy", "false alarms", "an hour", "≤ 1 an hour"];
export const healthyRows = (r: HealthyResult) => r.policies.map((p) => [p.name, String(p.alarms), p.perHour.toFixed(2), p.perHour <= 1 ? "yes" : "NO"]);
export const healthyText = (r: HealthyResult) =>
  `${r.hours} virtual hours of healthy mixed load (seed ${r.seed}), at the least ${(r.leastFreeShare * 100).toFixed(1)} % free${r.ranOut ? "; IT RAN OUT OF MEMORY: void" : ""}`;

export function healthyBlocks(r: HealthyResult): Block[] {
  return [
    { kind: "heading", text: "A healthy day" },
    { kind: "paragraph", text: `${healthyText(r)}. An alarm is a rise to WARNING after at least 60 s without.` },
    { kind: "table", head: HEALTHY_HEAD, rows: healthyRows(r) },
  ];
}
