// Mixes by name, and lists of jobs from them: seeded, at a load, as many as wanted. The same name, seed and numbers, the same list.
import { createHash } from "node:crypto";
import { UsageError } from "../lib/index.js";
import { TEST_MIXES } from "./mixes-test.js";
import { TRAIN_MIXES } from "./mixes-train.js";
import type { Body, Program } from "./programs.js";
import { Random } from "./random.js";
import type { Job } from "./types.js";

/** A part of a list: its programs, and the stream of random numbers that they and their jobs are drawn from. */
export interface MixPart {
  stream: string;
  /** drawn once a seed */
  programs(random: Random): Program[];
}

export interface Mix {
  name: string;
  set: "train" | "test";
  kind: "structured" | "structureless" | "shift";
  /** what its streams and images are named after; its own name where it is absent */
  family?: string;
  /** one, or two halves with as many jobs each */
  parts: readonly MixPart[];
}

/** First seeds of the two sets, as the protocol has them. */
export const FIRST_SEED = { train: 1, test: 5_000_001 } as const;

/** Processor time on periodic arrivals: share of the period that an arrival may be off. */
const JITTER = 0.02;

export const MIXES: readonly Mix[] = [...TEST_MIXES, ...TRAIN_MIXES];

/** A mix by its name. Throws UsageError. */
export function mixNamed(name: string): Mix {
  const mix = MIXES.find((m) => m.name === name);
  if (!mix) throw new UsageError(`there is no mix ${name}`, { expected: `one of ${MIXES.map((m) => m.name).join(", ")}` });
  return mix;
}

export interface ListOptions {
  /** processor time asked for ÷ time, 0…1 and above */
  load: number;
  /** 1… */
  seed: number;
  /** how many */
  jobs: number;
}

/**
 * The jobs of a mix, by arrival. Each part's arrivals are stretched so that its processor time ÷ its time is the load exactly; waits are not.
 * @throws UsageError where there is no such mix, or a number makes no sense
 */
export function jobsOfMix(name: string, { load, seed, jobs }: ListOptions): Job[] {
  const mix = mixNamed(name);
  if (!(load > 0 && load <= 10)) throw new UsageError(`load ${load} is none`, { expected: "more than 0, at most 10" });
  if (!Number.isInteger(jobs) || jobs < mix.parts.length) throw new UsageError(`${jobs} jobs are too few for ${name}`);
  const family = mix.family ?? mix.name;
  const list: Job[] = [];
  const each = Math.floor(jobs / mix.parts.length);
  let startMs = 0;
  mix.parts.forEach((part, index) => {
    const count = index === mix.parts.length - 1 ? jobs - each * index : each;
    const random = new Random(`${family}/${seed}/${part.stream}`);
    const arrivals = arrivalsOf(part.programs(random), count, random);
    const work = arrivals.reduce((sum, { body }) => sum + body.segments.reduce((ms, s) => ms + ("cpuMs" in s ? s.cpuMs : 0), 0), 0);
    const first = (arrivals[0] as Arrival).at;
    const span = (arrivals.at(-1) as Arrival).at - first;
    const stretch = span > 0 ? work / load / span : 0;
    for (const { at, body, label } of arrivals) {
      const arrivalMs = Math.round((startMs + (at - first) * stretch) * 1000) / 1000;
      // Programs of training have images of their seed: nothing can be known of them before.
      const image = imageOf(mix.set === "train" ? `${mix.set}/${family}/${seed}/${body.image}` : `${mix.set}/${family}/${body.image}`);
      list.push({ arrivalMs, image, segments: body.segments, ...(body.pages === undefined ? {} : { pages: body.pages }), label });
    }
    startMs += work / load;
  });
  return list;
}

interface Arrival {
  at: number;
  body: Body;
  label: string;
}

// Every program's arrivals up to a time by which there are enough, merged and cut.
function arrivalsOf(programs: readonly Program[], count: number, random: Random): Arrival[] {
  // A first draw of each tells how many jobs an arrival brings.
  const rate = programs.reduce((sum, program) => sum + program.rate * meanSiblings(program, random), 0);
  let units = (count / rate) * 1.05 + 1;
  for (;;) {
    const all: Arrival[] = [];
    for (const program of programs) {
      const period = 1 / program.rate;
      let at = program.arrivals === "periodic" ? period * random.unit() : -period * Math.log(random.unit());
      while (at < units) {
        const jitter = program.arrivals === "periodic" ? period * JITTER * (random.unit() - 0.5) : 0;
        for (const body of program.jobs(random)) all.push({ at: Math.max(at + jitter, 0), body, label: program.name });
        at += program.arrivals === "periodic" ? period : -period * Math.log(random.unit());
      }
    }
    if (all.length >= count) return all.sort((a, b) => a.at - b.at).slice(0, count);
    units *= 1.2;
  }
}

function meanSiblings(program: Program, random: Random): number {
  let sum = 0;
  for (let i = 0; i < 8; i++) sum += program.jobs(random).length;
  return sum / 8;
}

const images = new Map<string, string>();

/** The image of a program that is no file: the first 16 hex digits of the SHA-256 of its name. */
export function imageOf(name: string): string {
  let image = images.get(name);
  if (image === undefined) {
    image = createHash("sha256").update(name).digest("hex").slice(0, 16);
    images.set(name, image);
  }
  return image;
}
