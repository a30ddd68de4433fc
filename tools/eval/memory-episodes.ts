// Seeded synthetic memory episodes on a virtual clock: what a machine's free pages do under leak, burst, sawtooth, fragment and
// plateau, half of them into an OOM. Input for tuning a memory policy; not the booted kernel (memory-stress.ts asks that one).
import { Rng } from "../sim/rng.js";

export const EPISODE_KINDS = ["leak", "burst", "sawtooth", "fragment", "plateau"] as const;
export type EpisodeKind = (typeof EPISODE_KINDS)[number];

export interface Sample {
  timeMs: number;
  freePages: number;
  largestFreePages: number;
  failures: number;
  managedPages: number;
  processes: number;
  committedPages: number;
}

export interface Episode {
  kind: EpisodeKind;
  seed: number;
  runsOut: boolean;
  /** MiB per second of the growth */
  rate: number;
  samples: Sample[];
  /** when memory ran out; undefined where it did not */
  outOfMemoryMs: number | undefined;
  /** when the growth that ended in it began */
  onsetMs: number | undefined;
}

const PAGES_PER_MIB = 256;
const BEAT_MS = 100;
const LIMIT_MS = 180_000;

/** One demand for memory over time, in pages held; undefined: it has ended. */
type Demand = (timeMs: number) => number;

interface Script {
  demand: Demand;
  rate: number;
  onsetMs: number;
  endMs: number;
  scattered: boolean;
}

/** Growth at `rate` from `start`, in chunks, as a program that takes and then touches would do it. */
function grow(startMs: number, pagesPerMs: number, chunkPages: number, mostPages: number): Demand {
  return (t) => (t < startMs ? 0 : Math.min(Math.floor(((t - startMs) * pagesPerMs) / chunkPages) * chunkPages, mostPages));
}

function script(kind: EpisodeKind, runsOut: boolean, room: number, rng: Rng): Script {
  const startMs = rng.between(2_000, 12_000);
  const chunk = rng.pick([1, 16, 64, 256]);
  // The slowest rate that still ends inside the episode; the fastest that leaves 7 s where a warning is possible at all.
  const slowest = room / 120_000;
  const rate = rng.logBetween(slowest, room / 7_000);
  const mib = (pagesPerMs: number) => (pagesPerMs * 1000) / PAGES_PER_MIB;
  switch (kind) {
    case "leak": {
      const most = runsOut ? Infinity : room * rng.between(0.2, 0.85);
      const g = grow(startMs, rate, chunk, most);
      const lifeMs = runsOut ? Infinity : startMs + most / rate;
      return { demand: (t) => (t > lifeMs ? 0 : g(t)), rate: mib(rate), onsetMs: startMs, endMs: runsOut ? LIMIT_MS : lifeMs + 20_000, scattered: false };
    }
    case "burst": {
      const height = runsOut ? room * 2 : room * rng.between(0.3, 0.8);
      const fast = room / rng.between(2_000, 9_000);
      const period = rng.between(8_000, 20_000);
      const hold = rng.between(1_000, 4_000);
      const bursts = runsOut ? 1 : 3;
      const once = grow(0, fast, chunk, height);
      const demand: Demand = (t) => {
        const since = t - startMs;
        const nth = Math.floor(since / period);
        if (since < 0 || nth >= bursts) return 0;
        const at = since - nth * period;
        return at < height / fast + hold ? once(at) : 0;
      };
      return { demand, rate: mib(fast), onsetMs: startMs, endMs: runsOut ? LIMIT_MS : startMs + bursts * period + 5_000, scattered: false };
    }
    case "sawtooth": {
      const period = rng.between(1_500, 8_000);
      const height = room * rng.between(0.2, 0.6);
      // A collector's heap that sinks a little with each cycle where it ends badly.
      const drift = runsOut ? (room - height) / rng.between(25_000, 100_000) : 0;
      const base = runsOut ? 0 : rng.between(0, Math.max(room * 0.85 - height, 0));
      const demand: Demand = (t) => (t < startMs ? 0 : base + drift * (t - startMs) + (((t - startMs) % period) / period) * height);
      return { demand, rate: mib(height / period), onsetMs: startMs, endMs: runsOut ? LIMIT_MS : startMs + 60_000, scattered: false };
    }
    case "fragment": {
      const level = room * rng.between(0.3, 0.7);
      const wobble = rng.between(0.005, 0.03) * room;
      const phase = rng.between(0, 6.28);
      const leak = runsOut ? grow(startMs + 10_000, rate, chunk, Infinity) : () => 0;
      const fill = grow(startMs, level / rng.between(3_000, 10_000), 64, level);
      const demand: Demand = (t) => fill(t) + leak(t) + (fill(t) >= level ? wobble * Math.sin(t / 700 + phase) * (0.5 + 0.5 * Math.sin(t / 173)) : 0);
      return { demand, rate: mib(rate), onsetMs: startMs + 10_000, endMs: runsOut ? LIMIT_MS : startMs + 50_000, scattered: true };
    }
    case "plateau": {
      const level = room * rng.between(0.6, 0.85);
      const rise = rng.logBetween(level / 60_000, level / 6_000);
      const g = grow(startMs, rise, chunk, level);
      const flatMs = startMs + level / rise + rng.between(8_000, 25_000);
      const leak = runsOut ? grow(flatMs, rate, chunk, Infinity) : () => 0;
      return { demand: (t) => g(t) + leak(t), rate: mib(runsOut ? rate : rise), onsetMs: flatMs, endMs: runsOut ? LIMIT_MS : flatMs + 20_000, scattered: false };
    }
  }
}

/** Play one episode. The same seed gives the same samples. */
export function playEpisode(kind: EpisodeKind, runsOut: boolean, seed: number): Episode {
  const rng = new Rng(seed);
  const managed = Math.floor(rng.pick([64, 128, 256, 512, 1024]) * PAGES_PER_MIB * 0.95);
  const idle = Math.floor(managed * rng.between(0.03, 0.15));
  const noise = rng.pick([0, 2, 20, managed * 0.003]);
  const plan = script(kind, runsOut, managed - idle, rng);
  const samples: Sample[] = [];
  let outOfMemoryMs: number | undefined;
  let timeMs = 0;
  for (let beat = 0; timeMs < plan.endMs; beat++) {
    // A beat comes when it can: a little late always, much late now and then.
    timeMs = beat * BEAT_MS + rng.between(0, 4) + (rng.next() < 0.01 ? rng.between(0, 90) : 0);
    const used = idle + Math.max(plan.demand(timeMs), 0) + Math.max(Math.round(noise * rng.between(-1, 1)), -idle);
    const free = Math.floor(managed - used);
    if (free <= 0) {
      outOfMemoryMs = timeMs;
      break;
    }
    const largest = plan.scattered ? Math.max(1, Math.floor(free * rng.between(0.01, 0.05))) : Math.floor(free * rng.between(0.3, 0.9));
    const failures = plan.scattered && rng.next() < 0.2 ? 1 : 0;
    samples.push({ timeMs, freePages: free, largestFreePages: largest, failures, managedPages: managed, processes: 2, committedPages: Math.floor(used) });
  }
  return { kind, seed, runsOut, rate: plan.rate, samples, outOfMemoryMs, onsetMs: outOfMemoryMs === undefined ? undefined : plan.onsetMs };
}

/** `perKind` episodes of each kind, every second one into an OOM. */
export function playAll(perKind: number, firstSeed: number): Episode[] {
  return EPISODE_KINDS.flatMap((kind, k) => Array.from({ length: perKind }, (_, i) => playEpisode(kind, i % 2 === 0, firstSeed + k * 10_000 + i)));
}
