// The state of a booted machine out of the shell's JSON, twice, a second apart: the same fields as the mind's own (kernel-as/mind/state/collect.ts), so that labels
// do not come from what the mind reads.
import { z } from "zod";
import type { State } from "../../mind/state.js";

/** Seconds between the two looks. */
const APART = 0.5;
const KIB_A_PAGE = 4;
const LONGEST_EVENT_MS = 60_000;

const LOOK = [
  "memctl status --json",
  "ps --json",
  "schedctl tasks --json",
  "crashctl status --json",
  "memctl pressure --json",
  "stats --json",
  "schedctl policy --json",
  "uptime --json",
].join("; ");
const EVENTS = ["OutOfMemory", "PolicyEject", "Throttle", "CompactEnd", "ReclaimStart"] as const;
const HAPPENED = { OutOfMemory: "oom", PolicyEject: "eject", Throttle: "throttle", CompactEnd: "compact", ReclaimStart: "reclaim" } as const;

/** Shell lines whose output `stateOf` reads. */
export const OBSERVE_LINES: readonly string[] = [LOOK, `sleep ${APART}`, LOOK, EVENTS.map((event) => `trace --event ${event} --json 1`).join("; ")];

const memory = z.object({
  managedPages: z.number(),
  freePages: z.number(),
  filePages: z.number(),
  largestFreePages: z.number(),
  fragmentationPpm: z.number(),
  compressedPages: z.number(),
  poolPages: z.number(),
  offeredPages: z.number(),
});
const processRow = z.object({
  pid: z.number(),
  parent: z.number(),
  state: z.string(),
  protected: z.boolean(),
  residentPages: z.number(),
  compressedPages: z.number(),
  growthPagesPerSecond: z.number(),
  throttled: z.boolean(),
  startedNs: z.number(),
  oomScoreAdjust: z.number(),
  reservePages: z.number(),
  nice: z.number().default(0),
  command: z.string(),
});
const taskRow = z.object({ pid: z.number(), nice: z.number(), state: z.string(), readySinceNs: z.number(), userNs: z.number(), systemNs: z.number() });
const look = z.tuple([
  memory,
  z.object({ processes: z.array(processRow) }),
  z.object({ tasks: z.array(taskRow) }),
  z.object({
    confidencePpm: z.number(),
    risk: z.string(),
    recentFailures: z.number(),
    timeToExhaustionMs: z.number(),
    thresholdPpm: z.number(),
    automatic: z.boolean(),
    abstained: z.boolean(),
  }),
  z.object({ someAverage10Ppm: z.number(), fullAverage10Ppm: z.number() }),
  z.object({ counters: z.array(z.object({ name: z.string(), value: z.number() })) }),
  z.object({ policy: z.string() }),
  z.object({ uptimeNs: z.number(), idleNs: z.number(), switches: z.number() }),
]);
const event = z.object({ rows: z.array(z.object({ timeNs: z.number(), pid: z.number() })) });

export type Look = z.output<typeof look>;

/** One look out of what its line printed. @throws Error where it is none: a bug here, or a machine that is gone */
export function parseLook(output: string): Look {
  return look.parse(
    output
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as unknown),
  );
}

const RISKS: Readonly<Record<string, State["risk"]>> = { NORMAL: "normal", ELEVATED: "elevated", WARNING: "warning", CRITICAL: "critical" };
const ENDED = new Set(["Zombie", "Ending", "Exited"]);

export interface Observed {
  state: State;
  /** the second look, for effects */
  look: Look;
}

/** The state, from the outputs of OBSERVE_LINES. */
export function observed(outputs: readonly string[]): Observed {
  const [first, second] = [parseLook(outputs[0] as string), parseLook(outputs[2] as string)];
  const [mem, { processes }, { tasks }, crash, pressure, stats, policy, up] = second;
  const [mem0, , tasks0, , , stats0, , up0] = first;
  const spanNs = up.uptimeNs - up0.uptimeNs;
  const perSecond = (before: number, after: number) => Math.round(((after - before) * 1e9) / spanNs);
  const share = (ns: number) => Math.min(1_000_000, Math.max(0, Math.round((ns * 1e6) / spanNs)));
  const counter = (list: typeof stats, name: string) => list.counters.find((c) => c.name === name)?.value ?? 0;
  const cpuBefore = new Map(tasks0.tasks.map((t) => [t.pid, t.userNs + t.systemNs]));
  const alive = processes.filter((p) => !ENDED.has(p.state));
  const traces = (outputs[3] as string)
    .trim()
    .split("\n")
    .map((line) => event.parse(JSON.parse(line)));
  const events = traces
    .flatMap(({ rows }, i) =>
      rows.map((row) => ({ happened: HAPPENED[EVENTS[i] as (typeof EVENTS)[number]], pid: i === 0 || i === 2 ? row.pid : 0, agoMs: Math.round((up.uptimeNs - row.timeNs) / 1e6) })),
    )
    .filter((e) => e.agoMs >= 0 && e.agoMs <= LONGEST_EVENT_MS)
    .sort((a, b) => a.agoMs - b.agoMs)
    .slice(0, 4);
  const state: State = {
    version: 1,
    uptimeMs: Math.round(up.uptimeNs / 1e6),
    managedKib: mem.managedPages * KIB_A_PAGE,
    freeKib: mem.freePages * KIB_A_PAGE,
    freeKibPerSecond: perSecond(mem0.freePages, mem.freePages) * KIB_A_PAGE,
    largestKib: mem.largestFreePages * KIB_A_PAGE,
    fragmentationPpm: mem.fragmentationPpm,
    compressedKib: mem.compressedPages * KIB_A_PAGE,
    poolKib: mem.poolPages * KIB_A_PAGE,
    offeredKib: mem.offeredPages * KIB_A_PAGE,
    failures: crash.recentFailures,
    pressurePpm: pressure.someAverage10Ppm,
    stalledPpm: pressure.fullAverage10Ppm,
    risk: RISKS[crash.risk] ?? "normal",
    confidencePpm: crash.confidencePpm,
    exhaustionMs: crash.timeToExhaustionMs,
    abstained: crash.abstained,
    automatic: crash.automatic,
    ready: tasks.filter((t) => t.state === "Ready" || t.state === "Running").length,
    switchesPerSecond: perSecond(up0.switches, up.switches),
    busyPpm: 1_000_000 - share(up.idleNs - up0.idleNs),
    faultsPerSecond: perSecond(counter(stats0, "page_faults"), counter(stats, "page_faults")),
    syscallsPerSecond: perSecond(counter(stats0, "syscalls"), counter(stats, "syscalls")),
    filesKib: mem.filePages * KIB_A_PAGE,
    processCount: processes.length,
    policy: policy.policy,
    processes: alive.map((p) => {
      const task = tasks.find((t) => t.pid === p.pid);
      return {
        pid: p.pid,
        name: p.command,
        residentKib: p.residentPages * KIB_A_PAGE,
        compressedKib: p.compressedPages * KIB_A_PAGE,
        growthKibPerSecond: p.growthPagesPerSecond * KIB_A_PAGE,
        cpuPpm: task ? share(task.userNs + task.systemNs - (cpuBefore.get(p.pid) ?? 0)) : 0,
        nice: task?.nice ?? p.nice,
        guarded: p.protected,
        doing: p.throttled ? "throttled" : p.state === "Running" ? "running" : p.state === "Ready" ? "ready" : p.state === "Starved" ? "starved" : "blocked",
        waitMs: task && task.state === "Ready" && task.readySinceNs > 0 ? Math.max(0, Math.round((up.uptimeNs - task.readySinceNs) / 1e6)) : 0,
        ageMs: Math.round((up.uptimeNs - p.startedNs) / 1e6),
      };
    }),
    events,
  };
  return { state, look: second };
}
