// What holds in a state: the rules from which labels come. They read nothing but the state, and little more than its encoded text tells.
import type { Situation } from "./make.js";
import type { Process, State } from "./types.js";

/** Growth from which a process counts as growing, KiB a second. */
export const GROWS_KIB = 512;
/** Free memory below which it is short. */
export const SHORT_PPM = 120_000;
/** Fragmentation from which no large block is to be had, and the block that counts as large. */
export const FRAGMENTED_PPM = 500_000;
export const LARGE_KIB = 2048;
/** Share of the processor from which one process has it for itself. */
export const HOG_PPM = 500_000;
/** Tasks that want the processor at once from which they are a crowd. */
export const CROWD = 5;
/** Wait from which a task starves. */
export const STARVES_MS = 2000;
/** Share of ten seconds in which somebody waited for memory. */
export const STALLED_PPM = 80_000;

export interface Facts {
  /** the fastest grower that may be touched */
  grower: Process | undefined;
  /** all that grow, fastest first */
  growers: readonly Process[];
  hog: Process | undefined;
  starving: Process | undefined;
  throttled: readonly Process[];
  short: boolean;
  warned: boolean;
  stalled: boolean;
  fragmented: boolean;
  crowd: boolean;
  oom: boolean;
  crash: boolean;
  ejected: boolean;
}

/** The kernel's own helpers: never what a person means by "the process that …". */
export const SERVICES: ReadonlySet<string> = new Set(["learner", "mind", "shell"]);

/** Whether a person may mean it, and the mind propose something about it. A background shell is a job's leader, not what works. */
export function isOpen(p: Process): boolean {
  return !p.guarded && p.pid > 2 && !SERVICES.has(p.name.split(" ")[0] as string);
}

export function factsOf(state: State): Facts {
  const open = state.processes.filter(isOpen);
  const growers = open.filter((p) => p.growthKibPerSecond >= GROWS_KIB).toSorted((a, b) => b.growthKibPerSecond - a.growthKibPerSecond);
  const most = (list: readonly Process[], measure: (p: Process) => number) => list.toSorted((a, b) => measure(b) - measure(a))[0];
  return {
    grower: growers[0],
    growers,
    hog: most(
      open.filter((p) => p.cpuPpm >= HOG_PPM),
      (p) => p.cpuPpm,
    ),
    starving: most(
      open.filter((p) => p.waitMs >= STARVES_MS),
      (p) => p.waitMs,
    ),
    throttled: open.filter((p) => p.doing === "throttled"),
    short: state.freeKib / state.managedKib < SHORT_PPM / 1e6,
    warned: state.risk === "warning" || state.risk === "critical",
    stalled: state.pressurePpm >= STALLED_PPM,
    fragmented: state.fragmentationPpm >= FRAGMENTED_PPM && (state.largestKib ?? 4096) < LARGE_KIB,
    crowd: state.ready >= CROWD,
    oom: state.events.some((e) => e.happened === "oom" && e.agoMs <= 60_000),
    crash: state.events.some((e) => e.happened === "crash" && e.agoMs <= 60_000),
    ejected: state.events.some((e) => e.happened === "eject" && e.agoMs <= 60_000),
  };
}

/** The situation of make.ts that a state looks most like: a recorded one was made in none. */
export function situationOf(state: State): Situation {
  const facts = factsOf(state);
  if (facts.ejected) return "ejected";
  if (facts.oom) return "killed";
  if (facts.crash) return "crashed";
  if (facts.throttled.length > 0) return "throttled";
  if (facts.stalled) return "stalled";
  if (facts.fragmented) return facts.short ? "fragmented-low" : "fragmented";
  if (facts.grower && facts.hog) return "leak-and-hog";
  if (facts.grower) return facts.warned ? "warned" : facts.growers.length > 1 ? "growers" : "leak";
  if (facts.short) return "low";
  if (facts.starving) return "starving";
  if (facts.hog) return "hog";
  if (facts.crowd) return "crowd";
  return state.processes.some((p) => p.nice !== 0 && isOpen(p)) ? "niced" : "quiet";
}
