// Values of slots: how a person may write them, and how the command does.
import type { Random } from "../../../jobs/random.js";

export interface Value {
  /** in the question */
  said: string;
  /** in the command */
  written: string;
}

const ONES = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
const TENS: Readonly<Record<number, string>> = { 15: "fifteen", 20: "twenty", 30: "thirty", 40: "forty", 50: "fifty", 60: "sixty", 80: "eighty", 100: "a hundred" };

/** A count in digits, or sometimes in words. */
export function saidCount(count: number, random: Random): string {
  const words = ONES[count] ?? TENS[count];
  return words !== undefined && count > 0 && random.unit() < 0.3 ? words : String(count);
}

const COUNTS = [3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 20, 25, 30, 40, 50, 60, 64, 75, 80, 90, 100, 120, 150, 200, 250, 300, 400, 500];

export function count(random: Random): Value {
  const value = random.unit() < 0.7 ? random.pick(COUNTS) : random.whole(2, 600);
  return { said: saidCount(value, random), written: String(value) };
}

const MEGABYTES = [1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 16, 20, 24, 25, 30, 32, 40, 48, 50, 60, 64, 80, 96, 100, 120, 128, 150, 200, 250, 256];
const MEGABYTE_WORDS = ["M", "M", " MB", " MB", "MB", " MiB", " megabytes", " megabyte", " mb", "mb", " meg", " megs", "m"];

/** Bytes, in the way of the shell: 16M. */
export function size(random: Random, most = 256): Value {
  if (random.unit() < 0.06) {
    const kib = random.pick([64, 128, 256, 512]);
    return { said: `${kib}${random.pick(["K", " KB", " KiB", " kilobytes", "k", " kb"])}`, written: `${kib}K` };
  }
  const megabytes = random.unit() < 0.75 ? random.pick(MEGABYTES.filter((m) => m <= most)) : random.whole(1, Math.min(most, 99));
  const said = random.unit() < 0.06 ? saidCount(megabytes, random) : String(megabytes);
  return { said: `${said}${/\d/.test(said) ? random.pick(MEGABYTE_WORDS) : " megabytes"}`, written: `${megabytes}M` };
}

/** A nice value of which the sign is told: −20 … 19. */
export function nice(random: Random): Value {
  const value = random.unit() < 0.7 ? random.pick([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 18, 19]) : -random.pick([1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20]);
  const said = value < 0 ? random.pick([`${value}`, `${value}`, `minus ${-value}`]) : random.unit() < 0.1 ? `+${value}` : saidCount(value, random);
  return { said, written: String(value) };
}

export const POLICIES: readonly { name: string; said: readonly string[] }[] = [
  { name: "rr", said: ["rr", "round robin", "round-robin", "roundrobin", "the rr policy", "plain round robin"] },
  { name: "mlfq", said: ["mlfq", "the multilevel feedback queue", "multi level feedback queue", "multilevel feedback queues", "the mlfq policy", "feedback queues"] },
  { name: "las", said: ["las", "least attained service", "the las policy", "least-attained-service"] },
  { name: "eevdf", said: ["eevdf", "the eevdf policy", "earliest eligible virtual deadline first", "earliest virtual deadline first", "virtual deadlines"] },
  { name: "fifo", said: ["fifo", "first in first out", "first come first served", "the fifo policy", "first-in first-out"] },
  { name: "sjf_history", said: ["sjf_history", "shortest job first", "sjf", "sjf history", "shortest job first by history", "the shortest jobs first policy"] },
  {
    name: "transformer",
    said: ["transformer", "the transformer", "the transformer policy", "the learned policy", "the learned scheduler", "the learning policy", "the neural scheduler"],
  },
  { name: "fallback", said: ["fallback", "the fallback policy", "the built-in fallback", "the built in policy", "the kernel's own policy"] },
];

export function policy(random: Random, without: readonly string[] = []): Value {
  const chosen = random.pick(POLICIES.filter((p) => !without.includes(p.name)));
  return { said: random.unit() < 0.45 ? chosen.name : random.pick(chosen.said), written: chosen.name };
}

/** Programs that `run` starts: of the image and of /bin. */
export const PROGRAMS = ["hello", "primes", "sort", "tree", "words", "sqlite3", "brotli", "minigzip", "cjpeg", "djpeg", "args", "fstour", "exits"] as const;

export const EVENTS: readonly { name: string; said: readonly string[] }[] = [
  { name: "Boot", said: ["boot"] },
  { name: "Spawn", said: ["spawn", "process start", "start of processes", "spawned process"] },
  { name: "Exit", said: ["exit", "process end", "process exit", "end of processes"] },
  { name: "Switch", said: ["switch", "context switch", "task switch"] },
  { name: "Fault", said: ["fault", "page fault", "memory fault"] },
  { name: "AllocFailure", said: ["allocation failure", "failed allocation", "alloc failure"] },
  { name: "CompactStart", said: ["compaction start", "compact start"] },
  { name: "CompactEnd", said: ["compaction end", "compact end"] },
  { name: "Risk", said: ["risk", "risk change", "warning"] },
  { name: "OutOfMemory", said: ["out of memory", "oom", "out-of-memory", "oom kill"] },
  { name: "PolicySwap", said: ["policy swap", "policy change", "swap of policies"] },
  { name: "PolicyEject", said: ["policy eject", "ejected policy", "policy ejection"] },
  { name: "Syscall", said: ["syscall", "system call"] },
  { name: "ModuleLoad", said: ["module load", "loading of modules"] },
  { name: "ModuleUnload", said: ["module unload", "unloading of modules"] },
  { name: "ReclaimStart", said: ["reclaim start", "start of reclaim"] },
  { name: "ReclaimEnd", said: ["reclaim end", "end of reclaim"] },
  { name: "Throttle", said: ["throttle", "throttling", "slow down"] },
  { name: "OomScore", said: ["oom score", "kill score"] },
  { name: "RequestEnd", said: ["request end", "end of requests"] },
  { name: "Rescue", said: ["rescue", "starvation rescue", "starvation guard"] },
];

/** Prefixes of counters and histograms that `stats` takes, with what they are about. */
export const COUNTERS: readonly { name: string; said: readonly string[] }[] = [
  { name: "page", said: ["page", "pages", "paging", "page handling"] },
  { name: "page_fault", said: ["page fault", "page faults", "page_fault"] },
  { name: "sched", said: ["sched", "scheduler", "scheduling"] },
  { name: "ladder", said: ["ladder", "reclaim ladder"] },
];

/** Numbers of the reclaim policy (`memctl limits`) with the words for them, and values that are inside their bounds. */
export const LIMITS: readonly { name: string; said: readonly string[]; values: readonly number[] }[] = [
  { name: "throttle-growers", said: ["throttle-growers", "throttle growers", "number of growers throttled"], values: [0, 1, 2, 3, 4, 5, 6, 8] },
  {
    name: "throttle-ms",
    said: ["throttle-ms", "throttle time in ms", "throttle duration in milliseconds", "throttle ms"],
    values: [500, 1000, 2000, 3000, 4000, 5000, 8000, 10000],
  },
  { name: "compactions-per-minute", said: ["compactions-per-minute", "compactions per minute", "compactions a minute"], values: [0, 1, 2, 3, 4, 5, 8, 10, 12, 20] },
  { name: "throttles-per-minute", said: ["throttles-per-minute", "throttles per minute", "throttles a minute"], values: [0, 1, 2, 5, 8, 10, 15, 20, 30] },
  { name: "cold-scans", said: ["cold-scans", "cold scans", "number of scans until a page is cold"], values: [1, 2, 3, 4, 5, 6, 8] },
  { name: "scan-ms", said: ["scan-ms", "scan ms", "scan interval in ms", "milliseconds between scans"], values: [200, 500, 1000, 2000, 3000, 5000] },
  { name: "grace-ms", said: ["grace-ms", "grace ms", "grace time in ms", "grace period in milliseconds"], values: [0, 50, 100, 250, 400, 500, 1000] },
  { name: "demand-ms", said: ["demand-ms", "demand ms"], values: [1000, 2000, 4000, 5000, 8000] },
  { name: "failure-pages", said: ["failure-pages", "failure pages", "pages freed after a failure"], values: [32, 64, 100, 128, 200, 256] },
  { name: "least-gain", said: ["least-gain", "least gain"], values: [4, 8, 16, 20, 32, 48] },
  { name: "age-seconds", said: ["age-seconds", "age seconds"], values: [60, 100, 300, 600, 900] },
  { name: "age-points", said: ["age-points", "age points", "points for age"], values: [0, 50, 100, 200, 300] },
  { name: "size-points", said: ["size-points", "size points", "points for size"], values: [500, 800, 1000, 1500, 2000] },
  { name: "growth-points", said: ["growth-points", "growth points", "points for growth"], values: [0, 100, 250, 500, 800] },
];

/** Modules that `modctl swap` takes. */
export const MEMORY_POLICIES = ["linear", "linear", "linear", "neural", "slope"] as const;
