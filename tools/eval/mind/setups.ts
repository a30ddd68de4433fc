// Set-ups of the executed part: machines with scripts of shell lines that bring them into a situation. Seeded, of the test split: sizes, rates and names are
// not those of training's states. What situation it became, the state tells.
import { Random } from "../../jobs/random.js";

export interface SetUp {
  id: string;
  kind: string;
  /** of QEMU */
  memory: string;
  seed: number;
  /** shell lines, in order; the last one waits */
  lines: string[];
}

/** Never ends. */
const SQL = `:memory: "with c(x)as(values(1)union all select x from c)select max(x)from c"`;
/** Names that training never has. */
const NAMES = ["analyzer", "cruncher", "planner", "forecast", "cipher", "voxel", "importer", "mapper"];
const MEMORIES = ["72M", "88M", "112M", "160M"];
const megabytes = (memory: string) => Number(memory.slice(0, -1));

type Make = (r: Random, memory: string) => string[];

/** A name for a program that burns the processor: a copy of one of /bin. */
const hog = (r: Random, prefix = "") => {
  const name = r.pick(NAMES);
  return [`cp /bin/sqlite3.wasm /tmp/${name}.wasm`, `${prefix}run /tmp/${name}.wasm ${SQL} &`];
};
const leak = (r: Random, memory: string, share: [number, number]) => `stress leak --rate ${Math.max(1, Math.round(megabytes(memory) * r.between(...share)))}M --seconds 600 &`;
const quietProgram = (r: Random, memory: string) => `stress plateau --rate 64M --size ${r.whole(2, Math.round(megabytes(memory) * 0.12))}M --seconds 600 &`;

const KINDS: Readonly<Record<string, { count: number; lines: Make }>> = {
  leak: { count: 18, lines: (r, m) => [...(r.unit() < 0.5 ? [quietProgram(r, m), "sleep 12"] : []), leak(r, m, [0.015, 0.06]), `sleep ${r.whole(3, 7)}`] },
  growers: { count: 10, lines: (r, m) => [leak(r, m, [0.03, 0.05]), leak(r, m, [0.008, 0.015]), `sleep ${r.whole(3, 6)}`] },
  workers: {
    count: 8,
    lines: (r, m) => [`stress leak --workers ${r.whole(2, 3)} --rate ${Math.max(2, Math.round(megabytes(m) * 0.05))}M --seconds 600 &`, `sleep ${r.whole(3, 6)}`],
  },
  full: {
    count: 12,
    lines: (r, m) => [`stress plateau --rate 512M --size ${Math.round((megabytes(m) - 11) * r.between(0.86, 0.93))}M --seconds 600 &`, `sleep ${r.whole(6, 12)}`],
  },
  fragmented: {
    count: 10,
    lines: (r, m) => [
      `memctl hold ${Math.round((megabytes(m) - 11) * 256 * r.between(0.15, 0.22))}`,
      `stress fragment --size ${r.whole(72, 78)}% --rate 512M --seconds 600 &`,
      "sleep 12",
    ],
  },
  hog: { count: 8, lines: (r, m) => [...(r.unit() < 0.5 ? [quietProgram(r, m), "sleep 12"] : []), ...hog(r), "sleep 2.5"] },
  "niced-hog": { count: 4, lines: (r) => [...hog(r, `nice -n ${r.pick([3, 7, 11, 13])} `), "sleep 2.5"] },
  crowd: {
    count: 4,
    lines: (r) => {
      const [copy, run] = hog(r) as [string, string];
      return [copy, ...Array.from({ length: r.whole(5, 6) }, () => run), "sleep 2.5"];
    },
  },
  policy: {
    count: 8,
    lines: (r, m) => [`schedctl policy ${r.pick(["mlfq", "las", "eevdf", "rr", "sjf_history"])}`, quietProgram(r, m), "sleep 12", leak(r, m, [0.01, 0.03]), "sleep 3"],
  },
  killed: { count: 6, lines: (_, m) => [`crashctl auto off`, `stress leak --rate ${Math.round(megabytes(m) / 3)}M --seconds 20`, "sleep 1"] },
  throttled: { count: 6, lines: (r, m) => [`stress leak --rate ${Math.round(megabytes(m) * r.between(0.12, 0.2))}M --seconds 600 &`, `sleep ${r.whole(5, 7)}`] },
  protected: { count: 4, lines: (r, m) => [leak(r, m, [0.01, 0.02]), quietProgram(r, m), "sleep 12", "memctl protect 6", "sleep 2"] },
  quiet: { count: 12, lines: (r, m) => [...Array.from({ length: r.whole(0, 3) }, () => quietProgram(r, m)), `sleep ${r.whole(12, 20)}`] },
};

/** All set-ups, the kinds in turns, so that the first N are of every kind. */
export function setUps(most: number): SetUp[] {
  const left = Object.entries(KINDS).map(([kind, { count, lines }]) => ({ kind, count, lines, made: 0 }));
  const all: SetUp[] = [];
  while (left.some((k) => k.made < k.count))
    for (const k of left) {
      if (k.made >= k.count) continue;
      const id = `${k.kind}-${++k.made}`;
      const random = new Random(`mind/set-up/2/${id}`);
      const memory = random.pick(MEMORIES);
      all.push({ id, kind: k.kind, memory, seed: 19_000 + all.length, lines: k.lines(random, memory) });
    }
  return all.slice(0, most);
}
