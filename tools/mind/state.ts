// The documented JSON of a State (docs/mind-state.md): what states of training, evaluation and recordings are written in. Numbers are whole, their units are
// in their names. The encoder that makes text of it is the kernel's own (words.ts).
import { z } from "zod";

const whole = z.number().int().safe();
const count = whole.nonnegative();
const ppm = count.max(1_000_000);

export const RISKS = ["normal", "elevated", "warning", "critical"] as const;
export const DOING = ["blocked", "ready", "running", "throttled", "starved", "limited"] as const;
/** In the order of the kernel's numbers; 0 is none. */
export const HAPPENED = ["none", "oom", "crash", "throttle", "reclaim", "failed", "compact", "swap", "eject", "rescue"] as const;

export const processSchema = z.strictObject({
  pid: count.min(1).max(0xffff_ffff),
  /** anything: it is cleaned */
  name: z.string().max(4096),
  residentKib: count.default(0),
  compressedKib: count.default(0),
  growthKibPerSecond: whole.default(0),
  cpuPpm: ppm.default(0),
  nice: whole.min(-20).max(19).default(0),
  guarded: z.boolean().default(false),
  doing: z.enum(DOING).default("blocked"),
  waitMs: count.default(0),
  ageMs: count.default(0),
});

export const eventSchema = z.strictObject({
  happened: z.enum(HAPPENED).exclude(["none"]),
  pid: count.default(0),
  agoMs: count.default(0),
});

export const stateSchema = z
  .strictObject({
    /** of this form */
    version: z.literal(1).default(1),
    uptimeMs: count.default(0),
    managedKib: count.min(1),
    freeKib: count,
    freeKibPerSecond: whole.default(0),
    /** at most 4096; where it is left out: as much as is free, up to that */
    largestKib: count.max(4096).optional(),
    fragmentationPpm: ppm.default(0),
    compressedKib: count.default(0),
    poolKib: count.default(0),
    offeredKib: count.default(0),
    failures: count.default(0),
    pressurePpm: ppm.default(0),
    stalledPpm: ppm.default(0),
    risk: z.enum(RISKS).default("normal"),
    confidencePpm: ppm.default(0),
    /** −1: none in sight */
    exhaustionMs: whole.min(-1).default(-1),
    abstained: z.boolean().default(false),
    automatic: z.boolean().default(true),
    ready: count.default(0),
    switchesPerSecond: count.default(0),
    busyPpm: ppm.default(0),
    faultsPerSecond: count.default(0),
    syscallsPerSecond: count.default(0),
    filesKib: count.default(0),
    /** zombies too; where it is left out: the processes listed */
    processCount: count.optional(),
    policy: z.string().max(64).default("fallback"),
    processes: z.array(processSchema).max(128).default([]),
    /** newest first */
    events: z.array(eventSchema).max(4).default([]),
  })
  .refine((s) => s.freeKib <= s.managedKib, { message: "freeKib is more than managedKib" })
  .refine((s) => new Set(s.processes.map((p) => p.pid)).size === s.processes.length, { message: "two processes have one pid" });

/** A State as it may be written: what has a default may be left out. */
export type StateInput = z.input<typeof stateSchema>;
/** A State with everything in it. */
export type State = z.output<typeof stateSchema>;
