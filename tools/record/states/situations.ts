// Situations that states are recorded in: shell lines out of seeded parts, brought together as the seed has it. None is one of the evaluation's set-ups
// (tools/eval/mind/setups.ts): other machine sizes, rates, names and mixtures. What it became, the state tells.
import { Random } from "../../jobs/random.js";

/** A boot: its lines, and what it is for. */
export interface Situation {
  id: string;
  /** which part of the data its states belong to: whole boots, never single states */
  split: "train" | "validation";
  /** of QEMU */
  memory: string;
  seed: number;
  lines: string[];
  /** seconds between two states of the same boot */
  apart: number;
}

/** Sizes of machines: none is one of the evaluation's set-ups, and the two parts share none. */
export const MEMORIES = { train: ["48M", "64M", "80M", "96M", "128M", "192M", "256M", "512M"], validation: ["60M", "104M", "224M"] } as const;
/** Names that programs are copied to: of training's or validation's own (tools/mind/questions/world/names.ts), none of the evaluation's. */
const NAMES = {
  train: ["worker", "indexer", "builder", "render", "parser", "solver", "batch", "matrix", "fft", "miner", "fractal", "nbody", "hog", "spin"],
  validation: ["harvester", "packer", "sampler", "tracker"],
} as const;
/** One boot in so many is for validation. */
const VALIDATION_EVERY = 6;
/** Never ends. */
const SQL = `:memory: "with c(x)as(values(1)union all select x from c)select max(x)from c"`;

interface Room {
  random: Random;
  /** MiB of the machine */
  megabytes: number;
  name(): string;
}

const background = (line: string) => `${line} --seconds 900 &`;
const size = ({ random, megabytes }: Room, low: number, high: number) => `${Math.max(1, Math.round((megabytes - 11) * random.between(low, high)))}M`;
const rate = ({ random, megabytes }: Room, low: number, high: number) => `${Math.max(1, Math.round(megabytes * random.logBetween(low, high)))}M`;
const bystander = (room: Room) => background(`stress plateau --rate ${room.random.pick([24, 48, 96])}M --size ${size(room, 0.02, 0.1)}`);
const leak = (room: Room, low = 0.008, high = 0.08) => background(`stress leak --rate ${rate(room, low, high)}`);
const hog = (room: Room, before = "") => {
  const file = `/tmp/${room.name()}.wasm`;
  return [`cp /bin/sqlite3.wasm ${file}`, `${before}run ${file} ${SQL} &`];
};
const wait = ({ random }: Room, low: number, high: number) => `sleep ${random.whole(low * 2, high * 2) / 2}`;

/** Kinds of situations, by how often. */
const KINDS: readonly { weight: number; lines: (room: Room) => string[] }[] = [
  { weight: 4, lines: (r) => [...(r.random.unit() < 0.6 ? [bystander(r)] : []), leak(r), wait(r, 2, 8)] },
  { weight: 2, lines: (r) => [leak(r, 0.02, 0.06), leak(r, 0.005, 0.012), ...(r.random.unit() < 0.4 ? [bystander(r)] : []), wait(r, 3, 6)] },
  { weight: 2, lines: (r) => [background(`stress leak --workers ${r.random.whole(2, 4)} --rate ${rate(r, 0.02, 0.08)}`), wait(r, 2, 5)] },
  { weight: 2, lines: (r) => [leak(r, 0.01, 0.04), ...hog(r), wait(r, 2, 4)] },
  { weight: 3, lines: (r) => [...(r.random.unit() < 0.6 ? [bystander(r), "sleep 3"] : []), ...hog(r), wait(r, 1, 4)] },
  { weight: 2, lines: (r) => [...hog(r, `nice -n ${r.random.pick([2, 4, 6, 8, 12, 16, 19])} `), ...(r.random.unit() < 0.5 ? [bystander(r)] : []), wait(r, 2, 4)] },
  { weight: 1, lines: (r) => [...hog(r, `nice -n ${r.random.pick([-3, -8, -12])} `), ...hog(r), wait(r, 2, 4)] },
  {
    weight: 2,
    lines: (r) => {
      const [copy, run] = hog(r) as [string, string];
      return [copy, ...Array.from({ length: r.random.whole(3, 5) }, () => run), wait(r, 1, 3)];
    },
  },
  { weight: 3, lines: (r) => [background(`stress plateau --rate 400M --size ${size(r, 0.8, 0.95)}`), ...(r.random.unit() < 0.4 ? [bystander(r)] : []), wait(r, 4, 10)] },
  {
    weight: 3,
    lines: (r) => [
      `memctl hold ${Math.round((r.megabytes - 11) * 256 * r.random.between(0.1, 0.24))}`,
      background(`stress fragment --size ${r.random.whole(55, 80)}% --rate 400M`),
      wait(r, 8, 13),
    ],
  },
  { weight: 2, lines: (r) => ["crashctl auto off", `stress leak --rate ${rate(r, 0.25, 0.5)} --seconds 15`, ...(r.random.unit() < 0.6 ? [leak(r)] : []), wait(r, 1, 4)] },
  { weight: 3, lines: (r) => [...(r.random.unit() < 0.5 ? [bystander(r)] : []), leak(r, 0.1, 0.25), wait(r, 4, 8)] },
  { weight: 2, lines: (r) => [background(`stress ${r.random.pick(["sawtooth", "burst"])} --rate ${rate(r, 0.05, 0.2)} --size ${size(r, 0.2, 0.5)}`), bystander(r), wait(r, 2, 7)] },
  { weight: 2, lines: (r) => [leak(r, 0.006, 0.03), bystander(r), "sleep 2", `memctl protect ${r.random.pick([4, 6])}`, wait(r, 1, 5)] },
  { weight: 2, lines: (r) => [bystander(r), bystander(r), `renice ${r.random.pick([-10, -4, 3, 9, 14])} 4`, wait(r, 5, 12)] },
  { weight: 2, lines: (r) => [...Array.from({ length: r.random.whole(0, 4) }, () => bystander(r)), wait(r, 6, 16)] },
  {
    weight: 1,
    lines: (r) => ["cp /bin/sqlite3.wasm /tmp/a", "cp /bin/sqlite3.wasm /tmp/b", "run primes 20000", ...(r.random.unit() < 0.5 ? hog(r) : [bystander(r)]), wait(r, 2, 6)],
  },
];
const POLICIES = ["rr", "mlfq", "las", "eevdf", "fifo", "sjf_history", "transformer"];

/** The first `count` situations of a seed. */
export function situations(seed: number, count: number): Situation[] {
  const all = KINDS.flatMap((kind) => Array.from({ length: kind.weight }, () => kind));
  return Array.from({ length: count }, (_, i) => {
    const random = new Random(`states/${seed}/${i}`);
    const split = i % VALIDATION_EVERY === VALIDATION_EVERY - 1 ? "validation" : "train";
    const memory = random.pick(MEMORIES[split]);
    const names = [...NAMES[split]];
    const room: Room = { random, megabytes: Number(memory.slice(0, -1)), name: () => names.splice(random.whole(0, names.length - 1), 1)[0] as string };
    const lines = random.pick(all).lines(room);
    if (random.unit() < 0.35) lines.unshift(`schedctl policy ${random.pick(POLICIES)}`);
    return { id: `${seed}-${i}`, split, memory, seed: 40_000 + seed * 1000 + i, lines, apart: random.pick([1, 2, 4]) };
  });
}
