// Which stress runs the memory evaluation makes: seeded command lines for the booted kernel's shell. Pure.
// Every second run of a kind is meant to end in an OOM. What really happened is asked of the kernel, not taken from here.
import { Rng } from "../sim/rng.js";
import { EPISODE_KINDS, type EpisodeKind } from "./memory-episodes.js";

export interface StressRun {
  kind: EpisodeKind;
  seed: number;
  /** --mem */
  mem: "64M" | "128M";
  meantToRunOut: boolean;
  /** One shell line: workers in the background, and a look at the prediction at each beat in the foreground. */
  line: string;
  /** beats looked at */
  beats: number;
}

const MANAGED_MIB = { "64M": 55.8, "128M": 119 } as const;
const BEATS_PER_SECOND = 10;
/** Calm before the first worker: the window fills. */
const CALM_SECONDS = 5;
/** Beats after the last growth: a plateau must be seen to be calm again. */
const AFTER_SECONDS = 15;

const look = (seconds: number) => `watch --json --count ${Math.round(seconds * BEATS_PER_SECOND)} 100ms crashctl status --json`;
const mib = (value: number) => `${value.toFixed(2)}M`;
const percent = (share: number) => `${(share * 100).toFixed(1)}%`;

/** One run. The same arguments give the same line. */
export function planRun(kind: EpisodeKind, meantToRunOut: boolean, seed: number): StressRun {
  const rng = new Rng(seed);
  const mem = rng.next() < 0.75 ? "64M" : "128M";
  const room = MANAGED_MIB[mem];
  const parts: string[] = [look(CALM_SECONDS)];
  let seconds = CALM_SECONDS;
  const start = (pattern: EpisodeKind, rate: number, size: string | undefined, life: number, then: number) => {
    const workers = pattern === "fragment" ? 4 : 1;
    parts.push(`stress ${pattern} --rate ${mib(rate)}${size ? ` --size ${size}` : ""} --seed ${seed} --seconds ${Math.ceil(life)} --workers ${workers} & ${look(then)}`);
    seconds += then;
  };
  // Time from the start of a growth to the end of what it finds free: 7.5 s to 100 s, so that a warning five seconds before is
  // possible. Whether a run is meant to run out does not change how fast it grows: the rate alone tells nothing.
  const speed = () => 1 / rng.logBetween(7.5, 100);
  const rate = room * speed();
  switch (kind) {
    case "leak": {
      const share = rng.between(0.2, 0.85);
      const growth = (room * (meantToRunOut ? 1.1 : share)) / rate;
      start("leak", rate, meantToRunOut ? undefined : percent(share), growth + 60, growth + AFTER_SECONDS);
      break;
    }
    case "burst": {
      // stress takes ten times the rate for a burst.
      const fast = room / rng.between(7, 15);
      start("burst", fast / 10, mib(room * (meantToRunOut ? rng.between(1.4, 2) : rng.between(0.3, 0.85))), 60, meantToRunOut ? 30 : 45);
      break;
    }
    case "sawtooth": {
      const height = rng.between(0.3, 0.55);
      const saw = room / rng.between(6, 20);
      // One that runs out has a leak under it, as a collector's heap that fills up.
      if (meantToRunOut) {
        const leak = room / rng.between(30, 80);
        parts.push(`stress leak --rate ${mib(leak)} --seed ${seed} --seconds 200 &`);
        start("sawtooth", saw, percent(height), 200, (room / leak) * 1.1 + AFTER_SECONDS);
      } else start("sawtooth", saw, percent(height + rng.between(0, 0.3)), 50, 60);
      break;
    }
    case "fragment": {
      const share = rng.between(0.5, 0.8);
      start("fragment", rate, percent(share), 600, (room * share) / rate + rng.between(15, 25));
      // Every second page was given back.
      const left = room * (1 - share / 2);
      const leak = left * speed();
      if (meantToRunOut) start("leak", leak, undefined, 300, left / leak + AFTER_SECONDS);
      break;
    }
    case "plateau": {
      const level = rng.between(0.6, 0.85);
      start("plateau", rate, percent(level), 600, (room * level) / rate + rng.between(15, 25));
      const left = room * (1 - level);
      const leak = left * speed();
      if (meantToRunOut) start("leak", leak, undefined, 300, left / leak + AFTER_SECONDS);
      break;
    }
  }
  return { kind, seed, mem, meantToRunOut, line: parts.join("; ").replaceAll("&;", "&"), beats: Math.round(seconds * BEATS_PER_SECOND) };
}

/** `perKind` runs of each kind. */
export function planAll(perKind: number, firstSeed: number): StressRun[] {
  return EPISODE_KINDS.flatMap((kind, k) => Array.from({ length: perKind }, (_, i) => planRun(kind, i % 2 === 0, firstSeed + k * 1000 + i)));
}
