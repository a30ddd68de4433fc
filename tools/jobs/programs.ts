// Programs of a workload: what a job of one image does, and when its jobs arrive. Laws give the numbers; mixes choose the programs.

import type { Law } from "./laws.js";
import type { Random } from "./random.js";
import { aloneMsOf, type Segment } from "./types.js";

/** A job without its arrival. */
export interface Body {
  /** program of the mix whose image it has */
  image: string;
  segments: Segment[];
  pages?: number;
}

export interface Program {
  /** in reports; its image is made from it unless a body says otherwise */
  name: string;
  /** arrivals in a unit of time; units are stretched until the load is as wanted */
  rate: number;
  /** Poisson where it is absent; periodic arrivals keep their distance, with 2 % of jitter */
  arrivals?: "poisson" | "periodic";
  /** the jobs of one arrival: one, or siblings that arrive together */
  jobs(random: Random): Body[];
}

const rounded = (ms: number) => Math.max(Math.round(ms * 1000) / 1000, 0.001);
const cpu = (ms: number): Segment => ({ cpuMs: rounded(ms) });
const io = (ms: number): Segment => ({ ioMs: rounded(ms) });

/** One piece of work. */
export function plain(name: string, rate: number, law: Law): Program {
  return { name, rate, jobs: (r) => [{ image: name, segments: [cpu(law(r))] }] };
}

/** One piece of work at regular times. */
export function periodic(name: string, rate: number, law: Law): Program {
  return { ...plain(name, rate, law), arrivals: "periodic" };
}

/** Short bursts with waits between them: typing, clicking, a protocol. */
export function interactive(name: string, rate: number, bursts: readonly [number, number], burst: Law, wait: Law): Program {
  return {
    name,
    rate,
    jobs: (r) => {
      const segments: Segment[] = [];
      for (let left = r.whole(...bursts); left > 0; left--) {
        segments.push(cpu(burst(r)));
        if (left > 1) segments.push(io(wait(r)));
      }
      return [{ image: name, segments }];
    },
  };
}

/** Long work that reads or writes every so often: about one wait for each `everyMs` of processor time. */
export function batch(name: string, rate: number, law: Law, everyMs: number, wait: Law): Program {
  return {
    name,
    rate,
    jobs: (r) => {
      const total = law(r);
      const pieces = Math.min(Math.max(Math.round(total / everyMs), 1), 40);
      const segments: Segment[] = [];
      for (let i = 0; i < pieces; i++) {
        segments.push(cpu(total / pieces));
        if (i < pieces - 1) segments.push(io(wait(r)));
      }
      return [{ image: name, segments }];
    },
  };
}

/** Hit or miss: a short lookup; in `misses` of the cases a wait and more work follow. */
export function lookup(name: string, rate: number, hit: Law, misses: number, wait: Law, more: Law): Program {
  return {
    name,
    rate,
    jobs: (r) => {
      const segments = [cpu(hit(r))];
      if (r.unit() < misses) segments.push(io(wait(r)), cpu(more(r)));
      return [{ image: name, segments }];
    },
  };
}

/**
 * Siblings of one image that arrive together and are about as long as each other: `scale` is drawn once a fork, `spread` for each of them
 * (a factor around 1).
 */
export function fork(name: string, rate: number, siblings: readonly [number, number], scale: Law, spread: (random: Random) => number): Program {
  return {
    name,
    rate,
    jobs: (r) => {
      const ms = scale(r);
      return Array.from({ length: r.whole(...siblings) }, () => ({ image: name, segments: [cpu(ms * Math.max(spread(r), 0.05))] }));
    },
  };
}

/** Work whose size its footprint tells: `pagesPerMs` × time × a noise factor with this deviation of the logarithm. */
export function sized(program: Program, pagesPerMs: number, noise: number): Program {
  return {
    ...program,
    jobs: (r) =>
      program.jobs(r).map((body) => {
        const ms = aloneMsOf({ arrivalMs: 0, ...body });
        return { ...body, pages: Math.max(Math.round(16 + pagesPerMs * ms * Math.exp(noise * r.normal())), 1) };
      }),
  };
}

/** Many short ones and a few long ones arrive together, as a batch of work files does. `longImage`: the long ones have an image of their own. */
export function shortAndLong(name: string, rate: number, short: Law, shorts: number, long: Law, longImage: string): Program {
  return {
    name,
    rate,
    jobs: (r) => {
      const bodies: Body[] = Array.from({ length: shorts }, () => ({ image: name, segments: [cpu(short(r))] }));
      bodies.splice(r.whole(0, shorts), 0, { image: longImage, segments: [cpu(long(r))] });
      return bodies;
    },
  };
}
