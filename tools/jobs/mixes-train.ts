// Mixes to learn from: programs drawn at random for each seed, their laws Weibull, Erlang, uniform and log-uniform, which no mix of the
// test uses. Images are the seed's own. Durations in milliseconds, rates in arrivals a unit.
import { erlang, type Law, logUniform, mixture, uniform, weibull } from "./laws.js";
import type { Mix } from "./mixes.js";
import { batch, fork, interactive, lookup, type Program, periodic, plain, shortAndLong, sized } from "./programs.js";
import type { Random } from "./random.js";

/** Mean of a program's jobs, drawn over four decades of sizes. */
const someMs = (r: Random) => r.logBetween(0.5, 300);

/** A law of one hump around a mean; how wide differs. */
function hump(r: Random, ms: number): Law {
  const kind = r.unit();
  if (kind < 0.35) return erlang(r.whole(2, 40), ms);
  if (kind < 0.7) return weibull(ms, r.between(1.3, 6));
  const width = r.between(0.05, 0.9);
  return uniform(ms * (1 - width), ms * (1 + width));
}

/** A law with a tail. */
function tail(r: Random, ms: number): Law {
  if (r.unit() < 0.5) return weibull(ms * 0.6, r.between(0.35, 0.9));
  const spread = r.logBetween(4, 300);
  return logUniform(ms / Math.sqrt(spread), ms * Math.sqrt(spread));
}

const anyLaw = (r: Random, ms: number): Law => (r.unit() < 0.65 ? hump(r, ms) : tail(r, ms));
/** Rarer the longer it is, within a factor: no program alone makes the load. */
const rateFor = (r: Random, ms: number) => (r.logBetween(0.4, 2.5) * 10) / (3 + ms);

const programs = (r: Random): Program[] =>
  Array.from({ length: r.whole(3, 10) }, (_, i) => {
    const ms = someMs(r);
    return plain(`p${i}`, rateFor(r, ms), anyLaw(r, ms));
  });

function waits(r: Random): Program[] {
  const shell = Array.from({ length: r.whole(1, 4) }, (_, i) => {
    const ms = r.logBetween(0.15, 3);
    const least = r.whole(2, 5);
    return interactive(`i${i}`, r.between(1, 4), [least, least + r.whole(0, 8)], anyLaw(r, ms), hump(r, r.logBetween(3, 60)));
  });
  const work = Array.from({ length: r.whole(1, 3) }, (_, i) => {
    const ms = r.logBetween(40, 400);
    return batch(`b${i}`, rateFor(r, ms), anyLaw(r, ms), r.logBetween(10, 120), hump(r, r.logBetween(1, 20)));
  });
  return [...shell, ...work];
}

function forks(r: Random): Program[] {
  const many = Array.from({ length: r.whole(1, 3) }, (_, i) => {
    const ms = r.logBetween(4, 80);
    const least = r.whole(2, 8);
    const wide = r.between(0.03, 0.4);
    const spread = uniform(1 - wide, 1 + wide);
    const spreadOf = r.logBetween(3, 60);
    return fork(`f${i}`, (rateFor(r, ms) * 2) / least, [least, least + r.whole(0, 10)], logUniform(ms / Math.sqrt(spreadOf), ms * Math.sqrt(spreadOf)), spread);
  });
  return [...many, ...programs(r).slice(0, r.whole(1, 4))];
}

function modes(r: Random): Program[] {
  return Array.from({ length: r.whole(2, 6) }, (_, i) => {
    const short = r.logBetween(0.4, 20);
    const long = short * r.logBetween(4, 40);
    const misses = r.between(0.05, 0.5);
    if (r.unit() < 0.4) return lookup(`m${i}`, rateFor(r, short + misses * long), hump(r, short), misses, hump(r, r.logBetween(1, 20)), hump(r, long));
    return plain(`m${i}`, rateFor(r, short + misses * long), mixture([1 - misses, hump(r, short)], [misses, hump(r, long)]));
  });
}

function footprints(r: Random): Program[] {
  const told = Array.from({ length: r.whole(1, 4) }, (_, i) => {
    const ms = r.logBetween(5, 120);
    return sized(plain(`s${i}`, rateFor(r, ms), tail(r, ms)), r.logBetween(2, 100), r.between(0.05, 0.6));
  });
  return [...told, ...programs(r).slice(0, r.whole(1, 4))];
}

function timed(r: Random): Program[] {
  const regular = Array.from({ length: r.whole(1, 4) }, (_, i) => {
    const ms = r.logBetween(1, 200);
    return periodic(`t${i}`, rateFor(r, ms), hump(r, ms));
  });
  return [...regular, ...programs(r).slice(0, r.whole(1, 5))];
}

function oneLong(r: Random): Program[] {
  const many = Array.from({ length: r.whole(1, 2) }, (_, i) => {
    const ms = r.logBetween(2, 20);
    const own = r.unit() < 0.5;
    const made = shortAndLong(`n${i}`, 0.4, hump(r, ms), r.whole(8, 30), hump(r, ms * r.between(8, 40)), own ? `long${i}` : `n${i}`);
    return own && r.unit() < 0.5 ? made : sized(made, r.logBetween(2, 60), r.between(0.05, 0.4));
  });
  return [...many, ...programs(r).slice(0, r.whole(1, 4))];
}

/** Nothing to learn but the law: one program, or several alike. */
function flat(r: Random): Program[] {
  const ms = r.logBetween(4, 60);
  const law = r.unit() < 0.5 ? tail(r, ms) : weibull(ms, r.between(0.85, 1.15));
  return Array.from({ length: r.whole(1, 8) }, (_, i) => plain(`u${i}`, 1, law));
}

const KINDS = { programs, waits, forks, modes, footprints, timed, oneLong, flat };

/** Some of everything. */
function blend(r: Random): Program[] {
  const kinds = [programs, waits, forks, modes, footprints, timed, oneLong];
  return Array.from({ length: r.whole(2, 4) }, (_, i) =>
    r
      .pick(kinds)(r)
      .slice(0, 3)
      .map((program) => renamed(program, (name) => `k${i}-${name}`)),
  ).flat();
}

function renamed(program: Program, rename: (name: string) => string): Program {
  return { ...program, name: rename(program.name), jobs: (r) => program.jobs(r).map((body) => ({ ...body, image: rename(body.image) })) };
}

export const TRAIN_MIXES: readonly Mix[] = [
  ...Object.entries(KINDS).map(
    ([name, make]): Mix => ({ name: `train-${name}`, set: "train", kind: name === "flat" ? "structureless" : "structured", parts: [{ stream: "all", programs: make }] }),
  ),
  { name: "train-blend", set: "train", kind: "structured", parts: [{ stream: "all", programs: blend }] },
  // The images of a blend get new laws half-way: names are drawn from the same few, so that some stay, some go, some come.
  {
    name: "train-shift",
    set: "train",
    kind: "shift",
    parts: [
      { stream: "before", programs: blend },
      { stream: "after", programs: blend },
    ],
  },
];
